"""What the broker's files say: trades by day, transfers of money and of securities."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from clients import trading_days
from clients.models import CashTransfer, Client, SecuritiesTransfer, Trade
from clients.trading_days import DayPart
from crm.access import mask_tail
from crm.lib import formats
from crm.pages.timeline.events import Event, Place
from crm.pages.timeline.sources import Found, Rows

CLASSES = {
    "main": gettext_lazy("main board"),
    "chinext": gettext_lazy("ChiNext"),
    "star": gettext_lazy("STAR market"),
    "bse": gettext_lazy("Beijing exchange"),
    "hk": gettext_lazy("Stock Connect"),
    "b_share": gettext_lazy("B shares"),
    "etf": "ETF",
    "lof": "LOF",
    "convertible": gettext_lazy("convertibles"),
    "bond": gettext_lazy("bonds"),
    "reverse_repo": gettext_lazy("reverse repo"),
    "fund": gettext_lazy("funds"),
    "note": gettext_lazy("income notes"),
    "other": pgettext_lazy("instrument", "other"),
}


@dataclass(frozen=True)
class TradingDays:
    """Trades, one event a day."""

    client: Client
    name: str = "trade"
    group: str = "trades"

    def found(self, after: Place | None, *, same_day: int, count: int) -> list[Found]:
        """See Source; the day of the place is still to come or gone as a whole."""
        before = after.day + timedelta(days=1) if after and same_day > 0 else after.day if after else None
        return [Found(Place(day, self.name), day) for day in trading_days.days_before(self.client, before, count)]

    def told(self, found: Sequence[Found]) -> list[Event]:
        """Count, kinds, channels, amount and net commission of each day."""
        parts = trading_days.parts_of(self.client, [one.place.day for one in found])
        return [_told(one.place, parts.get(one.place.day, ())) for one in found]

    def counted(self, limit: int) -> tuple[str, Sequence[Any]]:
        """See Source."""
        text, values = trading_days.days_sql(self.client, None, limit)
        return f"SELECT count(*) FROM ({text}) AS found", values


def _told(place: Place, parts: Sequence[DayPart]) -> Event:
    count = sum(part.count for part in parts)
    channels = Counter[str]()
    for part in parts:
        channels[part.channel] += part.count
    words = dict(Trade.Channel.choices)
    said = [str(words.get(channel, channel)) for channel, _n in channels.most_common() if channel]
    title = ngettext("{n} trade", "{n} trades", count).format(n=formats.count(count))
    return Event(
        place,
        "coin",
        f"{title} · {formats.listed(said)}" if said else title,
        pgettext("between conditions", "; ").join(line for line in (_side(parts, "buy"), _side(parts, "sell")) if line),
        tuple(_sums(parts, "amount_minor")),
        _("net commission {amount}").format(amount=" + ".join(_sums(parts, "commission_minor"))),
        trades=True,
    )


def _side(parts: Sequence[DayPart], side: str) -> str:
    kinds = Counter[str]()
    for part in parts:
        if part.side == side:
            kinds[part.instrument_class or "other"] += part.count
    if not kinds:
        return ""
    told = [_("{kind} {n}").format(kind=CLASSES.get(kind, kind), n=formats.count(n)) for kind, n in kinds.most_common()]
    return (_("bought {what}") if side == "buy" else _("sold {what}")).format(what=formats.listed(told))


def _sums(parts: Sequence[DayPart], field: str) -> list[str]:
    sums = Counter[str]()
    for part in parts:
        sums[part.currency] += getattr(part, field)
    return [_money(minor, currency) for currency, minor in sums.items()]


def _money(minor: int, currency: str) -> str:
    return formats.exact(minor) if currency == "CNY" else formats.minor(minor, currency)


def cash_of(client: Client) -> Rows:
    """Money that came or went; a client has few such rows, and each is read by its account."""
    rows = CashTransfer.objects.of_client(client).select_related("account")
    return Rows("cash", "transfers", rows, "moved_on", _cash)


def _cash(found: Sequence[Found]) -> list[Event]:
    return [_moved(one, "building-bank", one.row.amount_minor, one.row.bank) for one in found]


def securities_of(client: Client) -> Rows:
    """Securities that came or went."""
    rows = SecuritiesTransfer.objects.of_client(client).select_related("account")
    return Rows("securities", "transfers", rows, "moved_on", _securities)


def _securities(found: Sequence[Found]) -> list[Event]:
    return [_moved(one, "arrows-exchange", one.row.value_minor, one.row.security_name) for one in found]


def _moved(one: Found, icon: str, minor: int, what: str) -> Event:
    way = pgettext("transfer", "in") if minor > 0 else pgettext("transfer", "out")
    why = " · ".join(text for text in (what, mask_tail(one.row.account.number)) if text)
    title = f"{one.row.get_kind_display()} · {way}"
    amount = formats.plus(formats.minor(minor, one.row.currency))
    return Event(one.place, icon, title, why, (amount,))
