"""T7: every change is kept with its reason, also when nights are run again or out of order."""

from datetime import date

import pytest

from segmentation.flows import Flow, flows_between
from segmentation.models import StateChange, TierMove, TierScheme
from tests.segmentation.nights import make_branch, make_clients, publish

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)


def moves(day):
    rows = TierMove.objects.filter(day=day).order_by("client__client_number")
    return [(m.client.client_number[-1], m.from_tier, m.to_tier, m.why) for m in rows]


def test_why_a_tier_changed_own_value_others_pin_and_scheme():
    branch = make_branch()
    own, passed, pinned, same, fell = make_clients(branch, 5)
    publish(
        branch,
        FIRST,
        {
            own: {"tier": "small", "measure": 10},
            passed: {"tier": "vip", "measure": 50},
            pinned: {"tier": "small", "measure": 5},
            same: {"tier": "key", "measure": 40},
            fell: {"tier": "ordinary", "measure": 30},
        },
    )
    night = publish(
        branch,
        SECOND,
        {
            own: {"tier": "vip", "measure": 99},
            passed: {"tier": "key", "measure": 50},
            pinned: {"tier": "vip", "computed": "small", "measure": 5},
            same: {"tier": "key", "measure": 41},
            fell: {"tier": "small", "measure": 2},
        },
    )

    assert moves(FIRST) == [
        (n, "", t, "first") for n, t in zip("12345", ["small", "vip", "small", "key", "ordinary"], strict=True)
    ]
    assert moves(SECOND) == [
        ("1", "small", "vip", "own"),
        ("2", "vip", "key", "others"),
        ("3", "small", "vip", "pin"),
        ("5", "ordinary", "small", "own"),
    ]
    move = TierMove.objects.get(day=SECOND, client=own)
    assert (move.from_measure_fen, move.measure_fen, move.from_rank, move.rank) == (10, 99, 4, 1)
    assert (move.publication, move.scheme) == (night, night.basis.scheme)


def test_a_new_scheme_and_the_end_of_a_pin_are_named_as_the_reason():
    branch = make_branch()
    client, freed = make_clients(branch, 2)
    publish(branch, FIRST, {client: {"tier": "vip", "measure": 9}, freed: {"tier": "vip", "computed": "small"}})
    by_assets = TierScheme.objects.create(name="assets", measure="assets", branch=branch, from_day=SECOND)
    publish(branch, SECOND, {client: {"tier": "key", "measure": 3}, freed: {"tier": "small"}}, scheme=by_assets)
    assert moves(SECOND) == [("1", "vip", "key", "scheme"), ("2", "vip", "small", "pin")]


def test_a_rise_while_the_own_value_fell_is_because_others_moved():
    branch = make_branch()
    (client,) = make_clients(branch, 1)
    publish(branch, FIRST, {client: {"tier": "small", "measure": 9}})
    publish(branch, SECOND, {client: {"tier": "key", "measure": 8}})
    assert moves(SECOND) == [("1", "small", "key", "others")]


def test_running_a_day_again_replaces_its_ledger_rows():
    branch = make_branch()
    (client,) = make_clients(branch, 1)
    publish(branch, FIRST, {client: {"tier": "small", "state": "active"}})
    for _ in range(2):
        publish(branch, SECOND, {client: {"tier": "vip", "measure": 5, "state": "cooling"}})
    assert moves(SECOND) == [("1", "small", "vip", "own")]
    assert StateChange.objects.filter(day=SECOND).count() == 1
    publish(branch, SECOND, {client: {"tier": "small", "state": "active"}})
    assert moves(SECOND) == []
    assert not StateChange.objects.filter(day=SECOND).exists()


def test_a_night_that_is_run_late_splits_what_the_later_night_told():
    branch = make_branch()
    (client,) = make_clients(branch, 1)
    publish(branch, FIRST, {client: {"tier": "small", "measure": 1}})
    publish(branch, THIRD, {client: {"tier": "vip", "measure": 9}})
    assert moves(THIRD) == [("1", "small", "vip", "own")]

    publish(branch, SECOND, {client: {"tier": "key", "measure": 5}})

    assert moves(SECOND) == [("1", "small", "key", "own")]
    assert moves(THIRD) == [("1", "key", "vip", "own")]


def test_states_bands_and_closings_are_kept():
    branch = make_branch()
    steady, leaving, closing = make_clients(branch, 3)
    publish(branch, FIRST, {steady: {}, leaving: {"score": 0.1, "band": "watch"}, closing: {"state": "dormant"}})
    publish(branch, SECOND, {steady: {}, leaving: {"state": "cooling", "score": 0.4, "band": "high"}})
    changes = StateChange.objects.order_by("subject", "client__client_number")
    assert [(c.client, c.subject, c.before, c.after) for c in changes] == [
        (leaving, "band", "watch", "high"),
        (leaving, "dormancy", "active", "cooling"),
        (closing, "dormancy", "dormant", "closed"),
    ]
    assert changes[0].detail == [{"code": "overdue"}]


def test_branches_keep_their_ledgers_apart():
    here, there = make_branch("0101"), make_branch("0202")
    (mine,), (other,) = make_clients(here, 1), make_clients(there, 1)
    publish(here, FIRST, {mine: {"tier": "small"}})
    publish(there, FIRST, {other: {"tier": "small"}})
    publish(there, SECOND, {other: {"tier": "vip"}})
    publish(here, FIRST, {mine: {"tier": "key"}})
    assert TierMove.objects.filter(branch=there).count() == 2
    assert TierMove.objects.filter(branch=here).count() == 1


def test_migration_between_two_nights_counts_who_came_and_went():
    branch = make_branch()
    a, b, c, d = make_clients(branch, 4)
    before = publish(branch, FIRST, {a: {"tier": "vip"}, b: {"tier": "small"}, c: {"tier": "small"}})
    after = publish(branch, SECOND, {a: {"tier": "key"}, b: {"tier": "small"}, d: {"tier": "vip"}})
    assert flows_between(before, after) == [
        Flow("", "vip", 1),
        Flow("small", "", 1),
        Flow("small", "small", 1),
        Flow("vip", "key", 1),
    ]
