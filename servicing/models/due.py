"""What was promised to a client and what is to be done, each by a day and with an owner."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.models.contacts import Contact
from servicing.querysets import PromiseQuerySet, TaskQuerySet


class Promise(models.Model):
    """Something promised to a client in a contact, with a due day; `settled_contact` kept it. It always has an owner (S6)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("promise", "open")
        KEPT = "kept", _("kept")
        WITHDRAWN = "withdrawn", _("withdrawn")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="promises")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="promises")
    settled_contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="settled_promises")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(_("promise"), max_length=200)
    due_on = models.DateField(_("due"))
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = PromiseQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "due_on"], condition=Q(state="open"), name="promise_due"),
            models.Index(fields=["branch", "due_on"], condition=Q(state="open"), name="promise_branch_due"),
            models.Index(fields=["branch", "due_on"], name="promise_branch_day"),
        ]

    def __str__(self) -> str:
        return f"promise {self.pk}"


class Task(models.Model):
    """Something to do for a client by a day (S5). `key` names what asked for it, so that asking twice adds nothing. `contact`
    asked for it, `settled_contact` did it; `due_before` is the day before the last postponement, for its undo. A task that the
    night or an event made says what to do by `rule` and `slots`, in the reader's language, and has no title of its own."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("task", "open")
        DONE = "done", pgettext_lazy("task", "done")
        WITHDRAWN = "withdrawn", _("withdrawn")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="tasks")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=80, unique=True)
    rule = models.CharField(
        max_length=12, blank=True
    )  # of the night's rounds (servicing.rounds) or of an event; "": a person wrote it
    slots = models.JSONField(default=dict, blank=True)
    title = models.CharField(_("what to do"), max_length=120, blank=True)
    reason = models.CharField(_("why"), max_length=200, blank=True)
    due_on = models.DateField(_("due"))
    due_before = models.DateField(null=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="tasks")
    settled_contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="settled_tasks")
    # None: the night; the same for who settled it
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_why = models.CharField(max_length=12, blank=True)  # why the night withdrew it

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "due_on"], condition=Q(state="open"), name="task_due"),
            models.Index(fields=["branch", "due_on"], condition=Q(state="open"), name="task_branch_due"),
            models.Index(fields=["branch", "due_on"], name="task_branch_day"),
            models.Index(fields=["branch", "rule", "settled_at"], condition=Q(rule__gt=""), name="task_round"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"
