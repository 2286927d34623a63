"""T1 and T6: which scheme is in force, how a new one takes over, who would move, and tiers set by hand."""

from datetime import date

import pytest

from crm.lib.refusals import Refused
from crm.models import AuditEvent, Staff
from segmentation.models import Tier, TierPin, TierScheme
from segmentation.pins import PinRefused, lift_pin, pin_client, pins_in_force
from segmentation.schemes import (
    NoScheme,
    check_scheme,
    compare_schemes,
    preview_scheme,
    scheme_in_force,
    supersede_scheme,
)
from tests.crm.firm_facts import DAY, make_firm_branch
from tests.segmentation.nights import make_branch, make_clients
from tests.segmentation.tier_facts import branch_of

JUNE, JULY, AUGUST = date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)


def manager():
    return Staff.objects.create_user("manager", name="Manager", role="manager")


@pytest.mark.django_db
def test_t1_the_branch_s_own_scheme_counts_before_the_firm_s():
    here, there = make_branch("0101"), make_branch("0202")
    own = supersede_scheme(TierScheme(name="own", branch=here, measure="assets", from_day=JULY), made_by=None)
    firm = TierScheme.objects.get(branch=None)
    assert scheme_in_force(here, JULY) == own
    assert scheme_in_force(here, JUNE) == firm
    assert scheme_in_force(there, JULY) == firm


@pytest.mark.django_db
def test_t1_a_new_scheme_ends_the_one_before_it_and_edits_nothing_else():
    branch, staff = make_branch(), manager()
    first = supersede_scheme(TierScheme(name="a", branch=branch, from_day=JUNE, vip_permille=50), made_by=staff)
    last = supersede_scheme(TierScheme(name="c", branch=branch, from_day=AUGUST), made_by=staff)
    between = supersede_scheme(TierScheme(name="b", branch=branch, from_day=JULY), made_by=staff)
    for scheme in (first, last, between):
        scheme.refresh_from_db()
    assert (first.until_day, between.until_day, last.until_day) == (JULY, AUGUST, None)
    assert first.vip_permille == 50
    assert [scheme_in_force(branch, day) for day in (JUNE, JULY, AUGUST)] == [first, between, last]
    assert AuditEvent.objects.filter(action="supersede-scheme", actor=staff, branch=branch).count() == 3


@pytest.mark.django_db
def test_t1_a_scheme_of_the_same_day_takes_over_and_the_old_one_stays_readable():
    branch = make_branch()
    first = supersede_scheme(TierScheme(name="a", branch=branch, from_day=JUNE), made_by=None)
    second = supersede_scheme(TierScheme(name="b", branch=branch, from_day=JUNE), made_by=None)
    assert scheme_in_force(branch, JUNE) == second
    assert TierScheme.objects.filter(pk=first.pk, is_primary=False).exists()


@pytest.mark.django_db
def test_t1_a_day_without_a_scheme_is_named():
    branch = make_branch()
    with pytest.raises(NoScheme, match="0101 on 1980-01-01"):
        scheme_in_force(branch, date(1980, 1, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"vip_permille": 200, "key_permille": 100},
        {"ordinary_permille": 1001},
        {"measure": "asset_class"},
        {"measure": "asset_class", "vip_floor_fen": 1, "key_floor_fen": 2, "ordinary_floor_fen": 3},
        {"exclude_custody_rank_permille": 30},
        {"period_months": 0},
    ],
)
def test_t1_a_scheme_that_cannot_work_is_refused(wrong):
    with pytest.raises(Refused):
        check_scheme(TierScheme(**wrong))


def test_t1_the_preview_names_everybody_who_would_move_and_nobody_else():
    con = branch_of([100 - i for i in range(10)], assets=[1000 + i for i in range(10)])
    preview = compare_schemes(con, TierScheme(), TierScheme(measure="assets"), date(2026, 6, 30), pins={5: "vip"})
    # Ten clients: one key, one ordinary. By commission clients 1 and 2, by assets clients 10 and 9; 5 is pinned.
    assert dict(preview.before) == dict(preview.after) == {"key": 1, "ordinary": 1, "vip": 1, "small": 7}
    assert [(m.client_id, m.from_tier, m.to_tier) for m in preview.moves] == [
        (10, "small", "key"),
        (9, "small", "ordinary"),
        (2, "ordinary", "small"),
        (1, "key", "small"),
    ]
    assert preview.flows["small", "small"] == 5


@pytest.mark.django_db
def test_t1_the_preview_reads_the_facts_of_the_branch_and_saves_nothing():
    branch = make_firm_branch(clients=10)
    proposed = TierScheme(name="assets", branch=branch, measure="assets", vip_permille=100, from_day=DAY)
    preview = preview_scheme(proposed, branch=branch, as_of=DAY)
    assert dict(preview.before) == {"key": 1, "ordinary": 1, "small": 8}
    assert dict(preview.after) == {"vip": 1, "ordinary": 1, "small": 8}
    assert [(m.from_tier, m.to_tier) for m in preview.moves] == [
        ("key", "vip"),
        ("small", "ordinary"),
        ("ordinary", "small"),
    ]
    assert TierScheme.objects.count() == 1


@pytest.mark.django_db
def test_t6_a_pin_holds_from_its_first_day_until_its_end_and_the_latest_counts():
    branch, staff = make_branch(), manager()
    client, _ = make_clients(branch, 2)
    pin_client(client, Tier.VIP, reason="board member", from_day=JUNE, until_day=AUGUST, made_by=staff)
    assert pins_in_force(branch, JUNE) == {client.pk: "vip"}
    assert pins_in_force(branch, AUGUST) == {}
    pin_client(client, Tier.KEY, reason="agreed again", from_day=JULY, until_day=None, made_by=staff)
    assert pins_in_force(branch, date(2026, 6, 30)) == {client.pk: "vip"}
    assert pins_in_force(branch, AUGUST) == {client.pk: "key"}
    assert lift_pin(client, on=AUGUST, by=staff) == 1
    assert pins_in_force(branch, AUGUST) == {}
    assert TierPin.objects.count() == 2
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"pin-tier", "lift-pin"}


@pytest.mark.django_db
def test_t6_a_pin_needs_a_reason_and_an_end_after_its_beginning():
    branch, staff = make_branch(), manager()
    (client,) = make_clients(branch, 1)
    with pytest.raises(PinRefused):
        pin_client(client, Tier.VIP, reason=" ", from_day=JUNE, until_day=None, made_by=staff)
    with pytest.raises(PinRefused):
        pin_client(client, Tier.VIP, reason="x", from_day=JUNE, until_day=JUNE, made_by=staff)
