"""What was done for a client and what was promised: contacts, promises, tasks. Rows are withdrawn, never deleted (L3)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.querysets import ContactQuerySet, HandOverQuerySet, PromiseQuerySet, TaskQuerySet


class Contact(models.Model):
    """A conversation that happened (S6). `uid` is made by the form, so that a double click records it once; `version`
    counts its edits, so that a second editor is told."""

    class Channel(models.TextChoices):
        PHONE = "phone", pgettext_lazy("contact", "phone")
        WECOM = "wecom", _("WeCom")
        SMS = "sms", _("SMS")
        EMAIL = "email", _("e-mail")
        VISIT = "visit", _("visit")
        AT_BRANCH = "at_branch", _("at the branch")
        LETTER = "letter", _("letter")
        OTHER = "other", pgettext_lazy("contact", "other")

    class Direction(models.TextChoices):
        OUT = "out", _("we reached the client")
        IN = "in", _("the client reached us")

    class Mood(models.TextChoices):
        UNKNOWN = "", _("not noted")
        PLEASED = "pleased", _("pleased")
        CALM = "calm", _("calm")
        LOW = "low", _("low")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contacts", db_index=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices, default=Direction.OUT)
    summary = models.TextField(_("summary"), max_length=2000)
    mood = models.CharField(_("mood"), max_length=8, choices=Mood.choices, blank=True)
    next_step = models.CharField(_("next step"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client", "-happened_at"], name="contact_client"),
            models.Index(fields=["branch", "-happened_at"], name="contact_branch"),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class ContactChange(models.Model):
    """What a contact said before an edit or a withdrawal: append-only."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="changes")
    version = models.PositiveIntegerField()
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contact", "version"], name="one_change_per_contact_and_version"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} v{self.version}"


class Promise(models.Model):
    """Something promised to a client, with a due day. It always has an owner (S6)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("promise", "open")
        KEPT = "kept", _("kept")
        WITHDRAWN = "withdrawn", _("withdrawn")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="promises")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="promises")
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
        ]

    def __str__(self) -> str:
        return f"promise {self.pk}"


class Task(models.Model):
    """Something to do for a client by a day (S5). `key` names what asked for it, so that asking twice adds nothing."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("task", "open")
        DONE = "done", pgettext_lazy("task", "done")
        WITHDRAWN = "withdrawn", _("withdrawn")

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="tasks")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=80, unique=True)
    title = models.CharField(_("what to do"), max_length=120)
    reason = models.CharField(_("why"), max_length=200, blank=True)
    due_on = models.DateField(_("due"))
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="tasks")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "due_on"], condition=Q(state="open"), name="task_due"),
        ]

    def __str__(self) -> str:
        return f"task {self.pk}"


class HandOver(models.Model):
    """Clients who changed their advisor in one step (S17), so that the step can be taken back. `promises` and `tasks`: who
    had what moved with them."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    promises = models.JSONField(default=dict)
    tasks = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = HandOverQuerySet.as_manager()

    def __str__(self) -> str:
        return f"hand-over {self.uid}"


class HandOverClient(models.Model):
    """A client of a hand-over and who had the client before."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="clients", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="hand_overs")
    former = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["hand_over", "client"], name="one_row_per_hand_over_and_client"),
        ]

    def __str__(self) -> str:
        return f"client {self.client_id} of {self.hand_over_id}"
