"""The quarterly self-assessment of a branch, and what it set out to do."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Branch
from servicing.querysets import SelfReviewActionQuerySet, SelfReviewQuerySet


class SelfReview(models.Model):
    """What a branch says of itself for a quarter (S20), one per branch and quarter. `answers`: question → text and mark (1–5,
    None: not yet); `version` counts the saves, so that a second editor is told. Once handed in it is fixed, with the
    `facts` that were known that day."""

    class Question(models.TextChoices):
        WHOM = "whom", _("Whom do we serve, and what do they need?")
        OFFER = "offer", _("Is what we offer expected by them and important to them?")
        CHANNELS = "channels", _("Through which channels do we learn about them?")
        ASKING = "asking", _("Do we ask regularly?")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    first_day = models.DateField()
    answers = models.JSONField(default=dict)
    facts = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    saved_at = models.DateTimeField()
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    handed_in_at = models.DateTimeField(null=True)

    objects = SelfReviewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["branch", "first_day"], name="one_self_review_per_branch_and_quarter"),
            models.CheckConstraint(
                condition=Q(handed_in_at=None, handed_in_by=None, facts=None)
                | Q(handed_in_at__isnull=False, handed_in_by__isnull=False, facts__isnull=False),
                name="self_review_handed_in_by_somebody_with_its_facts",
            ),
        ]

    def __str__(self) -> str:
        return f"self-review of branch {self.branch_id} from {self.first_day}"

    @property
    def is_draft(self) -> bool:
        """Whether it can still be written."""
        return self.handed_in_at is None

    def answer(self, question: str) -> dict[str, Any]:
        """Text and mark of an answer, empty where nobody wrote it yet."""
        return {"text": "", "mark": None, **self.answers.get(question, {})}


class SelfReviewAction(models.Model):
    """What follows from a self-assessment: what, by whom, by when, done; or ended, because whoever was to do it works there no
    more. While it is open it always has an owner (S6). `uid` is made by the form, so that a double click adds one."""

    class Ended(models.TextChoices):
        LEFT = "left", pgettext_lazy("self-assessment", "ended: who was to do it has left")
        MOVED = "moved", pgettext_lazy("self-assessment", "ended: who was to do it works elsewhere")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(SelfReview, on_delete=models.PROTECT, related_name="actions")
    text = models.CharField(pgettext_lazy("self-assessment", "action"), max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("due"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=5, choices=Ended.choices, blank=True)

    objects = SelfReviewActionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="self_review_action_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="") | Q(ended_at__isnull=False, ended_why__gt="", done_at=None),
                name="ended_self_review_action_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"action {self.uid}"
