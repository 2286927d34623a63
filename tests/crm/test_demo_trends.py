"""The quarters and self-assessments of the demonstration: written once, whatever how often it is asked."""

import pytest

from crm.demo.selfreviews import seed_selfreviews
from crm.demo.trends import seed_trends
from servicing.models import QuarterFigures, SelfReview, SelfReviewAction
from servicing.trends.reading import trends_of
from tests.segmentation.nights import publish
from tests.servicing.desk import AT, DAY, make_desk, talk


@pytest.fixture
def desk(db):
    desk = make_desk()
    publish(desk.branch, DAY, {desk.client: {"tier": "vip", "measure": 900_00}})
    talk(desk)
    return desk


def test_four_former_quarters_stand_beside_the_present_one(desk):
    assert [seed_trends(AT), seed_trends(AT)] == [5, 5]
    found = trends_of(desk.manager, desk.branch, None)
    assert found is not None
    reach = next(one for one in found.of_branch() if one.key == "reach")
    assert (reach.sums.n, len(reach.past)) == (1, 4)
    assert QuarterFigures.objects.filter(until_day__lte=DAY).count() == 5


def test_the_former_quarter_is_handed_in_and_the_present_one_is_a_draft(desk):
    assert [seed_selfreviews(AT), seed_selfreviews(AT)] == [2, 2]
    assert [one.is_draft for one in SelfReview.objects.order_by("first_day")] == [False, True]
    assert SelfReviewAction.objects.still_open().count() == 1
