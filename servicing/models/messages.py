"""What is sent to clients: a sending, and its messages as rows of the outbox."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from crm.models import Branch
from servicing.models.texts import TextVersion
from servicing.querysets import MessageQuerySet, SendingQuerySet


class MessageChannel(models.TextChoices):
    """Channels of written messages: each is a channel of consent too."""

    SMS = "sms", _("SMS")
    WECOM = "wecom", _("WeCom")
    EMAIL = "email", pgettext_lazy("contact", "e-mail")
    LETTER = "letter", _("letter")


class LeftOut(models.TextChoices):
    """Why a client gets no message, in the order in which it is asked (R8): the first that holds is told. The last ones are
    found at the moment of sending only."""

    RESTRICTED = "restricted", _("the client is restricted")
    CLOSED = "closed", _("the account is closed")
    FROZEN = "frozen", _("the account is frozen")
    NO_ADDRESS = "no_address", _("no address for this channel")
    OPTED_OUT = "opted_out", _("opted out of this channel")
    NO_CONSENT = "no_consent", _("never agreed to this channel")
    QUIET = "quiet", _("quiet hours leave no hour")
    CAP = "cap", _("has had enough messages lately")
    COMPLAINT = "complaint", _("a complaint is open")
    OVERTRADING = "overtrading", _("sign of over-trading: nothing that raises trading")
    UNLICENSED = "unlicensed", _("whoever sends it lacks a paper for the product")
    UNSUITABLE = "unsuitable", _("the product does not suit the client")
    MATERIAL = "material", _("the product of the material does not suit the client")
    RECENT = "recent", _("was contacted lately")
    EXPIRED = "expired", _("the text had expired")
    STOPPED = "stopped", _("the sending was stopped")
    WITHDRAWN = "withdrawn", _("the text is not approved any more")
    NO_MATERIAL = "no_material", _("the material may not be given any more")
    LINK_CLOSED = "link_closed", _("the link to the material was taken back or has ended")


class Sending(models.Model):
    """A text sent to one client or to a list. Its messages are written while it is a draft and go when it does; `keep_rest`:
    clients who were contacted lately are left out; `raises_trading`: nothing for clients with a sign of over-trading (B7).
    What has not gone when the text expires does not go any more (S3). `material`: each client gets an own link to it."""

    class Kind(models.TextChoices):
        ONE = "one", _("to one client")
        LIST = "list", _("to a list")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("sending", "draft")
        WAITING = "waiting", _("waits for a second person")
        GOING = "going", pgettext_lazy("sending", "going out")
        STOPPED = "stopped", pgettext_lazy("sending", "stopped")
        FINISHED = "finished", pgettext_lazy("sending", "finished")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    channel = models.CharField(_("channel"), max_length=6, choices=MessageChannel.choices)
    text = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    material = models.ForeignKey("servicing.Material", null=True, on_delete=models.PROTECT, related_name="+")
    keep_rest = models.BooleanField(default=False)
    raises_trading = models.BooleanField(default=False)
    size = models.PositiveIntegerField()  # clients asked for, those left out included
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = SendingQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["branch", "-asked_at"], name="sending_branch"),
            models.Index(fields=["state"], condition=Q(state__in=["waiting", "going"]), name="sending_open"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")), name="sending_second_person"
            ),
        ]

    def __str__(self) -> str:
        return f"sending {self.uid}"


class Message(models.Model):
    """A row of the outbox. `key` (sending, client, step, channel) is unique, so that nothing is written twice; `uid` is the
    key that the provider gets, the same at every attempt; `attempt` fences what a worker writes that lost its lease.
    `maybe_sent`: once its outcome was unknown, so nothing calls it cancelled any more."""

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("message", "queued")
        SENDING = "sending", pgettext_lazy("message", "on its way")
        SENT = "sent", pgettext_lazy("message", "sent")
        FAILED = "failed", pgettext_lazy("message", "failed")
        UNKNOWN = "unknown", pgettext_lazy("message", "outcome unknown")
        CANCELLED = "cancelled", pgettext_lazy("message", "cancelled")
        LEFT_OUT = "left_out", pgettext_lazy("message", "left out")

    class Delivery(models.TextChoices):
        NONE = "", pgettext_lazy("delivery", "no report")
        DELIVERED = "delivered", pgettext_lazy("delivery", "delivered")
        OPENED = "opened", pgettext_lazy("delivery", "opened")
        BOUNCED = "bounced", pgettext_lazy("delivery", "came back")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=100, unique=True)
    sending = models.ForeignKey(Sending, on_delete=models.PROTECT, related_name="messages", db_index=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="messages", db_index=False)
    channel = models.CharField(max_length=6, choices=MessageChannel.choices)
    is_test = models.BooleanField(default=False)  # to whoever asked, about nobody
    recipient_sealed = models.CharField(max_length=500, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=11, choices=LeftOut.choices, blank=True)  # of cancelled and left out
    trouble = models.CharField(max_length=80, blank=True)  # why failed or unknown: a code, nothing personal
    not_before = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    maybe_sent = models.BooleanField(default=False)
    provider_id = models.CharField(max_length=120, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    delivery = models.CharField(max_length=9, choices=Delivery.choices, blank=True)
    delivered_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sending", "state", "id"], name="message_sending"),
            models.Index(fields=["client", "-claimed_at"], name="message_client"),
            models.Index(fields=["branch", "id"], condition=Q(state="queued"), name="message_queued"),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="message_on_its_way"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(client__isnull=False) ^ Q(is_test=True), name="message_client_or_test"),
            models.CheckConstraint(
                condition=Q(state__in=["cancelled", "left_out"]) ^ Q(reason=""), name="message_reason_where_kept_back"
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.uid}"
