"""What must not change a feature: the future, the order of rows, other clients."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.features import compute_features
from tests.segmentation.facts import facts_of
from tests.segmentation.feature_facts import EXCHANGE, TODAY, ago, rows_of


@st.composite
def worlds(draw: st.DrawFn, *, first: int, last: int) -> dict[str, list[dict[str, Any]]]:
    """Facts of up to three clients between two ages in days (negative: after today)."""
    day = st.integers(first, last).map(ago)
    who = st.integers(1, 3)
    money = st.integers(-5_000_000, 5_000_000)
    return {
        "trades": draw(
            st.lists(st.fixed_dictionaries({
                "client_id": who, "traded_on": day, "commission_minor": st.integers(0, 9_000),
                "amount_minor": st.integers(1, 9_000_000), "instrument_class": st.sampled_from(["main", "etf", "star"]),
            }), max_size=25)
        ),
        "cash_transfers": draw(
            st.lists(st.fixed_dictionaries({
                "client_id": who, "moved_on": day, "amount_minor": money,
                "kind": st.sampled_from(["bank", "bank", "internal", "reversal"]),
            }), max_size=6)
        ),
        "securities_transfers": draw(
            st.lists(st.fixed_dictionaries({"client_id": who, "moved_on": day, "value_minor": money}), max_size=3)
        ),
        "assets": draw(
            st.lists(st.fixed_dictionaries({
                "client_id": who, "day": day, "net_minor": st.integers(0, 90_000_000),
                "cash_minor": st.integers(0, 9_000_000),
            }), max_size=8, unique_by=lambda row: (row["client_id"], row["day"]))
        ),
        "holdings": draw(
            st.lists(st.fixed_dictionaries({
                "client_id": who, "day": day, "value_minor": st.integers(1, 9_000_000),
                "cost_minor": st.integers(1, 9_000_000),
            }), max_size=5, unique_by=lambda row: (row["client_id"], row["day"]))
        ),
    }  # fmt: skip


def computed(world: dict[str, list[dict[str, Any]]]) -> dict[int, dict[str, Any]]:
    con = facts_of(clients=[{"client_id": number} for number in (1, 2, 3)], **world)
    compute_features(con, TODAY, trading_days=EXCHANGE)
    return rows_of(con)


@settings(max_examples=12, deadline=None)
@given(worlds(first=0, last=500), worlds(first=-200, last=-1))
def test_what_happens_later_changes_no_feature(past, future):
    """Invariant 1, the dated half: the recorded half is the mirror's."""
    both = {name: past[name] + future[name] for name in past}
    assert computed(both) == computed(past)


@settings(max_examples=8, deadline=None)
@given(worlds(first=0, last=500), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_feature(world, shuffler: random.Random):
    mixed = {name: shuffler.sample(rows, len(rows)) for name, rows in world.items()}
    assert computed(mixed) == computed(world)


@settings(max_examples=8, deadline=None)
@given(worlds(first=0, last=500))
def test_other_clients_change_no_feature_but_the_peers(world):
    alone = {name: [row for row in rows if row["client_id"] == 1] for name, rows in world.items()}
    peers = {"fee_gap", "peers", "peer_bps"}
    in_crowd, by_itself = computed(world)[1], computed(alone)[1]
    assert {n: v for n, v in in_crowd.items() if n not in peers} == {
        n: v for n, v in by_itself.items() if n not in peers
    }
