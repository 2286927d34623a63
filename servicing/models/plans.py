"""What was agreed to do for one client, how it came to say that, and what each phase of it brought."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.querysets import ServicePlanQuerySet


class ServicePlan(models.Model):
    """The service plan of a client (S4); its owner is the client's advisor. `version` counts its revisions, so that a second
    editor is told; `needs` are lines of text; `actions` are rows of servicing.plans.content.Action, whether they are done is
    told by their tasks. `cadence_days` is never longer than the standard's (None: as the standard says). `period` counts the
    rounds through the three phases."""

    class Phase(models.TextChoices):
        BEFORE = "before", pgettext_lazy("phase", "before the service")
        DURING = "during", pgettext_lazy("phase", "during the service")
        AFTER = "after", pgettext_lazy("phase", "after the service")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="service_plans")
    version = models.PositiveIntegerField(default=1)
    goal = models.CharField(_("goal"), max_length=300)
    needs = models.JSONField(_("needs"), default=list, blank=True)
    actions = models.JSONField(_("actions"), default=list, blank=True)
    cadence_days = models.PositiveSmallIntegerField(_("a contact every so many days"), null=True, blank=True)
    next_review_on = models.DateField(_("next review"))
    phase = models.CharField(_("phase"), max_length=6, choices=Phase.choices, default=Phase.BEFORE)
    period = models.PositiveSmallIntegerField(default=1)
    phase_from = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = ServicePlanQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["client"], condition=Q(withdrawn_at=None), name="one_plan_per_client"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "next_review_on", "id"], condition=Q(withdrawn_at=None), name="plan_review"),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"

    def written(self) -> dict[str, Any]:
        """What people write in a plan, as JSON: what a revision keeps."""
        told = {name: getattr(self, name) for name in ("goal", "needs", "actions", "cadence_days")}
        return {**told, "next_review_on": self.next_review_on.isoformat()}


class PlanRevision(models.Model):
    """What a plan said from one save to the next: append-only."""

    plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="revisions", db_index=False)
    number = models.PositiveIntegerField()
    written = models.JSONField()
    why = models.CharField(_("why"), max_length=200, blank=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_revision_per_plan_and_number"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"


class PlanReview(models.Model):
    """A phase of a plan that was closed: what came of it and what was learned, and how much of what was due was done."""

    plan = models.ForeignKey(ServicePlan, on_delete=models.PROTECT, related_name="reviews", db_index=False)
    period = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=6, choices=ServicePlan.Phase.choices)
    from_day = models.DateField()
    until_day = models.DateField()
    result = models.TextField(_("result"), max_length=1000)
    lessons = models.TextField(_("lessons"), max_length=1000, blank=True)
    done_count = models.PositiveIntegerField()
    due_count = models.PositiveIntegerField()
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "period", "phase"], name="one_review_per_plan_and_phase"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.period} {self.phase}"
