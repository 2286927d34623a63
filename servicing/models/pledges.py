"""What the branch pledges to its clients (S20), where it was broken, and how often it was kept."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.models.complaints import Complaint
from servicing.models.decided import DecidedRow
from servicing.querysets import PledgeBreachQuerySet, PledgeMonthQuerySet, PledgeQuerySet


class Measure(models.TextChoices):
    """What is counted to tell whether a pledge was kept."""

    RESPONSE = "response", _("first answers to clients")
    COMPLAINT = "complaint", _("stages of complaints")
    PROMISE = "promise", _("promises to clients")
    CADENCE = "cadence", _("contact cadence")
    CALLBACK = "callback", _("call-backs")
    IDEA = "idea", _("answers to ideas")


class Pledge(DecidedRow):
    """A sentence that the branch stands by, and by what it is measured (S20): dated, of the firm or of one branch, superseded
    and never edited. `allowed`: working minutes to a first answer; of everything else the working days that it may come
    after the day it was due. `is_ended`: from its day on nothing of the measure is pledged."""

    SUBJECT = "measure"
    SAYS = ("allowed", "sentence", "sentence_en", "is_ended")

    measure = models.CharField(_("measure"), max_length=9, choices=Measure.choices)
    allowed = models.PositiveSmallIntegerField(_("allowed"))
    sentence = models.CharField(_("sentence in Chinese"), max_length=120)
    sentence_en = models.CharField(_("sentence in English"), max_length=240)
    is_ended = models.BooleanField(_("no longer pledged"), default=False)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["branch", "measure", "from_day"], name="one_pledge_per_branch_and_day"),
            models.UniqueConstraint(
                fields=["measure", "from_day"], condition=Q(branch=None), name="one_pledge_of_the_firm_per_day"
            ),
        ]

    def __str__(self) -> str:
        return f"pledge of {self.measure} from {self.from_day}"


class PledgeBreach(models.Model):
    """A pledge that was not kept: found by the night from a fact, named by `key`, or reported by a person, in words. `on` is
    the day on which it was due; `owner` whose it was to keep. `complaint` hides it from whoever does not read that one. It
    is over once somebody wrote how it was put right; *void* is what the facts, or the reporter, took back."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("breach", "open")
        SETTLED = "settled", pgettext_lazy("breach", "put right")
        VOID = "void", pgettext_lazy("breach", "taken back")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="breaches", db_index=False)
    measure = models.CharField(max_length=9, choices=Measure.choices)
    key = models.CharField(max_length=60)
    on = models.DateField()
    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    complaint = models.ForeignKey(Complaint, null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("what happened"), max_length=300, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    remedy = models.CharField(_("how it was put right"), max_length=500, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = PledgeBreachQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["pledge", "key"], name="one_breach_per_pledge_and_fact"),
            models.CheckConstraint(
                condition=~Q(state="settled") | Q(remedy__gt="", settled_by__isnull=False, settled_at__isnull=False),
                name="settled_breach_says_how_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(reported_by=None) | Q(text__gt=""), name="reported_breach_says_what_happened"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "-on"], name="breach_branch_day"),
            models.Index(fields=["branch", "-on"], condition=Q(state="open"), name="breach_branch_open"),
            models.Index(fields=["client", "-on"], name="breach_client"),
        ]

    def __str__(self) -> str:
        return f"breach {self.pk} of {self.measure}"


class PledgeMonth(models.Model):
    """How often a branch kept a pledge in a month and how often it did not, as the latest night counted it; what a person
    reports is added at once."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    measure = models.CharField(max_length=9, choices=Measure.choices)
    month = models.DateField()
    kept = models.PositiveIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)

    objects = PledgeMonthQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["branch", "month", "measure"], name="one_count_per_pledge_and_month"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} of branch {self.branch_id} in {self.month:%Y-%m}"
