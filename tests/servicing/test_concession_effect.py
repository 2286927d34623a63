"""What a concession did, against a hand count: the months before, like clients, and when nothing can be told."""

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.history import month_end_assets, monthly_commission
from segmentation.models import Threshold
from servicing.concessions.effect import compare, effect_of
from servicing.concessions.likes import nearest
from servicing.concessions.windows import whole_months, windows_of
from servicing.models import Concession
from tests.crm.page_firm import stand
from tests.servicing.concession_desk import Office, approved, asked, earn, hold, like, make_office, span
from tests.servicing.desk import AT, DAY

JANUARY = date(2026, 1, 1)
months = st.lists(st.integers(-10_000, 1_000_000), min_size=4, max_size=4)


@pytest.mark.parametrize(
    ("start", "until", "measured", "baseline", "count"),
    [
        (date(2026, 3, 1), date(2026, 5, 31), date(2026, 3, 1), date(2025, 12, 1), 3),
        (date(2026, 3, 2), date(2026, 5, 31), date(2026, 4, 1), date(2026, 1, 1), 2),
        (date(2026, 3, 1), date(2026, 5, 30), date(2026, 3, 1), date(2026, 1, 1), 2),
        (date(2026, 3, 15), date(2026, 3, 20), date(2026, 4, 1), date(2026, 2, 1), 1),
        (date(2026, 1, 1), date(2027, 6, 30), date(2026, 1, 1), date(2025, 1, 1), 12),
    ],
)
def test_the_baseline_has_as_many_months_as_it_runs_twelve_at_most(
    start: date, until: date, measured: date, baseline: date, count: int
) -> None:
    found = windows_of(start, until)
    assert (found.measured_from, found.baseline_from, found.months) == (measured, baseline, count)


def test_a_month_counts_when_it_is_over() -> None:
    assert whole_months(JANUARY, date(2026, 2, 27)) == [JANUARY]
    assert whole_months(JANUARY, date(2026, 2, 28)) == [JANUARY, date(2026, 2, 1)]


def test_the_difference_is_that_of_a_hand_count() -> None:
    # The client: 100 → 160 a month. Like clients changed by 10, 20 and 30: mean 20, spread 10.
    found = compare([90, 110, 150, 170], [[50, 50, 60, 60], [40, 60, 70, 70], [0, 0, 30, 30]], 2)
    assert (found.before, found.during, found.value) == (100, 160, 40)
    assert found.half == pytest.approx(2.919986 * 10 * math.sqrt(4 / 3), rel=1e-5)  # t of two degrees of freedom, 95 %
    assert found.verdict == "above"
    assert compare([90, 110, 130, 130], [[0, 0, 10, 10], [0, 0, 20, 20], [0, 0, 30, 30]], 2).verdict == "same"


@given(own=months, likes=st.lists(months, min_size=2, max_size=8), seed=st.randoms())
def test_the_order_of_like_clients_says_nothing(own: list[int], likes: list[list[int]], seed: object) -> None:
    shuffled = list(likes)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert compare(own, likes, 2) == compare(own, shuffled, 2)


@given(
    others=st.lists(st.tuples(st.integers(1, 99), st.integers(0, 50)), unique_by=lambda one: one[0]), seed=st.randoms()
)
def test_the_same_clients_are_alike_in_whatever_order_they_come(others: list[tuple[int, int]], seed: object) -> None:
    shuffled = list(others)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    found = nearest(others, 25, 5)
    assert found == nearest(shuffled, 25, 5)
    far = {pk: abs(fen - 25) for pk, fen in others}
    assert all(far[pk] <= far[left] for pk in found for left in far.keys() - set(found))


@pytest.fixture
def office(db: object) -> Office:
    made = make_office()
    stand(made.night, made.client, measure_fen=1_000_00)
    return made


def decide(**numbers: int) -> None:
    for key, value in numbers.items():
        Threshold.objects.filter(key=f"concession_{key}").update(value=value)


