"""Clients who changed their advisor in one step."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from crm.models import Branch
from servicing.querysets import HandOverClientQuerySet, HandOverQuerySet


class HandOver(models.Model):
    """Clients who changed their advisor in one step (S17), so that the step can be taken back; by a file where nobody is named.
    `promises`, `tasks` and `ideas`: who had what moved with them."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    promises = models.JSONField(default=dict)
    tasks = models.JSONField(default=dict)
    ideas = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = HandOverQuerySet.as_manager()

    def __str__(self) -> str:
        return f"hand-over {self.uid}"


class HandOverClient(models.Model):
    """A client of a hand-over, who had the client before, and when the receiver had read the pack (S17)."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="clients", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="hand_overs")
    former = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)

    objects = HandOverClientQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hand_over", "client"], name="one_row_per_hand_over_and_client"),
        ]

    def __str__(self) -> str:
        return f"client {self.client_id} of {self.hand_over_id}"
