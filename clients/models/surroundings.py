"""People around a client, needs, permissions and rates (P4, P6, P7, P8): cards of which a client has several."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models.cards import Card
from clients.models.people import Account, Client
from clients.querysets import HouseholdLinkQuerySet

STANDING = Q(withdrawn_at=None)


class CloseContact(Card):
    """Somebody around the client who is no client (P6). The phone is sealed and bound to `uid`, which the form makes, so
    that a double click adds one row."""

    class Relation(models.TextChoices):
        SPOUSE = "spouse", pgettext_lazy("relation", "spouse")
        CHILD = "child", pgettext_lazy("relation", "son or daughter")
        PARENT = "parent", pgettext_lazy("relation", "parent")
        RELATIVE = "relative", pgettext_lazy("relation", "relative")
        ASSISTANT = "assistant", pgettext_lazy("relation", "assistant")
        SECRETARY = "secretary", pgettext_lazy("relation", "secretary")
        INTRODUCER = "introducer", pgettext_lazy("relation", "introducer")
        AGENT = "agent", pgettext_lazy("relation", "agent with powers")
        OTHER = "other", pgettext_lazy("relation", "other")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices)
    phone_sealed = models.CharField(_("phone"), max_length=200, blank=True)
    can_tell = models.CharField(_("what they can tell"), max_length=200, blank=True)
    may_contact = models.BooleanField(_("may be contacted"), default=False)
    powers = models.CharField(_("powers"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("close contact")


class HouseholdLink(Card):
    """Two clients of one branch who belong together (P7): symmetric, so the one who came first stands first."""

    class Relation(models.TextChoices):
        SPOUSES = "spouses", _("spouses")
        PARENT_CHILD = "parent", _("parent and child")
        SIBLINGS = "siblings", _("siblings")
        RELATIVES = "relatives", _("relatives")
        BUSINESS = "business", _("company and owner")
        OTHER = "other", pgettext_lazy("relation", "other")

    other = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices)
    note = models.CharField(_("note"), max_length=120, blank=True)

    objects = HouseholdLinkQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("household link")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(client__lt=F("other")), name="household_in_order"),
            models.UniqueConstraint(fields=["client", "other"], condition=STANDING, name="one_link_per_pair"),
        ]


class Need(Card):
    """What a client wants from us, how much (0–3), and who says so (P8). A later word on the same need supersedes."""

    class Kind(models.TextChoices):
        RETURN = "return", _("return above savings")
        SPACE = "space", _("space and facilities")
        SYSTEM = "system", _("trading and quote system")
        RELATIONS = "relations", _("relations on the spot")
        ADVICE_ASKED = "asked", _("consulting, asked for")
        ADVICE_RECEIVED = "received", _("consulting, only received")
        LEARNING = "learning", _("learning to trade")
        VALUED = "valued", _("being valued")
        TAKING_PART = "part", _("taking part")

    class Strength(models.IntegerChoices):
        NONE = 0, pgettext_lazy("need", "none")
        WEAK = 1, pgettext_lazy("need", "weak")
        CLEAR = 2, pgettext_lazy("need", "clear")
        STRONG = 3, pgettext_lazy("need", "strong")

    kind = models.CharField(_("need"), max_length=10, choices=Kind.choices)
    strength = models.PositiveSmallIntegerField(_("strength"), choices=Strength.choices)
    source = models.CharField(_("source"), max_length=60)
    note = models.CharField(_("note"), max_length=200, blank=True)
    noted_on = models.DateField(_("noted on"))

    class Meta:
        verbose_name = _("need")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(strength__range=(0, 3)), name="need_strength_range"),
            models.UniqueConstraint(
                fields=["client", "kind", "noted_on"], condition=STANDING, name="one_word_per_need_and_day"
            ),
        ]


class TradingPermission(Card):
    """What a client may trade, since when (P4), for all accounts or one of them."""

    class Board(models.TextChoices):
        CHINEXT = "chinext", _("ChiNext")
        STAR = "star", _("STAR Market")
        BSE = "bse", _("Beijing exchange")
        CONNECT = "hk", _("Stock Connect")
        MARGIN = "margin", _("margin trading")
        OPTION = "option", pgettext_lazy("permission", "options")

    account = models.ForeignKey(
        Account, verbose_name=_("account"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    board = models.CharField(_("permission"), max_length=8, choices=Board.choices)
    granted_on = models.DateField(_("granted on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=60)

    class Meta:
        verbose_name = _("trading permission")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("granted_on")), name="permission_ends_after_it_began"
            ),
            models.UniqueConstraint(
                fields=["client", "board", "granted_on"],
                condition=STANDING & Q(account=None),
                name="one_permission_per_client_and_day",
            ),
            models.UniqueConstraint(
                fields=["client", "board", "account", "granted_on"],
                condition=STANDING & Q(account__isnull=False),
                name="one_permission_per_account_and_day",
            ),
        ]


class CommissionRate(Card):
    """What an account pays from a day on (P4): the rate in 1/1,000,000 of the amount, the minimum per trade in fen. A later
    day supersedes."""

    class Product(models.TextChoices):
        STOCK = "stock", _("stocks")
        BSE = "bse", _("Beijing exchange")
        CONNECT = "hk", _("Stock Connect")
        ETF = "etf", _("exchange-traded funds")
        CONVERTIBLE = "cb", _("convertible bonds")
        BOND = "bond", _("bonds")
        REPO = "repo", _("reverse repo")
        MARGIN = "margin", _("margin trading")

    class Basis(models.TextChoices):
        ALL_IN = "all_in", _("all-in")
        NET = "net", pgettext_lazy("rate", "net of levies")

    account = models.ForeignKey(Account, verbose_name=_("account"), on_delete=models.PROTECT, related_name="+")
    product = models.CharField(_("product class"), max_length=8, choices=Product.choices)
    rate_e6 = models.PositiveIntegerField(_("rate"))
    minimum_fen = models.PositiveIntegerField(_("minimum per trade"), default=0)
    basis = models.CharField(_("basis"), max_length=6, choices=Basis.choices)
    from_day = models.DateField(_("in force from"))

    class Meta:
        verbose_name = _("commission rate")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(rate_e6__lte=1_000_000), name="rate_at_most_whole"),
            models.UniqueConstraint(
                fields=["account", "product", "from_day"], condition=STANDING, name="one_rate_per_product_and_day"
            ),
        ]