def test_like_clients_stand_in_the_same_tier_are_nearest_and_got_none(office: Office) -> None:
    decide(likes=2)
    near, nearer, _far = like(office, 900_00), like(office, 1_050_00), like(office, 2_000_00)
    favoured, _other_tier = like(office, 1_000_00), like(office, 1_000_00, tier="key")
    asked(office, account=favoured.accounts.get())
    assert set(approved(office).likes.all()) == {near, nearer}


def measured(office: Office, likes: int) -> Concession:
    """Runs from 1 July to 31 August 2026, so May and June are the baseline; approved now, put back in time."""
    others = [like(office, 1_000_00 + n) for n in range(likes)]
    row = approved(office, span=span(date(2026, 12, 1), 62))
    told = {"from_on": date(2026, 7, 1), "until_on": date(2026, 8, 31), "measured_from": date(2026, 7, 1)}
    Concession.objects.filter(pk=row.pk).update(**told, baseline_from=date(2026, 5, 1), baseline_months=2)
    row.refresh_from_db()
    for month, fen in ((5, 100), (6, 200), (7, 300), (8, 400)):
        earn(office.client, date(2026, month, 1), fen)
    for n, other in enumerate(others):
        earn(other, date(2026, 8, 1), 20 * n)
    return row


def test_the_effect_is_read_from_the_trades_of_whole_months(office: Office) -> None:
    decide(least_likes=3, least_months=2)
    row = measured(office, 3)
    hold(office.client, date(2026, 4, 30), 999)
    hold(office.client, date(2026, 5, 20), 1_000)
    hold(office.client, date(2026, 7, 31), 3_000)
    found = effect_of(row, DAY)
    assert (list(found.own), list(found.mean)) == ([100, 200, 300, 400], [0, 0, 0, 20])
    assert found.commission is not None
    assert found.assets is not None
    assert found.commission.value == 200 - 10  # 150 → 350, the like clients by 0, 10 and 20 in half a month each
    assert (found.assets.before, found.assets.during, found.assets.value) == (1_000, 3_000, 2_000)
    assert (found.is_kept, found.likes, found.likes_kept) == (True, 3, 3)


@pytest.mark.parametrize(
    ("numbers", "day", "missing"),
    [
        ({"least_likes": 4, "least_months": 2}, DAY, "likes"),
        ({"least_likes": 3, "least_months": 3}, DAY, "months"),
        ({"least_likes": 3, "least_months": 2}, date(2026, 8, 30), "months"),
        ({"least_likes": 3, "least_months": 2}, date(2026, 8, 31), ""),
    ],
)
def test_below_the_limits_the_answer_is_cannot_tell_and_no_number(
    office: Office, numbers: dict[str, int], day: date, missing: str
) -> None:
    decide(**numbers)
    found = effect_of(measured(office, 3), day)
    assert found.missing == missing
    assert (found.commission is None, found.assets is None) == (bool(missing), bool(missing))


def test_a_client_younger_than_the_baseline_is_not_compared(office: Office) -> None:
    decide(least_likes=3, least_months=2)
    row = measured(office, 3)
    row.client.opened_on = date(2026, 5, 2)
    assert effect_of(row, DAY).missing == "new"


def test_a_like_client_who_left_counts_as_left(office: Office) -> None:
    row = measured(office, 3)
    first = row.likes.order_by("pk").first()
    assert first is not None
    first.closed_on = date(2026, 8, 31)
    first.save()
    assert effect_of(row, DAY).likes_kept == 2


def test_thirty_clients_cost_as_many_queries_as_three(office: Office, django_assert_max_num_queries: object) -> None:
    decide(likes=30)
    row = measured(office, 30)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert effect_of(row, DAY).likes == 30


def test_one_client_alone_is_the_bulk_of_one(office: Office) -> None:
    earn(office.client, date(2026, 8, 1), 70)
    assert dict(monthly_commission(office.client, until=DAY, months=4))[date(2026, 8, 1)] == 70
    hold(office.client, date(2026, 8, 3), 5)
    ends = [date(2026, 8, 31), date(2026, 9, 30)]
    assert month_end_assets([office.client.pk], ends) == {office.client.pk: [5, 5]}
    assert AT.date() == DAY
