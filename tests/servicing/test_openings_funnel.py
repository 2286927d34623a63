"""Where people are lost: counts that add up, against a count by hand."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicing.models import Opening
from servicing.openings.ending import drop_opening
from servicing.openings.funnel import Alike, funnel, funnel_of, median
from servicing.openings.steps import ORDER
from tests.servicing.openings import AT, DAY, Openings

PLACES = [(step, state) for step in ORDER for state in ("open", "dropped")] + [("deposit", "completed")]
ALIKE = st.tuples(
    st.sampled_from(PLACES),
    st.sampled_from(["walk_in", "bank"]),
    st.integers(1, 3),
    st.sampled_from(["price", "other"]),
)


@given(st.lists(ALIKE, max_size=30))
def test_who_enters_a_step_entered_the_one_before_and_outcomes_add_up(rows: list[Any]) -> None:
    found = funnel([Alike(*place, source, owner, why, 1) for place, source, owner, why in rows], [])
    whole, entered = found.whole, [stage.entered for stage in found.stages]
    assert entered == sorted(entered, reverse=True)
    assert entered[0] == whole.begun == whole.completed + whole.dropped + whole.waiting
    for stage, after in zip(found.stages, [*entered[1:], whole.completed], strict=True):
        assert stage.entered - stage.dropped - stage.waiting == after
    for parts in (found.by_source.values(), found.by_owner.values()):
        assert sum(one.begun for one in parts) == whole.begun
    assert sum(count for _reason, count in found.reasons) == whole.dropped


@given(st.lists(st.integers(0, 60), min_size=1))
def test_the_median_is_the_middle_of_the_days(days: list[int]) -> None:
    ordered, half = sorted(days), len(days) // 2
    middle = ordered[half] if len(days) % 2 else (ordered[half - 1] + ordered[half]) / 2
    assert median(Counter(days)) == middle


@pytest.mark.django_db
def test_the_funnel_of_a_branch_is_what_one_counts_by_hand() -> None:
    firm = Openings()
    firm.take(firm.begin("完成"), *ORDER)
    firm.take(firm.begin("等资料", source="bank"), "branch", "form")
    for reason in ("price", "price", "product"):
        opening = firm.take(firm.begin("放弃", owner=firm.colleague), "branch")
        drop_opening(opening, reason, by=firm.colleague, at=AT)
    firm.begin("从前", started_on=DAY - timedelta(days=200))
    rows = Opening.objects.visible_to(firm.manager).begun_between(DAY - timedelta(days=30), DAY)
    found = funnel_of(rows)
    assert [(one.entered, one.dropped, one.waiting) for one in found.stages] == [
        (5, 0, 0),
        (5, 3, 0),
        (2, 0, 1),
        (1, 0, 0),
        (1, 0, 0),
        (1, 0, 0),
    ]
    assert [one.median_days for one in found.stages] == [10, 0, 0, 0, 0, 0]
    assert found.reasons == [("price", 2), ("product", 1)]
    assert {key: (one.begun, one.completed, one.dropped, one.waiting) for key, one in found.by_owner.items()} == {
        firm.colleague.pk: (3, 0, 3, 0),
        firm.advisor.pk: (2, 1, 0, 1),
    }
    assert {key: one.begun for key, one in found.by_source.items()} == {"walk_in": 4, "bank": 1}
