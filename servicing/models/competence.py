"""What staff may do, by paper (S21): licences and trainings of a person, and what a tier or product asks for."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicing.models.decided import DecidedRow
from servicing.querysets import DecidedQuerySet, PaperQuerySet


class Paper(models.Model):
    """A licence of a member of staff, or a training. It counts from its first day to its last one, that day included (None: it
    does not end); a training only once it is passed. A row is never edited: another one replaces it, or it is withdrawn,
    by somebody else than the person. `uid` is made by the form."""

    class Kind(models.TextChoices):
        SECURITIES = "securities", _("securities practice")
        ADVISER = "adviser", _("investment adviser")
        FUND = "fund", _("fund sales")
        OPTIONS = "options", pgettext_lazy("licence", "options")
        MARGIN = "margin", pgettext_lazy("licence", "margin trading")
        FUTURES = "futures", _("futures practice")
        T_SUITABILITY = "t_suitability", _("training: suitability of investors")
        T_PRODUCTS = "t_products", _("training: products")
        T_SERVICE = "t_service", _("training: service of clients")
        T_MONEY = "t_money", _("training: money laundering")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=40, blank=True)
    course = models.CharField(_("course"), max_length=80, blank=True)
    hours = models.PositiveSmallIntegerField(_("hours"), null=True)
    mark = models.PositiveSmallIntegerField(_("mark"), null=True)
    is_passed = models.BooleanField(_("passed"), default=True)
    from_day = models.DateField(_("first day"))
    until_day = models.DateField(_("last day"), null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = PaperQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until_day=None) | Q(until_day__gte=F("from_day")), name="paper_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(number="", course__gt="")
                | Q(number__gt="", course="", hours=None, mark=None, is_passed=True),
                name="paper_is_a_licence_or_a_training",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="withdrawn_paper_says_by_whom",
            ),
            models.CheckConstraint(condition=~Q(made_by=F("staff")), name="nobody_enters_own_papers"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.staff_id}"

    @property
    def is_training(self) -> bool:
        return bool(self.course)

    def told(self) -> dict[str, Any]:
        """What the row says, apart from whose it is and who wrote it down."""
        names = ("kind", "number", "course", "hours", "mark", "is_passed", "from_day", "until_day")
        return {name: getattr(self, name) for name in names}


class PaperRequirement(DecidedRow):
    """The papers that a tier or product asks for (S21): dated, of the firm or of one branch, superseded and never edited; an
    empty list asks for nothing any more. `subject` is one of
    `servicing.competence.rules.SUBJECTS`."""

    SUBJECT = "subject"
    SAYS = ("needs",)

    subject = models.CharField(max_length=16)
    needs = models.JSONField(_("papers"), default=list, blank=True)

    objects = DecidedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["branch", "subject", "from_day"], name="one_requirement_per_branch_and_day"
            ),
            models.UniqueConstraint(
                fields=["subject", "from_day"], condition=Q(branch=None), name="one_requirement_of_the_firm_per_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} from {self.from_day}"
