"""What plans say beside each other: differences, two editors, and the occasions of an action."""

from dataclasses import replace
from datetime import date, timedelta

from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicing.plans.content import Written
from servicing.plans.differences import differences
from servicing.plans.merging import merged
from tests.servicing.plan_desk import NEXT_WEEK, action

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
WRITTEN = Written("目标", ("收益",), (action("a1"), action("b1")), 30, NEXT_WEEK)


def test_differences_are_told_field_by_field() -> None:
    after = replace(
        WRITTEN, goal="新目标", cadence_days=None, actions=(action("a1", every=7), action("c1", item="strategy"))
    )
    with translation.override("en"):
        found = {one.field: (one.label, one.before, one.after) for one in differences(WRITTEN, after)}
    assert found == {
        "goal": ("Goal", "目标", "新目标"),
        "cadence_days": ("Contact", "every 30 days", "as the standard says"),
        "action a1": ("Action", "寄资料 · 2026-11-27", "寄资料 · 2026-11-27 · every 7 days"),
        "action b1": ("Action", "寄资料 · 2026-11-27", ""),
        "action c1": ("Action", "", "Medium-term strategy: 寄资料 · 2026-11-27"),
    }
    assert differences(WRITTEN, WRITTEN) == []


def test_of_two_editors_what_the_second_did_not_touch_stays_as_the_first_left_it() -> None:
    theirs = replace(WRITTEN, goal="他们的", actions=(action("a1", every=7), action("d1")))
    mine = replace(WRITTEN, cadence_days=14, actions=(action("a1"), action("b1", text="改过"), action("c1")))
    both = merged(WRITTEN, theirs, mine)
    assert (both.goal, both.cadence_days) == ("他们的", 14)
    assert both.actions == (action("a1", every=7), action("d1"), action("b1", text="改过"), action("c1"))
    dropped = merged(WRITTEN, WRITTEN, replace(WRITTEN, actions=(action("b1"),)))
    assert dropped.actions == (action("b1"),)


@patient
@given(st.integers(0, 3287), st.integers(1, 730), st.integers(-1000, 3000))
def test_the_next_occasion_is_the_first_one_that_has_not_passed(first: int, every: int, days: int) -> None:
    """Over the years from 2024 to 2032."""
    start = date(2024, 1, 1) + timedelta(days=first)
    one, asked = action(day=start, every=every), start + timedelta(days=days)
    found = one.next_from(asked)
    assert found is not None
    assert found >= max(asked, start)
    assert one.falls_on(found)
    assert found == start or found - timedelta(days=every) < asked
