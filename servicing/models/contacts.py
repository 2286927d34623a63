"""What was said with a client, and what a contact said before it was edited."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.querysets import ContactQuerySet


class Contact(models.Model):
    """A conversation that happened (S6). `uid` is made by the form, so that a double click records it once; `version`
    counts its edits, so that a second editor is told."""

    class Channel(models.TextChoices):
        PHONE = "phone", pgettext_lazy("contact", "phone")
        WECOM = "wecom", _("WeCom")
        SMS = "sms", _("SMS")
        EMAIL = "email", pgettext_lazy("contact", "e-mail")
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
        LOW = "low", pgettext_lazy("mood", "low")

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
    script = models.ForeignKey(
        "servicing.TextVersion", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("script")
    )
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
