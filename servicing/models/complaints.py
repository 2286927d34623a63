"""Complaints (S9): what a client complained about, who works it through which stage, and what was learned."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.querysets import (
    ComplaintActionQuerySet,
    ComplaintLinkQuerySet,
    ComplaintOfficerQuerySet,
    ComplaintQuerySet,
    ComplaintStepQuerySet,
)


class ComplaintOfficer(models.Model):
    """Who receives the complaints of a branch from a day on (S9: a dedicated person); superseded, never edited."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    from_day = models.DateField(_("first day"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ComplaintOfficerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["branch", "from_day"], name="one_complaint_officer_per_branch_and_day"),
        ]

    def __str__(self) -> str:
        return f"complaint officer of {self.branch_id} from {self.from_day}"


class ComplaintLink(models.Model):
    """A link by which a client complains without a log-in, once. What is handed over is its signature, stored nowhere."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = ComplaintLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"complaint link {self.pk}"


class Complaint(models.Model):
    """A complaint and where it stands. `about` is the person complained about, who never owns it; who called without being a
    known client is sealed. `clock_from` is the day from which the timers of all stages run: that of the receipt, or of the
    reopening; `due_on` the day by which the present stage is to be left. `round` counts the reopenings, `version` the
    writes, so that a second editor is told."""

    class How(models.TextChoices):
        LINK = "link", pgettext_lazy("complaint", "by link")
        PHONE = "phone", pgettext_lazy("contact", "phone")
        VISIT = "visit", pgettext_lazy("complaint", "in person")
        LETTER = "letter", _("letter")
        EMAIL = "email", pgettext_lazy("contact", "e-mail")
        REGULATOR = "regulator", _("forwarded by the regulator (12386)")

    class Category(models.TextChoices):
        CONDUCT = "conduct", _("conduct of a person")
        PROCESS = "process", _("process")
        PRODUCT = "product", pgettext_lazy("complaint", "product")
        PRICE = "price", _("price and commission")
        SYSTEM = "system", _("trading system")
        OTHER = "other", pgettext_lazy("complaint", "something else")

    class Severity(models.TextChoices):
        MINOR = "minor", pgettext_lazy("severity", "minor")
        SERIOUS = "serious", pgettext_lazy("severity", "serious")
        GRAVE = "grave", pgettext_lazy("severity", "grave")

    class Stage(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("complaint", "received")
        CAUSE = "cause", _("talk and cause")
        ANSWER = "answer", _("solution and answer")
        FOLLOW_UP = "follow_up", _("follow up until satisfied")
        IMPROVE = "improve", _("analyse and improve")
        CLOSED = "closed", pgettext_lazy("complaint", "closed")

    class Cause(models.TextChoices):
        UNKNOWN = "", _("not found yet")
        EXPLANATION = "explanation", _("badly explained")
        NEGLECT = "neglect", _("too little attention")
        DELAY = "delay", _("too slow")
        MISTAKE = "mistake", _("a mistake of ours")
        RULE = "rule", _("a rule that the client did not expect")
        PRICE = "price", _("price and commission")
        SYSTEM = "system", _("trading system")
        OTHERS = "others", _("not in our hands")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="complaints", db_index=False)
    caller_sealed = models.CharField(max_length=400, blank=True)
    phone_sealed = models.CharField(max_length=400, blank=True)
    received_at = models.DateTimeField()
    how = models.CharField(_("how it came"), max_length=9, choices=How.choices)
    link = models.OneToOneField(ComplaintLink, null=True, on_delete=models.PROTECT, related_name="complaint")
    # None: the client, by link
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(_("what it is about"), max_length=8, choices=Category.choices)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices)
    text = models.TextField(_("what happened"), max_length=2000)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    stage = models.CharField(max_length=9, choices=Stage.choices, default=Stage.RECEIVED)
    entered_at = models.DateTimeField()
    clock_from = models.DateField()
    due_on = models.DateField(null=True)
    cause = models.CharField(_("root cause"), max_length=11, choices=Cause.choices, blank=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    not_asked = models.CharField(_("why not asked"), max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True)
    round = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(about=None) | ~Q(owner=F("about")), name="complaint_owner_is_not_complained_about"
            ),
            models.CheckConstraint(
                condition=Q(about=None) | Q(asked_by=None) | ~Q(asked_by=F("about")),
                name="complaint_satisfaction_not_asked_by_whom_it_is_about",
            ),
            models.CheckConstraint(
                condition=Q(stage="closed", closed_at__isnull=False, due_on=None)
                | (~Q(stage="closed") & Q(closed_at=None, due_on__isnull=False)),
                name="complaint_open_has_a_due_day",
            ),
            models.CheckConstraint(
                condition=~Q(stage="closed")
                | Q(satisfaction__range=(1, 5), asked_by__isnull=False)
                | Q(not_asked__gt=""),
                name="complaint_closed_says_satisfaction",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "due_on"], condition=~Q(stage="closed"), name="complaint_branch_due"),
            models.Index(fields=["owner", "due_on"], condition=~Q(stage="closed"), name="complaint_owner_due"),
            models.Index(fields=["client"], name="complaint_client"),
            models.Index(fields=["branch", "-received_at"], name="complaint_branch_received"),
        ]

    def __str__(self) -> str:
        return f"complaint {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.stage != self.Stage.CLOSED


class ComplaintChange(models.Model):
    """What a complaint said before an edit or under its owner before: append-only."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="changes")
    version = models.PositiveIntegerField()
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["complaint", "version"], name="one_change_per_complaint_and_version"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} v{self.version}"


