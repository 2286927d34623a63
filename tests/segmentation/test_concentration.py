"""T4, T9 and T10 read from a published night."""

from datetime import date

import pytest

from crm.models import Staff
from segmentation.concentration import hundredths_of, lorenz, step_chart, top_share
from segmentation.figures import sums_seen
from segmentation.models import Standing
from tests.segmentation.nights import make_branch, make_clients, publish

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def night_of(measures, **told):
    branch = make_branch()
    clients = make_clients(branch, len(measures))
    rows = {c: {"measure": m, "tier": "small"} for c, m in zip(clients, measures, strict=True)}
    for number, more in told.items():
        rows[clients[int(number[1:]) - 1]].update(more)
    return publish(branch, DAY, rows), clients


def hundredths(night):
    return hundredths_of(Standing.objects.filter(publication=night), night.client_count)


def giants(night):
    return Standing.objects.filter(publication=night).sleeping_giants().order_by("-net_assets_fen")


def test_t9_the_share_of_the_top_20_percent_is_counted_by_rank():
    night, _ = night_of([700, 130, *[20] * 8, 10])  # 11 clients: 2.2 rounds to 2
    share = top_share(hundredths(night))
    assert (share.client_count, share.value_fen, share.total_fen) == (2, 830, 1000)
    assert share.rate == pytest.approx(0.83)


def test_t9_the_curve_runs_from_nothing_to_everything_and_bends_one_way():
    night, _ = night_of([50, 30, 10, 10])
    points = [(p.clients_rate, p.value_rate) for p in lorenz(hundredths(night))]
    assert points == [(0, 0), (0.25, 0.5), (0.5, 0.8), (0.75, 0.9), (1, 1)]


def test_t9_a_branch_without_commission_has_no_curve():
    night, _ = night_of([0, 0, -5])
    assert lorenz(hundredths(night)) == []
    assert top_share(hundredths(night)).rate is None


def test_t9_many_clients_make_a_hundred_points():
    night, _ = night_of(list(range(1, 251)))
    curve = lorenz(hundredths(night))
    assert len(curve) == 101
    assert curve[-1].value_rate == pytest.approx(1)
    assert curve[20].value_rate == pytest.approx(top_share(hundredths(night)).rate)


def test_t10_the_area_of_the_steps_is_the_revenue():
    night, _ = night_of(
        [90, 31, 30, 5, 0], c1={"tier": "vip"}, c2={"tier": "ordinary"}, c3={"tier": "ordinary"}, c5={"tier": "small"}
    )
    steps = step_chart(sums_seen(Staff(role="compliance"), [night.pk]))
    assert [(s.tier, s.client_count, s.average_fen, s.value_fen) for s in steps] == [
        ("vip", 1, 90, 90),
        ("key", 0, 0, 0),
        ("ordinary", 2, 31, 61),  # 30.5 is rounded half up
        ("small", 2, 3, 5),
    ]
    assert sum(s.value_fen for s in steps) == 156


def test_t4_giants_own_what_a_vip_owns_and_bring_what_a_small_client_brings():
    many = [100] * 30 + [0] * 4
    night, clients = night_of(
        many,
        c1={"tier": "vip", "assets": 900},
        c33={"assets": 1000},
        c34={"assets": 10, "reason": "sleeping_giant"},
    )
    # 34 clients have one VIP: the one place by assets is client 33's, and the scheme named 34.
    assert [s.client for s in giants(night)] == [clients[32], clients[33]]


def test_t4_a_branch_where_nobody_owns_anything_has_no_giants():
    night, _ = night_of([0] * 40)
    assert not giants(night)
