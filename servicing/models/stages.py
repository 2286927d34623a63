"""How far a client is on the way to a deal."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.models.contacts import Contact
from servicing.querysets import ServiceStageQuerySet


class Stage(models.TextChoices):
    """The funnel of R5, and being in none of its stages."""

    A = "a", pgettext_lazy("stage", "A looking on")
    B = "b", pgettext_lazy("stage", "B choosing")
    C = "c", pgettext_lazy("stage", "C trading")
    D = "d", pgettext_lazy("stage", "D deal made")
    OUT = "out", pgettext_lazy("stage", "not in the funnel")


class ServiceStage(models.Model):
    """A stage into which somebody moved a client (R5), with the reason for leaving the one before. Rows are added, never
    changed but for `is_latest`, which marks the one that counts."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="service_stages")
    stage = models.CharField(_("stage"), max_length=3, choices=Stage.choices)
    since = models.DateField()
    why = models.CharField(_("why"), max_length=200, blank=True)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_latest = models.BooleanField(default=True)

    objects = ServiceStageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["client"], condition=Q(is_latest=True), name="one_latest_stage_per_client"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "stage", "since"], condition=Q(is_latest=True), name="stage_branch"),
        ]

    def __str__(self) -> str:
        return f"stage {self.stage} of client {self.client_id}"
