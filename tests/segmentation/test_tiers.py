"""Rules T2–T6 and T8 on small branches whose answer can be counted by hand."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.models import TierScheme
from segmentation.tiers import MissingRate, period_start, rank_clients, tier_places
from tests.segmentation.tier_facts import branch_of, open_tables

DAY = date(2026, 6, 30)
T2 = TierScheme()
OPENED = date(2020, 1, 1)


def tiers(con, scheme=T2, as_of=DAY, **pins):
    rank_clients(con, scheme, as_of, **pins)
    columns = "client_id, tier, computed_tier, rank, measure_fen, to_next_fen, above_lower_fen, reason"
    return {row[0]: row[1:] for row in con.execute(f"SELECT {columns} FROM tiers").fetchall()}


def counts(con):
    found = dict(con.execute("SELECT tier, count(*) FROM tiers GROUP BY tier").fetchall())
    return tuple(found.get(t, 0) for t in ("vip", "key", "ordinary", "small"))


@pytest.mark.parametrize(
    ("clients", "expected"), [(1_000, (30, 70, 100, 800)), (23_570, (707, 1_650, 2_357, 18_856)), (7, (0, 1, 0, 6))]
)
def test_t2_a_branch_is_cut_at_3_10_and_20_percent_rounded_half_up(clients, expected):
    con = branch_of([100 + i for i in range(clients)])
    tiers(con)
    assert counts(con) == expected
    vip, key, ordinary = tier_places(clients, T2)
    assert (vip, key - vip, ordinary - key, clients - ordinary) == expected


def test_t2_places_round_half_up_and_not_to_even():
    assert tier_places(50, T2) == (2, 5, 10)  # 1.5
    assert tier_places(150, T2) == (5, 15, 30)  # 4.5


def test_t2_equal_commission_is_ordered_by_net_assets_then_by_number_as_text():
    con = branch_of([500, 500, 500, 500], assets=[10, 20, 10, 10], numbers=["9", "1", "10", "a"])
    found = tiers(con)
    assert [client for client, row in sorted(found.items(), key=lambda i: i[1][2])] == [2, 3, 1, 4]


@pytest.mark.parametrize(
    ("as_of", "start"),
    [
        (date(2026, 6, 30), date(2025, 6, 30)),
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2024, 2, 28)),
    ],
)
def test_t2_the_twelve_months_end_with_the_day_and_begin_after_the_same_day_a_year_ago(as_of, start):
    assert period_start(as_of, 12) == start
    con = open_tables(
        clients=[(1, 1, "1", None, None), (1, 2, "2", None, None)],
        trades=[(1, 1, 1, start, 1, 100, "CNY"), (1, 2, 2, as_of, 1, 70, "CNY")],
    )
    found = tiers(con, as_of=as_of)
    assert (found[1][3], found[2][3]) == (0, 70)


@pytest.mark.parametrize(
    ("as_of", "start"), [(date(2026, 3, 31), date(2026, 2, 28)), (date(2024, 3, 31), date(2024, 2, 29))]
)
def test_t2_a_month_before_31_march_is_the_last_of_february(as_of, start):
    assert period_start(as_of, 1) == start


def test_t2_each_foreign_trade_is_rounded_before_it_is_summed():
    con = open_tables(
        clients=[(1, 1, "1", None, None)],
        trades=[(1, 1, 1, DAY, 1, 1, "HKD"), (1, 1, 1, DAY, 1, 1, "HKD"), (1, 1, 1, DAY, 1, -1, "USD")],
        rates=[("HKD", date(2026, 6, 1), 500_000), ("USD", DAY, 7_500_000), ("USD", date(2026, 7, 1), 9_000_000)],
    )
    assert tiers(con)[1][3] == 1 + 1 - 8  # half a fen is one, twice; −7.5 is −8; a later rate is not looked at


def test_t2_a_missing_rate_stops_the_night_and_names_currency_and_day():
    con = open_tables(
        clients=[(1, 1, "1", None, None)],
        trades=[(1, 1, 1, date(2026, 5, 4), 1, 100, "USD")],
        rates=[("USD", date(2026, 5, 5), 7_100_000)],
    )
    with pytest.raises(MissingRate, match="USD on or before 2026-05-04") as caught:
        rank_clients(con, T2, DAY)
    assert (caught.value.currency, caught.value.day) == ("USD", date(2026, 5, 4))


def test_t2_net_assets_without_a_rate_stop_the_night_too_but_zero_needs_none():
    facts = {"clients": [(1, 1, "1", None, None)], "accounts": [(1, 1, 1, None)]}
    assert tiers(open_tables(**facts, assets=[(1, 1, 1, DAY, 0, 0, "HKD")]))[1][0] == "small"
    with pytest.raises(MissingRate, match="HKD on or before 2026-06-30"):
        rank_clients(open_tables(**facts, assets=[(1, 1, 1, DAY, 0, 5, "HKD")]), T2, DAY)


def test_f2_the_commission_of_a_reverse_repo_counts_and_that_of_other_movements_does_not():
    con = open_tables(
        clients=[(1, 1, "1", None, None)],
        movements=[(1, 1, 1, DAY, "reverse_repo", 30, "CNY"), (1, 1, 1, DAY, "pledged_repo", 99, "CNY")],
    )
    assert tiers(con)[1][3] == 30


def test_t3_who_is_open_on_the_day_counts():
    yesterday, tomorrow = date(2026, 6, 29), date(2026, 7, 1)
    con = open_tables(
        clients=[
            (1, 1, "never closed", None, None),
            (1, 2, "opened today", DAY, None),
            (1, 3, "closes tomorrow", OPENED, tomorrow),
            (1, 4, "closed today", OPENED, DAY),
            (1, 5, "closed yesterday", OPENED, yesterday),
            (1, 6, "opens tomorrow", tomorrow, None),
        ]
    )
    assert set(tiers(con)) == {1, 2, 3}


def test_t3_nothing_paid_is_small_even_where_that_leaves_a_tier_short():
    con = branch_of([0] * 98 + [5, -5])
    found = tiers(con)
    assert counts(con) == (1, 0, 0, 99)
    assert found[100][6] == "no_commission"
    assert found[100][2] == 100


def test_net_assets_are_the_latest_row_of_every_account_that_is_not_closed():
    con = open_tables(
        clients=[(1, 1, "1", None, None)],
        accounts=[(1, 1, 1, None), (1, 2, 1, DAY), (1, 3, 1, date(2026, 7, 1))],
        assets=[
            (1, 1, 1, date(2026, 6, 1), 0, 900, "CNY"),
            (1, 1, 1, date(2026, 6, 29), 0, 100, "CNY"),
            (1, 1, 1, date(2026, 7, 1), 0, 500, "CNY"),
            (1, 1, 1, date(2026, 6, 20), 0, 10, "HKD"),
            (1, 1, 2, DAY, 0, 7_000, "CNY"),
            (1, 1, 3, DAY, 0, 1, "CNY"),
        ],
        rates=[("HKD", date(2026, 6, 20), 900_000)],
    )
    rank_clients(con, T2, DAY)
    assert con.execute("SELECT net_assets_fen FROM tiers").fetchall() == [(100 + 9 + 1,)]


def test_t4_the_largest_custody_without_trading_is_no_vip_and_the_reason_is_shown():
    scheme = TierScheme(measure="assets", exclude_custody_rank_permille=100, exclude_turnover_below_e2=50)
    con = branch_of([0] + [100] * 9, assets=[900_000_000] + [1_000_000 - i for i in range(9)])
    found = tiers(con, scheme)
    assert found[1][:3] == ("small", "small", 10)
    assert found[1][6] == "sleeping_giant"
    assert found[2][0] == "key"  # the place goes to the next client: 10 clients have one key, one ordinary
    busy = TierScheme(measure="assets", exclude_custody_rank_permille=100, exclude_turnover_below_e2=0)
    con.execute("INSERT INTO trades VALUES (1, 1, 1, DATE '2026-06-30', 1, 0, 'CNY')")
    assert tiers(con, busy)[1][0] == "key"


def test_t5_asset_classes_have_absolute_floors():
    scheme = TierScheme(measure="asset_class", vip_floor_fen=600, key_floor_fen=300, ordinary_floor_fen=100)
    found = tiers(branch_of([0] * 5, assets=[600, 599, 100, 99, 0]), scheme)
    assert [found[i][0] for i in range(1, 6)] == ["vip", "key", "ordinary", "small", "small"]
    assert [found[i][4] for i in range(1, 6)] == [None, 1, 200, 1, 100]
    assert [found[i][5] for i in range(1, 6)] == [1, 300, 1, None, None]
    assert found[5][6] == "no_assets"


def test_t6_a_pinned_client_keeps_its_place_in_the_count_and_its_computed_tier():
    con = branch_of(list(range(1, 1_001)))
    found = tiers(con, pins={1: "vip"})
    assert found[1][:3] == ("vip", "small", 1_000)
    assert found[1][6] == "pin"
    assert counts(con) == (31, 70, 100, 799)


def test_clients_are_ranked_inside_their_branch():
    con = open_tables(
        clients=[(b, 10 * b + i, str(i), None, None) for b in (1, 2) for i in range(10)],
        trades=[(1, 11, 1, DAY, 1, 5, "CNY"), (2, 21, 1, DAY, 1, 900, "CNY")],
    )
    found = tiers(con)
    assert (found[11][0], found[21][0]) == ("key", "key")


BRANCH = st.lists(
    st.tuples(st.integers(-3, 6), st.integers(0, 2), st.integers(1, 40)),
    min_size=1,
    max_size=40,
    unique_by=lambda c: c[2],
)
SHARES = st.tuples(*[st.integers(0, 500)] * 3).map(sorted)


@settings(max_examples=30, deadline=None)
@given(members=BRANCH, shares=SHARES, measure=st.sampled_from(["commission", "assets"]), data=st.data())
def test_t8_the_shown_amount_moves_a_client_and_one_fen_less_does_not(members, shares, measure, data):
    """Ties are everywhere here: the amount includes the fen that breaks one (decisions, T8)."""
    scheme = TierScheme(measure=measure, vip_permille=shares[0], key_permille=shares[1], ordinary_permille=shares[2])
    order = ["vip", "key", "ordinary", "small"]
    chosen = data.draw(st.integers(1, len(members)))

    def found(extra: int):
        own = [m[0] if measure == "commission" else m[1] for m in members]
        own[chosen - 1] += extra
        assets = own if measure == "assets" else [m[1] for m in members]
        con = branch_of(
            own if measure == "commission" else [0] * len(own), assets=assets, numbers=[str(m[2]) for m in members]
        )
        return tiers(con, scheme)[chosen]

    now = found(0)
    step, to_next, above_lower = order.index(now[1]), now[4], now[5]
    if to_next is None:
        assert order.index(found(10_000)[1]) == step
    else:
        assert order.index(found(to_next)[1]) < step
        assert order.index(found(to_next - 1)[1]) >= step
    if above_lower is None:
        assert now[1] == "small"
    else:
        assert order.index(found(-above_lower)[1]) > step
        assert order.index(found(-above_lower + 1)[1]) <= step


FLOORS = st.lists(st.integers(1, 30), min_size=3, max_size=3).map(sorted)


@settings(max_examples=12, deadline=None)
@given(floors=FLOORS, owned=st.integers(0, 40))
def test_t8_holds_for_absolute_floors(floors, owned):
    scheme = TierScheme(
        measure="asset_class", vip_floor_fen=floors[2], key_floor_fen=floors[1], ordinary_floor_fen=floors[0]
    )
    order = ["vip", "key", "ordinary", "small"]

    def found(fen: int):
        row = tiers(branch_of([0], assets=[fen]), scheme)[1]
        return order.index(row[1]), row[4], row[5]

    step, to_next, above_lower = found(owned)
    if to_next is not None:
        assert found(owned + to_next)[0] < step <= found(owned + to_next - 1)[0]
    if above_lower is not None:
        assert found(owned - above_lower)[0] > step >= found(owned - above_lower + 1)[0]
