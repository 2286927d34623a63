"""Clients who are here or calling, and the colleagues who were told."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.querysets import ArrivalQuerySet


class Arrival(models.Model):
    """Client X is here or is calling (S16): who said so, who was told, who took it, when it was over. `uid` is made by the
    form, so that a double click tells once."""

    class Way(models.TextChoices):
        HERE = "here", pgettext_lazy("arrival", "is here")
        CALLING = "calling", pgettext_lazy("arrival", "is calling")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="arrivals")
    way = models.CharField(max_length=7, choices=Way.choices)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None) | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="arrival_taken_by_somebody_at_a_moment",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "-made_at"], name="arrival_branch"),
            # what the open pages ask for every few seconds: the few of today that are not over
            models.Index(fields=["made_at"], condition=Q(ended_at=None), name="arrival_open"),
        ]

    def __str__(self) -> str:
        return f"arrival {self.uid}"
