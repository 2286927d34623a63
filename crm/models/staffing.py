"""How people come and when they are away: invitations and leaves."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from crm.querysets import InvitationQuerySet, LeaveQuerySet


class Invitation(models.Model):
    """A link by which somebody sets a password, once. `uid` is made by the form, so that a double click makes one; what is
    handed over is its signature, which is stored nowhere."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"invitation of {self.staff_id}"


class Leave(models.Model):
    """Days on which somebody is away: from a day until the day of the return, which is not included. Whoever is away
    receives no clients (A5)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="leaves")
    from_day = models.DateField()
    until_day = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(until_day__gt=F("from_day")), name="leave_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"leave of {self.staff_id} from {self.from_day}"
