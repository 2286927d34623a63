"""What may be said and sent: scripts and templates in versions, each approved by a second person (S14), and what no text may
promise."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicing.models.versions import Risk, Version, Versioned, kept_of
from servicing.querysets import BannedPhraseQuerySet, MessageTextQuerySet, TextVersionQuerySet


class MessageText(Versioned):
    """A script to talk by or a template to send; its wording stands in versions."""

    class Kind(models.TextChoices):
        SCRIPT = "script", pgettext_lazy("text", "script")
        TEMPLATE = "template", pgettext_lazy("text", "template")

    class Channel(models.TextChoices):
        ANY = "any", pgettext_lazy("text", "any channel")
        PHONE = "phone", pgettext_lazy("contact", "phone")
        WECOM = "wecom", _("WeCom")
        SMS = "sms", _("SMS")
        EMAIL = "email", pgettext_lazy("contact", "e-mail")
        LETTER = "letter", _("letter")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel.choices)
    name = models.CharField(_("name"), max_length=40)
    purpose = models.CharField(_("purpose"), max_length=200)

    objects = MessageTextQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(kind="template") | Q(channel__in=["wecom", "sms", "email", "letter"]),
                name="template_has_a_channel_to_send_by",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TextVersion(Version):
    """One wording of a text. Placeholders are those of `servicing.texts.rendering`. `shelf_hours` after the approval it is
    worth nothing any more (S3)."""

    OF = "text"
    GUARDED = ("subject", "body", "risk_notice")

    text = models.ForeignKey(MessageText, on_delete=models.PROTECT, related_name="versions", db_index=False)
    subject = models.CharField(_("subject"), max_length=120, blank=True)  # of an e-mail or a letter
    body = models.TextField(_("wording"), max_length=4000)
    risk_notice = models.CharField(_("risk notice"), max_length=500, blank=True)
    product_risk = models.CharField(_("product risk"), max_length=2, choices=Risk.choices, blank=True)
    shelf_hours = models.PositiveIntegerField(_("worth sending for, hours"), null=True)
    expires_at = models.DateTimeField(null=True)  # set with the approval, from shelf_hours

    objects = TextVersionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = kept_of("text")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="text_waiting"),
        ]

    def __str__(self) -> str:
        return f"text {self.text_id} v{self.number}"


class BannedPhrase(models.Model):
    """What no text may say (S14), in force from a day until another (not included). Ended, never deleted. Law-like: compliance
    confirms it, but it blocks from its first day on."""

    phrase = models.CharField(_("phrase"), max_length=40)
    folded = models.CharField(max_length=80)  # as `servicing.texts.phrases` compares it
    why = models.CharField(_("why"), max_length=200)
    from_day = models.DateField(_("first day"))
    until_day = models.DateField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField(null=True)

    objects = BannedPhraseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["folded"], condition=Q(until_day=None), name="one_ban_in_force_per_phrase"),
        ]

    def __str__(self) -> str:
        return self.phrase
