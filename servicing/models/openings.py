"""People who are about to become clients: where each stands between the first visit and the first deposit."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.querysets import OpeningQuerySet, OpeningStepQuerySet


class Step(models.TextChoices):
    """The six steps of an opening, in their order (S7)."""

    BRANCH = "branch", pgettext_lazy("opening", "Branch chosen")
    FORM = "form", pgettext_lazy("opening", "Form")
    DOCUMENTS = "documents", pgettext_lazy("opening", "Documents")
    VERIFICATION = "verification", pgettext_lazy("opening", "Verification")
    AGREEMENT = "agreement", pgettext_lazy("opening", "Agreement")
    DEPOSIT = "deposit", pgettext_lazy("opening", "First deposit")


class Opening(models.Model):
    """A person who wants to open an account. `step` is what is waited for, `since` the day from which on; `client` stays empty
    until the import brings the client and somebody, or nobody yet, says that it is this person. It always has an owner.
    `is_restricted`: nobody became a client, and what is personal is hidden; the row still counts."""

    class Source(models.TextChoices):
        WALK_IN = "walk_in", pgettext_lazy("source", "walk-in")
        BANK = "bank", pgettext_lazy("source", "bank channel")
        INTRODUCER = "introducer", pgettext_lazy("source", "introducer")
        ONLINE = "online", pgettext_lazy("source", "online")
        REFERRAL = "referral", pgettext_lazy("source", "referred by a client")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("opening", "under way")
        COMPLETED = "completed", pgettext_lazy("opening", "completed")
        DROPPED = "dropped", pgettext_lazy("opening", "dropped")

    class Reason(models.TextChoices):
        PRICE = "price", pgettext_lazy("drop", "price")
        PRODUCT = "product", pgettext_lazy("drop", "product")
        COMPETITOR = "competitor", pgettext_lazy("drop", "went to a competitor")
        DOCUMENTS = "documents", pgettext_lazy("drop", "documents missing")
        NO_ANSWER = "no_answer", pgettext_lazy("drop", "no answer")
        OTHER = "other", pgettext_lazy("drop", "other")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=60)
    phone_sealed = models.CharField(max_length=200)
    phone_index = models.CharField(max_length=22)
    phone_tail_index = models.CharField(max_length=22)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    referrer = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="referred_openings")
    expected_fen = models.BigIntegerField(_("expected assets"), null=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="openings")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    step = models.CharField(max_length=12, choices=Step.choices, default=Step.BRANCH)
    since = models.DateField()
    started_on = models.DateField(_("first visit"))
    ended_on = models.DateField(null=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices, blank=True)
    reason_text = models.CharField(_("what was said"), max_length=300, blank=True)
    is_restricted = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = OpeningQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["client"], name="one_opening_per_client"),
            models.CheckConstraint(
                condition=~Q(state="dropped") | Q(reason__gt=""), name="dropped_opening_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(ended_on__isnull=False), name="ended_opening_has_a_day"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "since"], condition=Q(state="open"), name="opening_owner"),
            models.Index(fields=["branch", "since"], condition=Q(state="open"), name="opening_branch"),
            models.Index(fields=["branch", "started_on"], name="opening_begun"),
            models.Index(fields=["branch", "ended_on"], condition=Q(state="dropped"), name="opening_dropped"),
        ]

    def __str__(self) -> str:
        return f"opening {self.pk}"


class OpeningStep(models.Model):
    """A step that was taken; `days`: how long it had been waited for. `by` is empty where the night read it from the files.
    A step taken back stays as a row (L3)."""

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=12, choices=Step.choices)
    taken_on = models.DateField()
    days = models.PositiveIntegerField()
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = OpeningStepQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["opening", "step"], condition=Q(withdrawn_at=None), name="one_standing_step_per_opening"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} of opening {self.opening_id}"
