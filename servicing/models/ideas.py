"""Ideas of clients (S19): what somebody proposed, what became of it, and the answer that is owed."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.models.contacts import Contact
from servicing.querysets import IdeaQuerySet


class Idea(models.Model):
    """What a client, or a visitor without an account, proposed. It has an owner from the first moment, who answers by
    `answer_due_on`; a client's answer names the contact that gave it. `like` is the idea it says again: that one is decided on,
    and this one goes with it. `version` counts the writes, so that a second editor is told."""

    class Topic(models.TextChoices):
        SERVICE = "service", pgettext_lazy("idea", "service")
        PRODUCT = "product", pgettext_lazy("idea", "product")
        SYSTEM = "system", _("trading system")
        PLACE = "place", pgettext_lazy("idea", "place")
        FEES = "fees", pgettext_lazy("idea", "fees")
        OTHER = "other", pgettext_lazy("idea", "something else")

    class State(models.TextChoices):
        NEW = "new", pgettext_lazy("idea", "new")
        LOOKED = "looked", pgettext_lazy("idea", "being looked at")
        ACCEPTED = "accepted", pgettext_lazy("idea", "accepted")
        DECLINED = "declined", pgettext_lazy("idea", "declined")
        DONE = "done", pgettext_lazy("idea", "done")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="ideas")
    text = models.TextField(_("idea"), max_length=1000)
    topic = models.CharField(_("topic"), max_length=7, choices=Topic.choices)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    moved_at = models.DateTimeField()
    like = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="alike")
    answer_due_on = models.DateField(_("answer due"))
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answer_contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(state="declined") | Q(reason__gt=""), name="declined_idea_says_why"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="", answered_by=None, answer_contact=None)
                | Q(answered_at__isnull=False, answer__gt="", answered_by__isnull=False),
                name="answered_idea_says_what_and_who",
            ),
            models.CheckConstraint(condition=Q(like=None) | ~Q(like=F("id")), name="idea_is_not_like_itself"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "answer_due_on"], name="idea_branch_due"),
            models.Index(fields=["owner", "answer_due_on"], condition=Q(answered_at=None), name="idea_owner_due"),
            models.Index(fields=["branch", "-taken_at"], name="idea_branch_taken"),
        ]

    def __str__(self) -> str:
        return f"idea {self.pk}"
