"""What is written in versions that a second person approves (S14): scripts and templates, materials."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Branch


class Risk(models.TextChoices):
    """The risk level of the product that is spoken of (L1)."""

    NONE = "", _("no product")
    R1 = "R1", "R1"
    R2 = "R2", "R2"
    R3 = "R3", "R3"
    R4 = "R4", "R4"
    R5 = "R5", "R5"


class Language(models.TextChoices):
    CHINESE = "zh", _("Chinese")
    ENGLISH = "en", _("English")


class Versioned(models.Model):
    """The heading, of the firm (branch None) or of one branch; what it says stands in `versions`. `uid` is made by the form,
    so that a double click makes one."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.CHINESE)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Version(models.Model):
    """One version. What it says is never edited: another wording is another version; only its state moves. `OF` is the column
    of its heading and its word in the audit trail, `GUARDED` are the columns that the phrase guard reads."""

    OF: ClassVar[str]
    GUARDED: ClassVar[tuple[str, ...]]

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("text", "draft")
        WAITING = "waiting", _("waits for approval")
        APPROVED = "approved", pgettext_lazy("text", "approved")
        REFUSED = "refused", pgettext_lazy("text", "refused")
        ENDED = "ended", pgettext_lazy("text", "ended")

    number = models.PositiveIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    asked_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def head(self) -> Any:
        """What it is a version of."""
        return getattr(self, self.OF)


def kept_of(noun: str) -> list[models.BaseConstraint]:
    """What the database holds of every kind of version: one per number, one in force, and that the author does not decide."""
    decided = Q(decided_by__isnull=False, decided_at__isnull=False)
    return [
        models.UniqueConstraint(fields=[noun, "number"], name=f"one_version_per_{noun}_and_number"),
        models.UniqueConstraint(fields=[noun], condition=Q(state="approved"), name=f"one_approved_version_per_{noun}"),
        models.CheckConstraint(
            condition=Q(decided_by=None) | ~Q(decided_by=F("author")), name=f"author_does_not_decide_on_a_{noun}"
        ),
        models.CheckConstraint(
            condition=~Q(state__in=["approved", "refused"]) | decided, name=f"decided_{noun}_names_who_decided"
        ),
    ]
