"""B9: what the night tells of a client's risk, from facts small enough to count by hand."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clients.models import ProductRisk
from clients.product_risks import Levels
from segmentation.behaviour import Numbers as BehaviourNumbers
from segmentation.behaviour import describe_clients
from segmentation.features import compute_features
from servicing.alerts.finding import Found, Watched, find_risks
from servicing.alerts.numbers import Numbers
from tests.segmentation.facts import facts_of, weekdays

TODAY = date(2026, 6, 30)
EXCHANGE = weekdays(date(2025, 1, 1), TODAY)
WAN = 1_000_000  # 10,000 yuan in fen
LEVELS = Levels({
    ("main", "", ""): ProductRisk(level="R3"),
    ("bse", "", ""): ProductRisk(level="R5"),
    ("bond", "", ""): ProductRisk(level="R2"),
    ("", "sh", "600519"): ProductRisk(level="R4"),
})  # fmt: skip


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def found(*watched: Watched, numbers: Numbers | None = None, kind: str = "", **tables: Any) -> list[Found]:
    con = facts_of(**tables)
    compute_features(con, TODAY, trading_days=EXCHANGE)
    describe_clients(con, TODAY, BehaviourNumbers())
    risks = find_risks(con, TODAY, numbers or Numbers(), LEVELS, watched or [Watched(n) for n in range(1, 9)])
    return [one for one in risks if one.kind == kind or not kind]


def net(client: int, day: date, fen: int, **more: Any) -> dict[str, Any]:
    return {"client_id": client, "day": day, "net_minor": fen, **more}


def holds(client: int, code: str, fen: int, kind: str = "main", day: date = TODAY, **more: Any) -> dict[str, Any]:
    return {
        "client_id": client, "day": day, "security_code": code, "instrument_class": kind, "value_minor": fen, **more
    }  # fmt: skip


def test_half_of_the_net_assets_in_one_security_is_told_and_every_ten_points_more_is_worse():
    assets = [net(n, TODAY, 100 * WAN) for n in range(1, 7)]
    shares = {1: 44, 2: 45, 3: 50, 4: 59, 5: 60, 6: 95}  # per cent of 100
    told = found(assets=assets, holdings=[holds(n, "600000", share * WAN) for n, share in shares.items()])
    assert {one.client_id: one.band for one in told} == {2: 0, 3: 1, 4: 1, 5: 2, 6: 5}
    assert told[1].subject == "main:600000"
    assert (told[1].slots["e4"], told[1].slots["fen"], told[1].slots["on"]) == (5000, 50 * WAN, "2026-06-30")


def test_bonds_small_accounts_old_holdings_and_closed_accounts_are_not_concentration():
    assets = [net(1, TODAY, 100 * WAN), net(2, TODAY, 9 * WAN), net(3, TODAY, 100 * WAN), net(4, TODAY, 100 * WAN)]
    rows = [
        holds(1, "019547", 90 * WAN, "bond"), holds(2, "600000", 9 * WAN), holds(3, "600000", 90 * WAN, day=ago(45)),
        holds(4, "600000", 90 * WAN, account_id=41),
    ]  # fmt: skip
    closed = [{"client_id": 4, "account_id": 41, "closed_on": ago(1)}, {"client_id": 4, "account_id": 42}]
    assets[3]["account_id"] = 42
    assert found(assets=assets, holdings=rows, accounts=closed) == []


def test_the_share_is_taken_of_the_assets_of_the_day_of_the_holdings():
    assets = [net(1, ago(20), 200 * WAN), net(1, TODAY, 100 * WAN)]
    assert found(assets=assets, holdings=[holds(1, "600000", 80 * WAN, day=ago(10))], kind="concentration") == []


def test_the_same_security_in_two_accounts_counts_together():
    assets = [net(1, TODAY, 60 * WAN, account_id=11), net(1, TODAY, 40 * WAN, account_id=12)]
    rows = [holds(1, "600000", 30 * WAN, account_id=11), holds(1, "600000", 25 * WAN, account_id=12)]
    (one,) = found(assets=assets, holdings=rows)
    assert (one.slots["e4"], one.band) == (5500, 1)


def test_what_is_held_above_the_clients_level_is_counted_with_single_products_before_their_class():
    rows = [
        holds(1, "600000", 2 * WAN), holds(1, "600519", 3 * WAN), holds(1, "920001", 4 * WAN, "bse"),
        holds(1, "019547", 5 * WAN, "bond"), holds(2, "600000", WAN - 1), holds(3, "920001", 4 * WAN, "bse"),
        holds(4, "600519", 4 * WAN),
    ]  # fmt: skip
    told = found(Watched(1, 3), Watched(2, 2), Watched(3, 0), Watched(4, 4), holdings=rows)
    (one,) = told
    assert (one.client_id, one.kind, one.band) == (1, "level", 2)
    assert one.slots == {"client": 3, "product": 5, "n": 2, "fen": 7 * WAN, "on": "2026-06-30"}


def test_a_loss_is_told_from_the_clients_own_line_on_and_of_nobody_without_one():
    assets = [row for n in range(1, 4) for row in (net(n, ago(364), 100 * WAN), net(n, TODAY, 80 * WAN))]
    told = found(Watched(1, 0, 1500), Watched(2, 0, 5000), Watched(3), assets=assets, kind="loss")
    (one,) = told
    assert (one.client_id, one.band) == (1, 1)
    assert one.slots["fen"] == 20 * WAN
    assert one.slots["line_e4"] == 1500


def test_a_withdrawal_is_no_drawdown_and_a_deposit_hides_none():
    assets = [
        net(1, ago(60), 100 * WAN), net(1, TODAY, 75 * WAN),  # lost a quarter
        net(2, ago(60), 100 * WAN), net(2, TODAY, 10 * WAN),  # took nearly all of it out
        net(3, ago(60), 100 * WAN), net(3, TODAY, 150 * WAN),  # brought 100 and lost 50 of 200
        net(4, ago(91), 200 * WAN), net(4, ago(60), 100 * WAN), net(4, TODAY, 90 * WAN),  # longer ago than is looked at
    ]  # fmt: skip
    moved = [
        {"client_id": 2, "moved_on": ago(30), "amount_minor": -88 * WAN},
        {"client_id": 3, "moved_on": ago(30), "amount_minor": 100 * WAN},
    ]
    told = found(assets=assets, cash_transfers=moved, kind="drawdown")
    assert {one.client_id: (one.slots["e4"], one.slots["fen"] // WAN, one.band) for one in told} == {
        1: (2500, 25, 1), 3: (2500, 50, 1),
    }  # fmt: skip
    assert told[0].slots["peak_on"] == ago(60).isoformat()


def test_a_margin_account_below_the_line_is_told_by_account_and_a_paid_one_is_not():
    assets = [
        net(1, TODAY, 45 * WAN, debt_minor=100 * WAN, account_id=11),  # 145 %
        net(1, TODAY, 300 * WAN, debt_minor=100 * WAN, account_id=12),
        net(2, ago(3), 20 * WAN, debt_minor=100 * WAN, account_id=21), net(2, TODAY, 20 * WAN, account_id=21),
        net(3, TODAY, 54 * WAN, debt_minor=100 * WAN, account_id=31),  # 154 %: just above
        net(4, ago(50), 10 * WAN, debt_minor=100 * WAN, account_id=41),
    ]  # fmt: skip
    told = found(assets=assets, kind="maintenance")
    assert {one.subject: (one.slots["e4"], one.band) for one in told} == {"11": (14_500, 1), "31": (15_400, 0)}


def test_only_those_who_are_watched_are_told_of():
    rows = {"assets": [net(n, TODAY, 100 * WAN) for n in (1, 2)], "holdings": [holds(n, "1", 90 * WAN) for n in (1, 2)]}
    assert {one.client_id for one in found(Watched(2), **rows)} == {2}


def naive_drawdown(totals: dict[int, int], flows: dict[int, int]) -> int | None:
    """Day by day: what the capital of today would have been worth, its highest day, and how far below it today is."""
    days = {day: fen for day, fen in totals.items() if day <= 90}
    if not days:
        return None
    now = days[min(days)]
    best = None
    for day, total in days.items():
        came = sum(fen for when, fen in flows.items() if when < day)
        if best is None or (total + came, -day) > (best[0], -best[1]):
            best = (total + came, day, total)
    base = max(best[0], best[2])
    return (best[0] - now) * 10_000 // base if base >= Numbers().floor else None


_days = st.integers(0, 120)


@settings(max_examples=20, deadline=None)
@given(
    series=st.lists(
        st.tuples(
            st.dictionaries(_days, st.integers(0, 100 * WAN), min_size=1, max_size=8),
            st.dictionaries(_days, st.integers(-60 * WAN, 60 * WAN), max_size=5),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_a_drawdown_is_what_a_day_by_day_count_finds(series):
    assets = [net(n, ago(day), fen) for n, (totals, _flows) in enumerate(series, 1) for day, fen in totals.items()]
    moved = [
        {"client_id": n, "moved_on": ago(day), "amount_minor": fen}
        for n, (_totals, flows) in enumerate(series, 1)
        for day, fen in flows.items()
    ]
    numbers = Numbers(drawdown=1, step=10**9)  # everybody below the highest day, and by how much
    watched = [Watched(n) for n in range(1, len(series) + 1)]
    told = found(*watched, numbers=numbers, kind="drawdown", assets=assets, cash_transfers=moved)
    expected = {n: naive_drawdown(*one) for n, one in enumerate(series, 1)}
    assert {one.client_id: one.slots["e4"] for one in told if one.band} == {
        n: e4 for n, e4 in expected.items() if e4 is not None and e4 >= 1
    }
