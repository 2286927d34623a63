"""The days on which a client traded, and what was traded on them: each costs the same, however long the client has traded.

A day is found by one look into the index of each account (the latest trade before the day found last), so thousands of
trades of a day are stepped over, not read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Sum

from clients.models import Account, Client, Trade


@dataclass(frozen=True)
class DayPart:
    """What is alike in a day's trades: side, kind of instrument, channel and currency; amounts in its minor units."""

    side: str
    instrument_class: str
    channel: str
    currency: str
    count: int
    amount_minor: int
    commission_minor: int


def days_before(client: Client, day: date | None, count: int) -> list[date]:
    """The latest so many days with a trade, before a day or of all; the latest first."""
    text, values = days_sql(client, day, count)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        found = [row[0] for row in cursor.fetchall()]
    return [date.fromisoformat(one[:10]) if isinstance(one, str) else one for one in found]


def days_sql(client: Client, day: date | None, count: int) -> tuple[str, list[Any]]:
    """The query behind `days_before`, one column `day`."""
    trade, account = Trade._meta.db_table, Account._meta.db_table
    latest = (
        f"(SELECT max((SELECT max(t.traded_on) FROM {trade} t WHERE t.account_id = a.id AND t.traded_on < {{before}}))"
        f" FROM {account} a WHERE a.client_id = %s)"
    )
    first = latest.format(before="%s")
    text = (
        f"WITH RECURSIVE days(n, day) AS (SELECT 1, {first}"
        f" UNION ALL SELECT d.n + 1, {latest.format(before='d.day')} FROM days d WHERE d.day IS NOT NULL AND d.n < %s)"
        " SELECT day FROM days WHERE day IS NOT NULL ORDER BY n"
    )
    return text, [(day or date.max).isoformat(), client.pk, client.pk, count]


def parts_of(client: Client, days: Iterable[date]) -> dict[date, Sequence[DayPart]]:
    """What was traded on some days, summed by what is alike, the most frequent first."""
    chosen = list(days)
    found: dict[date, list[DayPart]] = defaultdict(list)
    alike = ("side", "instrument_class", "channel", "currency")
    rows = Trade.objects.of_client(client).filter(traded_on__in=chosen).order_by().values_list("traded_on", *alike)
    sums = rows.annotate(n=Count("pk"), amount=Sum("amount_minor"), commission=Sum("commission_minor"))
    for on, *told in sums if chosen else []:
        found[on].append(DayPart(*told))
    return {day: sorted(parts, key=lambda p: (-p.count, p.side, p.instrument_class)) for day, parts in found.items()}
