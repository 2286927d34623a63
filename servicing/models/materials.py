"""Investor education (S13): materials in approved versions, each with its risk notice; who was given them, and who read them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from segmentation.models import Tier
from servicing.models.versions import Risk, Version, Versioned, kept_of
from servicing.querysets import (
    MaterialQuerySet,
    MaterialReadingQuerySet,
    MaterialShareQuerySet,
    MaterialVersionQuerySet,
)


class Material(Versioned):
    """Something to read about the market and its risks: for whom it is meant, and the product risk it speaks of (L1).
    `is_required`: whoever serves clients confirms having read what is in force."""

    class Topic(models.TextChoices):
        BASICS = "basics", pgettext_lazy("topic", "basics")
        PRODUCTS = "products", pgettext_lazy("topic", "products")
        RULES = "rules", pgettext_lazy("topic", "trading rules")
        RISK = "risk", pgettext_lazy("topic", "risks")
        FRAUD = "fraud", pgettext_lazy("topic", "fraud")
        RIGHTS = "rights", pgettext_lazy("topic", "investors' rights")
        PLANNING = "planning", pgettext_lazy("topic", "planning")

    class Knowledge(models.TextChoices):
        """The levels of `clients.models.Background.Knowledge`, the beginner first."""

        ANY = "", pgettext_lazy("knowledge", "every level")
        NONE = "none", pgettext_lazy("knowledge", "none")
        VAGUE = "vague", pgettext_lazy("knowledge", "vague")
        SOME = "some", pgettext_lazy("knowledge", "a little")
        EXPERT = "expert", _("can analyse and forecast")

    title = models.CharField(pgettext_lazy("material", "title"), max_length=80)
    topic = models.CharField(pgettext_lazy("material", "topic"), max_length=8, choices=Topic.choices)
    knowledge = models.CharField(_("knowledge level"), max_length=6, choices=Knowledge.choices, blank=True)
    tier = models.CharField(_("tier"), max_length=8, choices=Tier.choices, blank=True)
    product_risk = models.CharField(_("product risk"), max_length=2, choices=Risk.choices, blank=True)
    is_required = models.BooleanField(default=False)

    objects = MaterialQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class MaterialVersion(Version):
    """What a material says, as text, as a PDF, or both, always with a risk notice. `valid_until` is its last day. A file lies
    under its SHA-256 in private storage. `shared_count` and `opened_count` sum the links to clients that stand."""

    OF = "material"
    GUARDED = ("body", "risk_notice")

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="versions", db_index=False)
    body = models.TextField(pgettext_lazy("material", "text"), max_length=20_000, blank=True)
    risk_notice = models.CharField(_("risk notice"), max_length=1000)
    valid_until = models.DateField(_("last valid day"))
    file_name = models.CharField(max_length=120, blank=True)
    file_size = models.PositiveBigIntegerField(default=0)  # bytes
    file_sha256 = models.CharField(max_length=64, blank=True)
    shared_count = models.PositiveIntegerField(default=0)
    opened_count = models.PositiveIntegerField(default=0)

    objects = MaterialVersionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *kept_of("material"),
            models.CheckConstraint(condition=~Q(risk_notice=""), name="material_carries_a_risk_notice"),
            models.CheckConstraint(condition=~Q(body="") | ~Q(file_sha256=""), name="material_says_something"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="material_waiting"),
        ]

    def __str__(self) -> str:
        return f"material {self.material_id} v{self.number}"

    @property
    def opened_rate(self) -> float | None:
        """The share of its links that were opened, 0–1; None where there is none."""
        return self.opened_count / self.shared_count if self.shared_count else None


class MaterialShare(models.Model):
    """A link by which one client reads a material; what is handed over is its signature, stored nowhere. `version` was in
    force when it was made: the link shows the one in force when it is opened. `opened_at`: the first opening. The link that
    a message carries has the `uid` of the message, so that there is one of each."""

    class Channel(models.TextChoices):
        PERSON = "person", pgettext_lazy("material", "in person")
        WECOM = "wecom", _("WeCom")
        SMS = "sms", _("SMS")
        EMAIL = "email", pgettext_lazy("contact", "e-mail")
        LETTER = "letter", _("letter")

    uid = models.UUIDField(unique=True, editable=False)
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="shares", db_index=False)
    version = models.ForeignKey(MaterialVersion, on_delete=models.PROTECT, related_name="given_by")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(_("channel"), max_length=6, choices=Channel.choices)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = MaterialShareQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["material", "made_at"], name="share_of_material"),
            models.Index(fields=["client", "made_at"], name="share_of_client"),
        ]

    def __str__(self) -> str:
        return f"material share {self.pk}"


class MaterialReading(models.Model):
    """One opening of a version after its risk notice was confirmed: by a client through a link, or by a member of staff."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(MaterialVersion, on_delete=models.PROTECT, related_name="readings", db_index=False)
    share = models.ForeignKey(MaterialShare, null=True, on_delete=models.PROTECT, related_name="readings")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    objects = MaterialReadingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(share__isnull=False, staff=None) | Q(share=None, staff__isnull=False),
                name="material_is_read_by_a_client_or_by_staff",
            ),
            models.UniqueConstraint(
                fields=["version", "staff"], condition=Q(staff__isnull=False), name="staff_confirm_a_version_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["version", "confirmed_at"], name="read_version")]

    def __str__(self) -> str:
        return f"reading {self.pk}"
