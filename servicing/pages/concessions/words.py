"""How a concession is told: what it is, how it stands today, and whether the broker's rates show it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients.profile import wording
from crm import access
from crm.lib import formats
from crm.models import Staff
from servicing.models import Concession

MARKS = {"asked": "note", "approved": "ac", "running": "ok", "refused": "bad"}


@dataclass(frozen=True)
class Told:
    """A concession as a reader sees it. `mark` is the colour of the state; `seen`: "seen" or "unseen" for a running fee, else
    nothing; `paid`: what the rates in force say; `barred`: why it cannot be approved, where that is known."""

    row: Concession
    name: str
    what: str
    reason: str
    decided_why: str
    ended_why: str
    state: str
    word: str
    seen: str
    paid: str
    is_soon: bool
    barred: str

    @property
    def mark(self) -> str:
        """The class of the tag."""
        return MARKS.get(self.state, "")


def told_of(row: Concession, user: Staff, today: date, notice: int, *, barred: str = "") -> Told:
    """How a concession, read `with_rate` of today and with client and account, is told to somebody who sees its client."""
    is_running = row.state == Concession.State.APPROVED and row.from_on <= today
    is_fee = row.kind == Concession.Kind.FEE
    paid_e6, paid_minimum = getattr(row, "paid_e6", None), getattr(row, "paid_minimum_fen", None)
    seen = (paid_e6, paid_minimum) == (row.rate_e6, row.minimum_fen)
    return Told(
        row=row,
        name=access.name_for(user, row.client.name, row.client.client_number),
        what=access.text_for(user, what_of(row), row.client.name),
        reason=access.text_for(user, row.reason, row.client.name),
        decided_why=access.text_for(user, row.decided_why, row.client.name),
        ended_why=access.text_for(user, row.ended_why, row.client.name),
        state="running" if is_running else row.state,
        word=pgettext("concession", "running") if is_running else row.get_state_display(),
        seen=("seen" if seen else "unseen") if is_running and is_fee else "",
        paid=rate_words(paid_e6, paid_minimum) if is_fee else "",
        is_soon=is_running and row.until_on <= today + timedelta(days=notice),
        barred=barred,
    )


def what_of(row: Concession) -> str:
    """The terms: product class with its rate and minimum, or the gift with its value."""
    if row.kind == Concession.Kind.GIFT:
        return _("{gift}, {value} yuan").format(gift=row.gift, value=formats.yuan(row.value_fen))
    return f"{row.get_product_display()} · {rate_words(row.rate_e6, row.minimum_fen)}"


def rate_words(rate_e6: int | None, minimum_fen: int | None) -> str:
    """A rate with its minimum per trade; nothing where none is known."""
    if rate_e6 is None:
        return ""
    if not minimum_fen:
        return _("{rate}, no minimum").format(rate=wording.rate(rate_e6))
    return _("{rate}, at least {minimum} yuan").format(rate=wording.rate(rate_e6), minimum=formats.yuan(minimum_fen))
