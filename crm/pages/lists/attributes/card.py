"""What people have written about the client on cards: consent, needs, how the client is to be served, permissions."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Background, CloseContact, Consent, HouseholdLink, Need, TradingPermission
from clients.models.cards import CHANNELS, Card, Said
from crm.pages.lists.attributes.attribute import Attribute, Subject, of_values
from crm.pages.lists.kinds import NONE, Asked, YesNo

_CHANNELS = list(CHANNELS.items())


def _has(card: type[Card], condition: Q | None = None) -> Q:
    """A standing card of the client on which it is so."""
    mine = card._default_manager.filter(client=OuterRef("client"), withdrawn_at=None)
    return Q(Exists(mine.filter(condition) if condition is not None else mine))


def _consents(said: Said) -> Any:
    """Clients who said so for one of the channels. Not asked is not given."""

    def build(value: tuple[str, ...], _asked: Asked) -> Q:
        found = Q(pk__in=[])
        for channel in value:
            found |= Q(**{channel: said})
        return _has(Consent, found)

    return build


def _needing(value: tuple[str, ...], _asked: Asked) -> Q:
    """A need of some strength: the latest word on each counts, and 0 says that there is none (P8)."""
    found = _has(Need, Q(kind__in=[one for one in value if one != NONE], strength__gt=0))
    return found | ~_has(Need, Q(strength__gt=0)) if NONE in value else found


def _served(field: str) -> Any:
    def build(value: tuple[str, ...], _asked: Asked) -> Q:
        found = _has(Background, Q(**{f"{field}__in": [one for one in value if one != NONE]}))
        return found | ~_has(Background, ~Q(**{field: ""})) if NONE in value else found

    return build


def _permitted(value: tuple[str, ...], asked: Asked) -> Q:
    """A permission in force today: granted, and neither ended nor withdrawn."""
    in_force = Q(granted_on__lte=asked.today) & (Q(ended_on=None) | Q(ended_on__gt=asked.today))
    found = _has(TradingPermission, in_force & Q(board__in=[one for one in value if one != NONE]))
    return found | ~_has(TradingPermission, in_force) if NONE in value else found


def _strategic(value: Any, _asked: Asked) -> Q:
    found = _has(Background, Q(is_strategic=True))
    return found if value else ~found


def _accompanied(value: Any, _asked: Asked) -> Q:
    found = _has(CloseContact)
    return found if value else ~found


def _related(value: Any, _asked: Asked) -> Q:
    """Linked to another client of the branch, from either end (P7)."""
    links = HouseholdLink.objects.filter(withdrawn_at=None)
    found = Q(Exists(links.filter(client=OuterRef("client")))) | Q(Exists(links.filter(other=OuterRef("client"))))
    return found if value else ~found


SUBJECT = Subject(
    _("Cards"),
    (
        Attribute("consent", _("Consent given"), of_values(_CHANNELS), build=_consents(Said.GIVEN)),
        Attribute("refused", _("Consent refused"), of_values(_CHANNELS), build=_consents(Said.REFUSED)),
        Attribute(
            "need", _("Needs"), of_values(Need.Kind.choices, none=True), build=_needing, never=_("nothing known")
        ),
        Attribute(
            "knowledge",
            pgettext_lazy("client", "Knowledge level"),
            of_values(Background.Knowledge.choices, none=True),
            build=_served("knowledge"),
            never=_("nothing known"),
        ),
        Attribute(
            "served",
            pgettext_lazy("client", "Service model"),
            of_values(Background.ServiceModel.choices, none=True),
            build=_served("service_model"),
            never=_("nothing known"),
        ),
        Attribute("strategic", _("Strategic client"), YesNo(), build=_strategic),
        Attribute(
            "permission",
            _("Trading permissions"),
            of_values(TradingPermission.Board.choices, none=True),
            build=_permitted,
            never=_("none"),
        ),
        Attribute("close_contacts", _("Close contacts noted"), YesNo(), build=_accompanied),
        Attribute("household", _("In a household"), YesNo(), build=_related),
    ),
)
