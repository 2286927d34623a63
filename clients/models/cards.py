"""The cards about a client that people write (P3, P4, P6, P7, P8). A row is withdrawn, never deleted; `version` counts its
edits, so that a second editor is told; every edit leaves a CardChange."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.people import Client
from clients.querysets import CardChangeQuerySet, CardQuerySet
from crm.models import Branch


class Card(models.Model):
    """What every card has: whose it is, how often it was edited, who spoke last (None: the client, by a link) and when."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = CardQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


class PreferenceCard(Card):
    """What makes a client feel known (P3, S16). The form of address stands on the client itself."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="preferences")
    seat = models.CharField(_("usual seat"), max_length=60, blank=True)
    drink = models.CharField(_("drink"), max_length=60, blank=True)
    call_time = models.CharField(_("best time to call"), max_length=60, blank=True)
    hobbies = models.CharField(_("hobbies"), max_length=120, blank=True)
    taboos = models.CharField(_("taboo topics"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("preferences card")


class Background(Card):
    """How the client is to be served (P3): knowledge, service model, lowest category of investor (L1), the loss at which the
    client wants to hear of it (B9), and what is held elsewhere as far as known: money in fen, shares in 1/10,000."""

    class Knowledge(models.TextChoices):
        UNKNOWN = "", pgettext_lazy("knowledge", "unknown")
        EXPERT = "expert", _("can analyse and forecast")
        SOME = "some", pgettext_lazy("knowledge", "a little")
        VAGUE = "vague", pgettext_lazy("knowledge", "vague")
        NONE = "none", pgettext_lazy("knowledge", "none")

    class ServiceModel(models.TextChoices):
        UNKNOWN = "", pgettext_lazy("service model", "unknown")
        ADVISED = "advised", _("advised")
        SELF_DIRECTED = "self", _("self-directed")
        MIXED = "mixed", _("mixed")

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="background")
    knowledge = models.CharField(_("knowledge level"), max_length=6, choices=Knowledge.choices, blank=True)
    service_model = models.CharField(_("service model"), max_length=8, choices=ServiceModel.choices, blank=True)
    is_strategic = models.BooleanField(_("strategic client"), default=False)
    is_lowest = models.BooleanField(_("lowest category of investor"), default=False)
    loss_line_e4 = models.PositiveIntegerField(_("own loss line"), null=True, blank=True)
    wecom_id = models.CharField(_("WeCom id"), max_length=64, blank=True)
    elsewhere_fen = models.BigIntegerField(_("assets elsewhere"), null=True, blank=True)
    wallet_share_e4 = models.PositiveIntegerField(_("share of wallet"), null=True, blank=True)
    elsewhere_on = models.DateField(_("as of"), null=True, blank=True)
    elsewhere_source = models.CharField(_("source"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("background")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(elsewhere_fen=None) | models.Q(elsewhere_fen__gte=0), name="elsewhere_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(wallet_share_e4=None) | models.Q(wallet_share_e4__lte=10_000),
                name="wallet_share_at_most_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(loss_line_e4=None) | models.Q(loss_line_e4__range=(1, 10_000)),
                name="loss_line_within_whole",
            ),
        ]


class Said(models.TextChoices):
    """What a client said about being contacted through a channel."""

    UNKNOWN = "", pgettext_lazy("consent", "not asked")
    GIVEN = "given", pgettext_lazy("consent", "given")
    REFUSED = "refused", pgettext_lazy("consent", "refused")


CHANNELS = {
    "phone": pgettext_lazy("contact", "phone"),
    "sms": _("SMS"),
    "wecom": _("WeCom"),
    "email": pgettext_lazy("contact", "e-mail"),
    "letter": _("letter"),
}


def _said() -> Any:
    return models.CharField(_("consent"), max_length=7, choices=Said.choices, blank=True)


def _said_on() -> Any:
    return models.DateField(_("day"), null=True, blank=True)


def _said_in() -> Any:
    return models.CharField(_("source"), max_length=60, blank=True)


class Consent(Card):
    """Consent per channel with the day and source of each word, and the hours in which nobody calls (P3, S15). It is read
    again at the moment of sending; not asked is not given."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="consent")
    phone, phone_on, phone_source = _said(), _said_on(), _said_in()
    sms, sms_on, sms_source = _said(), _said_on(), _said_in()
    wecom, wecom_on, wecom_source = _said(), _said_on(), _said_in()
    email, email_on, email_source = _said(), _said_on(), _said_in()
    letter, letter_on, letter_source = _said(), _said_on(), _said_in()
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")


class CardChange(models.Model):
    """What a card said before and after an edit: append-only. `before` is empty for a new row, `after` for a withdrawn
    one; sealed values stay sealed here too. No staff: the client, by a link."""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    card = models.CharField(max_length=12)
    key = models.BigIntegerField()
    version = models.PositiveIntegerField()
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    is_undo = models.BooleanField(default=False)

    objects = CardChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("history of a card")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["card", "key", "version"], name="one_change_per_card_and_version"),
        ]

    def __str__(self) -> str:
        return f"{self.card} {self.key} v{self.version}"
