"""The facts of one client as a page shows them, read from the database by account: bounded in days and rows.

Amounts in CNY fen are converted fact by fact at the latest rate on or before its day (T2)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Max, QuerySet, Sum
from django.db.models.functions import TruncMonth

from clients.models import Account, Client, DailyAsset, ExchangeRate, Movement, Trade
from crm.lib.keyset import Order, Page, page_of
from crm.lib.money import to_fen

CNY = "CNY"
TRADES_SHOWN = 20


class Rates:
    """The rates of some currencies until a day; a day before the first known rate has none."""

    def __init__(self, currencies: Iterable[str], until: date) -> None:
        self._days: dict[str, list[date]] = defaultdict(list)
        self._rates: dict[str, list[int]] = defaultdict(list)
        foreign = sorted(set(currencies) - {CNY})
        if foreign:
            rows = ExchangeRate.objects.filter(currency__in=foreign, day__lte=until).order_by("currency", "day")
            for currency, day, rate in rows.values_list("currency", "day", "rate_e6"):
                self._days[currency].append(day)
                self._rates[currency].append(rate)

    def fen(self, minor: int, currency: str, day: date) -> int | None:
        """CNY fen of an amount on a day; None where no rate is known (the night would have stopped for it)."""
        if currency == CNY:
            return minor
        at = bisect_right(self._days[currency], day)
        return to_fen(minor, self._rates[currency][at - 1]) if at else None


@dataclass(frozen=True)
class AccountRow:
    """An account with its latest balance in its own currency."""

    account: Account
    day: date | None
    net_minor: int | None
    cash_minor: int | None


@dataclass(frozen=True)
class Balances:
    """Net assets of a client over time, and of each account at the end."""

    series: tuple[tuple[date, int], ...]
    accounts: tuple[AccountRow, ...]

    def at(self, day: date) -> int | None:
        """Net assets on a day: of the latest day in the series on or before it."""
        earlier = [fen for when, fen in self.series if when <= day]
        return earlier[-1] if earlier else None


def balances(client: Client, *, since: date, until: date) -> Balances:
    """Net assets day by day from the stored balances: of every account not closed on the day, the latest on or before it."""
    accounts = sorted(client.accounts.all(), key=lambda one: (one.family, not one.is_main, one.kind, one.number))
    rows = list(
        DailyAsset.objects.filter(account__in=[account.pk for account in accounts], day__range=(since, until))
        .order_by("day")
        .values_list("account", "currency", "day", "net_minor", "cash_minor")
    )
    rates = Rates({row[1] for row in rows}, until)
    closed = {account.pk: account.closed_on for account in accounts}
    held: dict[tuple[int, str], tuple[int, date]] = {}
    latest: dict[int, tuple[date, int, int]] = {}
    series: list[tuple[date, int]] = []
    for at, (account, currency, day, net, cash) in enumerate(rows):
        held[account, currency] = (net, day)
        latest[account] = (day, net, cash)
        if at + 1 == len(rows) or rows[at + 1][2] != day:
            series.append((day, _worth(held, closed, rates, day)))
    return Balances(
        tuple(series),
        tuple(
            AccountRow(account, *latest.get(account.pk, (None, None, None)))
            for account in accounts
            if account.kind != Account.Kind.CLIENT
        ),
    )


def _worth(
    held: Mapping[tuple[int, str], tuple[int, date]], closed: Mapping[int, date | None], rates: Rates, day: date
) -> int:
    total = 0
    for (account, currency), (net, _since) in held.items():
        closed_on = closed[account]
        if closed_on is None or closed_on > day:
            total += rates.fen(net, currency, day) or 0
    return total


def monthly_commission(client: Client, *, until: date, months: int = 24) -> list[tuple[date, int]]:
    """Net commission of trades and reverse repos per calendar month (its first day), the last one up to the day: T2's
    sum cut by months. Months without a trade are there with 0."""
    starts = _months(until, months)
    owners = {account.pk: client.pk for account in client.accounts.all()}
    sums = _commissions(owners, starts[0], until)[client.pk]
    return [(start, sums.get(start, 0)) for start in starts]


def monthly_commissions(clients: Iterable[int], *, first: date, until: date) -> Mapping[int, Mapping[date, int]]:
    """The same for several clients at once, in three queries: client → month → fen, months without a trade left out."""
    owners = dict(Account.objects.filter(client__in=list(clients)).values_list("pk", "client"))
    return _commissions(owners, first, until)


def _commissions(owners: Mapping[int, int], first: date, until: date) -> Mapping[int, Mapping[date, int]]:
    """By the accounts of some clients. What was paid in CNY is added up by the database, the rest converted row by row."""
    trades = Trade.objects.filter(account__in=list(owners), traded_on__range=(first, until))
    repos = Movement.objects.filter(
        account__in=list(owners), moved_on__range=(first, until), kind=Movement.Kind.REVERSE_REPO
    )
    dated = ((trades, "traded_on"), (repos, "moved_on"))
    own, *others = chain(
        (_monthly_sums(rows.filter(currency=CNY), column) for rows, column in dated),
        (
            rows.exclude(currency=CNY).values_list("account", column, "currency", "commission_minor")
            for rows, column in dated
        ),
    )
    told = list(own.union(*others, all=True))
    rates = Rates({currency for _account, _day, currency, _minor in told}, until)
    found: dict[int, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for account, day, currency, minor in told:
        found[owners[account]][day.replace(day=1)] += rates.fen(minor, currency, day) or 0
    return found


def _monthly_sums(rows: QuerySet[Any], column: str) -> Any:
    months = rows.annotate(month=TruncMonth(column)).order_by().values("account", "month", "currency")
    return months.annotate(minor=Sum("commission_minor")).values_list("account", "month", "currency", "minor")


def month_end_assets(clients: Sequence[int], ends: Sequence[date]) -> Mapping[int, Sequence[int]]:
    """Net assets of several clients at month-ends, ascending, in four queries: of every account not closed by then, the latest
    balance since the month of the first one."""
    accounts = list(Account.objects.filter(client__in=clients).values_list("pk", "client", "closed_on"))
    owners, closed = {pk: owner for pk, owner, _day in accounts}, {pk: day for pk, _owner, day in accounts}
    rows = DailyAsset.objects.filter(account__in=list(owners), day__range=(ends[0].replace(day=1), ends[-1]))
    months = rows.annotate(month=TruncMonth("day")).order_by().values("account", "currency", "month")
    lasts = set(months.annotate(last=Max("day")).values_list("account", "currency", "last"))
    days = {last for _account, _currency, last in lasts}
    told = rows.filter(day__in=days).order_by("day").values_list("account", "currency", "day", "net_minor")
    known = [row for row in told if row[:3] in lasts]
    rates = Rates({row[1] for row in known}, ends[-1])
    found: dict[int, list[int]] = {pk: [] for pk in clients}
    held: dict[int, dict[tuple[int, str], tuple[int, date]]] = defaultdict(dict)
    at = 0
    for end in ends:
        while at < len(known) and known[at][2] <= end:
            account, currency, day, net = known[at]
            held[owners[account]][account, currency] = (net, day)
            at += 1
        for pk, series in found.items():
            series.append(_worth(held[pk], closed, rates, end))
    return found


def _months(until: date, count: int) -> list[date]:
    first = until.year * 12 + until.month - count
    return [date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(count)]


def trades_page(client: Client, *, until: date, on: date | None = None, after: str | None = None) -> Page[Trade]:
    """Trades of a client, newest first, or those of one day, from a cursor on; raises BadCursor."""
    days = {"traded_on": on} if on else {"traded_on__lte": until}
    rows = Trade.objects.of_client(client).filter(**days).select_related("account")
    order = Order("traded_on", date.fromisoformat, descending=True)
    return page_of(rows, order, size=TRADES_SHOWN, after=after)
