"""The calendar of a member of staff as other programs read it."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class CalendarFeed(models.Model):
    """An address under which a calendar program reads somebody's due days. What is handed over is the signature of `uid`,
    which is stored nowhere; who ends the feed ends the address."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["staff"], condition=Q(ended_at=None), name="one_open_feed_per_person"),
        ]

    def __str__(self) -> str:
        return f"calendar feed of {self.staff_id}"
