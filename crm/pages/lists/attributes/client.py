"""Who the client is, as the branch's systems say."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from clients.models.people import State
from crm.models import Branch, Staff
from crm.pages.lists.attributes.attribute import Attribute, Subject, of_values
from crm.pages.lists.days import Days
from crm.pages.lists.kinds import NONE, Asked, Choice, Options, Words, YesNo

_LEVELS = [(level, level) for level in ("C1", "C2", "C3", "C4", "C5")]
_MONTHS = [(str(month), str(month)) for month in range(1, 13)]


def _branches(user: Staff, _chosen: Sequence[str], _branch: str) -> Options:
    return list(Branch.objects.visible_to(user).filter(is_active=True).values_list("code", "name"))


def _advisors(user: Staff, chosen: Sequence[str], branch: str) -> Options:
    """The advisors of one branch: of the only one that the reader has, or of the one that is asked for. Who is asked for
    already stays named."""
    found = Staff.objects.visible_to(user)
    asked = found.filter(pk__in=[int(pk) for pk in chosen if pk.isascii() and pk.isdigit() and len(pk) < 19])
    branches = Branch.objects.visible_to(user).filter(is_active=True)
    if branch:
        branches = branches.filter(code=branch)
    keys = list(branches.values_list("pk", flat=True).distinct()[:2])
    here = found.advisors().filter(branches=keys[0]) if len(keys) == 1 else found.none()
    rows = (here | asked).distinct().order_by("name").values_list("pk", "name")
    return [*((str(pk), name) for pk, name in rows), (NONE, _("nobody"))]


def _of_advisor(value: tuple[str, ...], _asked: Asked) -> Q:
    keys = [int(one) for one in value if one.isascii() and one.isdigit() and len(one) < 19]
    found = Q(client__advisor__in=keys)
    return found | Q(client__advisor=None) if NONE in value else found


def _risk_valid(value: Any, asked: Asked) -> Q:
    """L1: a missing or expired assessment counts as failing."""
    valid = ~Q(client__risk_level="") & Q(client__risk_expires_on__gt=asked.as_of)
    return valid if value else ~valid | Q(client__risk_expires_on=None)


def _birthday_month(value: tuple[str, ...], _asked: Asked) -> Q:
    return Q(client__birthday__month__in=[int(month) for month in value])


def _risk_level(value: tuple[str, ...], _asked: Asked) -> Q:
    return Q(client__risk_level__in=["" if one == NONE else one for one in value])


SUBJECT = Subject(
    _("Client"),
    (
        Attribute("branch", _("Branch"), Choice(_branches), "client__branch__code", hidden_from=frozenset({"advisor"})),
        Attribute(
            "advisor", _("Advisor"), Choice(_advisors, none=True), build=_of_advisor, hidden_from=frozenset({"advisor"})
        ),
        Attribute("kind", pgettext_lazy("client", "Kind"), of_values(Client.Kind.choices), "client__kind"),
        Attribute("opened", _("Opened"), Days(), "client__opened_on", never=_("nothing known")),
        Attribute("closed", pgettext_lazy("client", "Closed"), Days(), "client__closed_on", never=_("not closed")),
        Attribute("account_state", _("Account state"), of_values(State.choices), "client__state"),
        Attribute("source", _("Source"), Words(), "client__source", never=_("nothing known")),
        Attribute("occupation", _("Occupation"), Words(), "client__occupation", never=_("nothing known")),
        Attribute("education", _("Education"), Words(), "client__education", never=_("nothing known")),
        Attribute("risk_level", _("Risk level"), of_values(_LEVELS, none=True), build=_risk_level),
        Attribute(
            "risk_expires",
            _("Risk assessment expires"),
            Days(),
            "client__risk_expires_on",
            never=_("nothing known"),
            has_future=True,
        ),
        Attribute("risk_valid", _("Risk assessment valid"), YesNo(), build=_risk_valid),
        Attribute("professional", _("Professional investor"), YesNo(), "client__is_professional"),
        Attribute("birthday", _("Month of birth"), of_values(_MONTHS), build=_birthday_month),
        Attribute("unscored", _("Scoring switched off"), YesNo(), "client__is_unscored"),
    ),
)