class ComplaintStep(models.Model):
    """A stage that was left: when it was entered and left, by whom, and what was said in it (`said`: the fields of its form).
    Append-only; a stage has one row per round, so that leaving it twice is leaving it once."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="steps", db_index=False)
    round = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=9, choices=Complaint.Stage.choices)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said = models.JSONField(default=dict)

    objects = ComplaintStepQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["complaint", "round", "stage"], name="one_step_per_complaint_round_and_stage"
            ),
            models.CheckConstraint(
                condition=Q(left_at__gte=F("entered_at")), name="complaint_stage_left_after_it_was_entered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} of complaint {self.complaint_id}"

    @property
    def is_in_time(self) -> bool:
        """Whether it was left by its due day."""
        return self.due_on is None or timezone.localdate(self.left_at) <= self.due_on


class ComplaintCall(models.Model):
    """A follow-up call: whether the client is satisfied with the answer. Append-only."""

    class Outcome(models.TextChoices):
        SATISFIED = "satisfied", pgettext_lazy("complaint", "satisfied")
        NOT_YET = "not_yet", pgettext_lazy("complaint", "not yet satisfied")
        MISSED = "missed", pgettext_lazy("complaint", "not reached")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="calls")
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"call of complaint {self.complaint_id}"


class ComplaintAction(models.Model):
    """What is done so that it does not happen again: by whom, by when, done, and whether it helped. One per round."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="actions", db_index=False)
    round = models.PositiveSmallIntegerField()
    text = models.CharField(_("corrective action"), max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("due"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    is_effective = models.BooleanField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ComplaintActionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["complaint", "round"], name="one_action_per_complaint_and_round"),
            models.CheckConstraint(
                condition=Q(checked_at=None) | Q(done_at__isnull=False, is_effective__isnull=False),
                name="complaint_action_is_done_before_it_is_checked",
            ),
        ]

    def __str__(self) -> str:
        return f"action of complaint {self.complaint_id}"


class ComplaintEscalation(models.Model):
    """An overdue stage that was told to the manager or, later, to compliance: once each. Append-only."""

    class Level(models.TextChoices):
        MANAGER = "manager", _("branch manager")
        COMPLIANCE = "compliance", _("compliance")

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="escalations", db_index=False)
    round = models.PositiveSmallIntegerField()
    stage = models.CharField(max_length=9, choices=Complaint.Stage.choices)
    level = models.CharField(max_length=10, choices=Level.choices)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["complaint", "round", "stage", "level"], name="one_escalation_per_complaint_stage_and_level"
            ),
        ]

    def __str__(self) -> str:
        return f"complaint {self.complaint_id} told to {self.level}"
