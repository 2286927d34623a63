"""What the night found that a client should hear of (B9)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.models.contacts import Contact
from servicing.querysets import RiskAlertQuerySet


class RiskAlert(models.Model):
    """A fact about the risk of a client's holdings, from the night that first saw it until the one that no longer does (None:
    it still holds). `subject` is the security or account it is about; a worse `band` is an alert of its own. `slots` are the
    numbers of the night that raised it."""

    class Kind(models.TextChoices):
        CONCENTRATION = "concentration", _("Concentration")
        DRAWDOWN = "drawdown", _("Drawdown")
        LOSS = "loss", _("Own loss line")
        LEVEL = "level", _("Risk level")
        MAINTENANCE = "maintenance", _("Maintenance ratio")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("alert", "open")
        ACKNOWLEDGED = "acknowledged", pgettext_lazy("alert", "acknowledged")
        OVER = "over", pgettext_lazy("alert", "over")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="risk_alerts")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    subject = models.CharField(max_length=30, blank=True)
    band = models.PositiveSmallIntegerField()
    seen_from = models.DateField()
    seen_until = models.DateField(null=True)
    slots = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    note = models.CharField(_("what was said"), max_length=1000, blank=True)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="risk_alerts")

    objects = RiskAlertQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["client", "kind", "subject"],
                condition=~Q(state="over"),
                name="one_standing_alert_per_occasion",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "state", "seen_from"], name="alert_branch_day"),
            models.Index(fields=["state", "seen_from"], name="alert_day"),
        ]

    def __str__(self) -> str:
        return f"alert {self.pk}"
