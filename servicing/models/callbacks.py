"""Call-backs (L2): the year's random sample of a branch, whom to call back by when and who calls, what each attempt brought,
and the answers that somebody has to look into."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.querysets import (
    CallbackAttemptQuerySet,
    CallbackFindingQuerySet,
    CallbackQuerySet,
    CallbackSampleQuerySet,
)


class CallbackSample(models.Model):
    """A year's sample of a branch, drawn once. `base` are the ids of the clients it was drawn from, ascending, with commas;
    `checksum` is the SHA-256 of that text. Seed and base are enough to draw it again."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=32)
    share_e4 = models.PositiveIntegerField()
    base = models.TextField()
    base_count = models.PositiveIntegerField()
    required = models.PositiveIntegerField()
    checksum = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = CallbackSampleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["branch", "year"], name="one_callback_sample_per_branch_and_year"),
            models.CheckConstraint(condition=Q(required__lte=F("base_count")), name="callback_sample_within_its_base"),
        ]

    def __str__(self) -> str:
        return f"call-back sample {self.year} of branch {self.branch_id}"


class Callback(models.Model):
    """A client to be called back by a day, by somebody who is not their advisor: a new account, or a member of a year's
    sample at its `place` in the order of the draw."""

    class Kind(models.TextChoices):
        NEW = "new", _("new account")
        YEAR = "year", _("year's sample")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("call-back", "open")
        REACHED = "reached", pgettext_lazy("call-back", "reached")
        REFUSED = "refused", pgettext_lazy("call-back", "refused")
        UNREACHED = "unreached", pgettext_lazy("call-back", "not reachable")
        WITHDRAWN = "withdrawn", pgettext_lazy("call-back", "replaced")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="callbacks")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    sample = models.ForeignKey(
        CallbackSample, null=True, on_delete=models.PROTECT, related_name="members", db_index=False
    )
    place = models.PositiveIntegerField(null=True)
    caller = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_on = models.DateField(_("due"))
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    why = models.CharField(max_length=12, blank=True)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["client"], condition=Q(kind="new"), name="one_callback_per_new_account"),
            models.UniqueConstraint(fields=["sample", "client"], name="one_callback_per_sample_and_client"),
            models.UniqueConstraint(fields=["sample", "place"], name="one_callback_per_place_of_a_sample"),
            models.CheckConstraint(
                condition=Q(kind="new", sample=None, place=None)
                | Q(kind="year", sample__isnull=False, place__isnull=False),
                name="callback_of_a_sample_has_a_place",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["caller", "due_on"], condition=Q(state="open"), name="callback_open_of_caller"),
            models.Index(fields=["branch", "due_on"], name="callback_due_in_branch"),
        ]

    def __str__(self) -> str:
        return f"call-back {self.pk} of client {self.client_id}"


class CallbackAttempt(models.Model):
    """One call: what came of it, and the answers by question ("yes" or "no"). `advisor` is who looked after the client at
    that moment: never the caller, and the database holds it. Withdrawn, never deleted (L3)."""

    class Outcome(models.TextChoices):
        REACHED = "reached", pgettext_lazy("call", "reached")
        UNREACHED = "unreached", pgettext_lazy("call", "not reached")
        REFUSED = "refused", pgettext_lazy("call", "refused to answer")
        WRONG = "wrong", pgettext_lazy("call", "wrong number")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    callback = models.ForeignKey(Callback, on_delete=models.PROTECT, related_name="attempts")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    caller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    advisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome.choices)
    answers = models.JSONField(default=dict)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = CallbackAttemptQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(advisor=None) | ~Q(caller=F("advisor")), name="nobody_calls_back_an_own_client"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "made_at"], name="callback_attempt_of_client"),
            models.Index(fields=["caller", "made_at"], name="callback_attempt_of_caller"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk} of call-back {self.callback_id}"


class CallbackFinding(models.Model):
    """An answer that must not stand: manager or compliance look into it and say what came of it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("finding", "open")
        SETTLED = "settled", pgettext_lazy("finding", "settled")
        WITHDRAWN = "withdrawn", pgettext_lazy("finding", "withdrawn")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    attempt = models.ForeignKey(CallbackAttempt, on_delete=models.PROTECT, related_name="findings", db_index=False)
    question = models.CharField(max_length=12)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    note = models.CharField(_("what came of it"), max_length=500, blank=True)

    objects = CallbackFindingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["attempt", "question"], name="one_finding_per_answer"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "state", "made_at"], name="callback_finding_state"),
        ]

    def __str__(self) -> str:
        return f"finding {self.pk}: {self.question}"
