"""A client of a colleague, opened to somebody for the rest of a day."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from clients.models.people import Client
from clients.querysets import AccessGrantQuerySet


class AccessGrant(models.Model):
    """Somebody who received a client of a colleague (S16) reads that client and logs a contact until a moment. `key` names
    what asked for it, so that asking twice opens it once."""

    key = models.CharField(max_length=60, unique=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = AccessGrantQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="grant_ends_after_it_begins"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["staff", "until_at"], name="grant_staff")]

    def __str__(self) -> str:
        return f"grant of client {self.client_id} to {self.staff_id}"
