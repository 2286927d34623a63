"""The cards of which a client has several, as the page shows them; one read for each kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from clients.models import Client, CloseContact, CommissionRate, Need, TradingPermission
from clients.models.cards import Card
from clients.profile import wording
from clients.profile.contacts import masked_phone
from clients.profile.household import links_of
from crm import access
from crm.models import Staff

ROWS = 60  # of one kind: people type these, nobody has more
M = TypeVar("M", bound=Card)


@dataclass(frozen=True)
class Around:
    """Somebody around the client, as the reader may see them: a close contact, or a client of the same household."""

    row: Card
    name: str
    relation: str
    text: str
    phone: str = ""
    client: Client | None = None


@dataclass(frozen=True)
class Rate:
    """What an account pays for a class of product."""

    row: CommissionRate
    account: str
    rate: str
    is_ahead: bool


@dataclass(frozen=True)
class Permission:
    """What the client may trade, and through which account where it is one."""

    row: TradingPermission
    account: str
    is_over: bool


def contacts(client: Client, user: Staff) -> list[Around]:
    """The people around the client; their names are masked for roles that see none."""
    rows = _rows(CloseContact, client, user).order_by("pk")[:ROWS]
    return [_contact(row, user) for row in rows]


def _contact(row: CloseContact, user: Staff) -> Around:
    texts = [_("may be contacted") if row.may_contact else _("not to be contacted"), row.can_tell]
    if row.powers:
        texts.append(_("powers: {powers}").format(powers=row.powers))
    name = access.name_for(user, row.name)
    return Around(
        row,
        name,
        row.get_relation_display(),
        " · ".join(t for t in texts if t),
        masked_phone(row),
    )


def household(client: Client, user: Staff) -> list[Around]:
    """The other ends of the client's links. One whom the reader does not see is told without a name; a restricted one (L3)
    not at all, except to compliance."""
    found = []
    for link in links_of(client, user)[:ROWS]:
        is_first = link.client_id == client.pk
        other, seen = (link.other, link.sees_other) if is_first else (link.client, link.sees_client)
        name = access.name_for(user, other.name, other.client_number)
        shown = name if seen else _("a client of a colleague")
        found.append(Around(link, shown, link.get_relation_display(), link.note, client=other if seen else None))
    return found


def needs(client: Client, user: Staff) -> Sequence[Need]:
    """The latest word on every need, the strongest first."""
    rows = _rows(Need, client, user).order_by("-noted_on", "-pk")[:ROWS]
    return sorted(_first(rows, lambda row: row.kind), key=lambda row: -row.strength)


def permissions(client: Client, user: Staff, today: date) -> list[Permission]:
    """The latest word on every board and account, in the order in which they were granted."""
    rows = _rows(TradingPermission, client, user).select_related("account").order_by("-granted_on", "-pk")[:ROWS]
    latest = _first(rows, lambda row: (row.board, row.account_id))
    return [
        Permission(
            row,
            wording.account_name(row.account) if row.account else "",
            row.ended_on is not None and row.ended_on <= today,
        )
        for row in sorted(latest, key=lambda row: (row.granted_on, row.pk))
    ]


def rates(client: Client, user: Staff, today: date) -> list[Rate]:
    """The rate in force of every account and product, and those that begin later."""
    rows = list(_rows(CommissionRate, client, user).select_related("account").order_by("-from_day", "-pk")[:ROWS])
    ahead = [row for row in rows if row.from_day > today]
    current = _first((row for row in rows if row.from_day <= today), lambda row: (row.account_id, row.product))
    shown = sorted([*current, *ahead], key=lambda row: (row.account_id, row.product, row.from_day))
    return [Rate(row, wording.account_name(row.account), wording.rate(row.rate_e6), row in ahead) for row in shown]


def _first(rows: Iterable[M], key: Any) -> list[M]:
    found: dict[Any, M] = {}
    for row in rows:
        found.setdefault(key(row), row)
    return list(found.values())


def _rows(model: type[M], client: Client, user: Staff) -> Any:
    return model.objects.visible_to(user).of_client(client).standing()
