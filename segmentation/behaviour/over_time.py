"""The position of one client over twelve months, from the stored balances: the same points that the night measured."""

from datetime import date, timedelta

from clients.history import Rates
from clients.models import Client, DailyAsset
from segmentation.behaviour.measures import MOST_POSITION
from segmentation.behaviour.points import points_until

READ_DAYS = 800  # a report older than that is not carried into the year: it bounds what a page reads


def positions_of(client: Client, as_of: date) -> list[tuple[date, int | None]]:
    """Each point (month-ends and the day) with the position in basis points (B1); None where there were no net assets."""
    points = points_until(as_of)
    closed = {account.pk: account.closed_on for account in client.accounts.all()}
    rows = list(
        DailyAsset.objects.filter(account__in=list(closed), day__range=(as_of - timedelta(days=READ_DAYS), as_of))
        .order_by("day")
        .values_list("account", "currency", "day", "net_minor", "market_value_minor")
    )
    rates = Rates({row[1] for row in rows}, as_of)
    held: dict[tuple[int, str], tuple[int, int]] = {}
    found: list[tuple[date, int | None]] = []
    at = 0
    for point in points:
        while at < len(rows) and rows[at][2] <= point:
            account, currency, _day, net, market = rows[at]
            held[account, currency] = (
                rates.fen(net, currency, as_of) or 0,
                max(rates.fen(market, currency, as_of) or 0, 0),
            )
            at += 1
        alive = [worth for (account, _currency), worth in held.items() if _is_open(closed[account], point)]
        found.append((point, _position(sum(net for net, _ in alive), sum(market for _, market in alive))))
    return found


def _is_open(closed_on: date | None, day: date) -> bool:
    return closed_on is None or closed_on > day


def _position(net_fen: int, market_fen: int) -> int | None:
    return min((2 * market_fen * 10_000 + net_fen) // (2 * net_fen), MOST_POSITION) if net_fen > 0 else None
