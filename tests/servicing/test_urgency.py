"""The order of a day: commission at risk × urgency, with numbers that are dated rows."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segmentation.models import Threshold
from segmentation.thresholds import NoThreshold
from servicing.urgency import Numbers, numbers_on, urgency, weight

DAY = date(2026, 11, 20)
NUMBERS = Numbers(overdue=200, today=150, open=100, rest_days=14, stale_days=30)
YESTERDAY, TOMORROW = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.mark.parametrize(("due", "percent"), [(YESTERDAY, 200), (DAY, 150), (TOMORROW, 100), (None, 100)])
def test_what_is_overdue_weighs_more_than_today_and_today_more_than_later(due, percent):
    assert urgency(due, DAY, NUMBERS) == percent
    assert weight(30_603_00, due, DAY, NUMBERS) == 30_603_00 * percent


def test_unknown_commission_weighs_nothing():
    assert weight(None, YESTERDAY, DAY, NUMBERS) == 0


@settings(deadline=None)
@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(-400, 400))
def test_of_two_that_are_due_alike_the_larger_comes_first(one, other, days):
    due = DAY + timedelta(days=days)
    assert (one <= other) == (weight(one, due, DAY, NUMBERS) <= weight(other, due, DAY, NUMBERS))


@pytest.mark.django_db
def test_the_numbers_are_rows_and_a_later_row_counts_from_its_day():
    assert numbers_on(DAY) == NUMBERS
    Threshold.objects.create(key="urgency_overdue", value=300, unit="%", from_day=DAY, source="branch meeting")
    assert (numbers_on(YESTERDAY).overdue, numbers_on(DAY).overdue) == (200, 300)


@pytest.mark.django_db
def test_a_number_that_nobody_decided_is_named():
    Threshold.objects.filter(key="contact_rest").delete()
    with pytest.raises(NoThreshold, match="contact_rest"):
        numbers_on(DAY)
