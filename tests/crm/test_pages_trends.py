"""The page of trends: what it finds, for whom, and what an address may ask."""

import pytest
import time_machine
from django.urls import reverse

from crm.models import Branch
from servicing.quarters import Quarter
from servicing.trends.keeping import write_quarter
from servicing.trends.sums import Sums
from tests.crm.page_firm import browser_of, staff
from tests.servicing.desk import AT, DAY, make_desk

ENGLISH = {"accept-language": "en"}
Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk(db):
    desk = make_desk()
    for quarter, kept in ((Q3, 100), (Q4, 180)):
        sums = {(desk.advisor.pk, ""): Sums(200, kept, kept), (None, ""): Sums(40, 20, 20)}
        write_quarter(desk.branch, quarter, {"fulfilment": (sums, 51)}, until=min(quarter.last, DAY), at=AT)
    return desk


def shown(person, **asked):
    return browser_of(person).get(reverse("branch-trends"), asked, headers=ENGLISH)


def test_the_title_says_what_went_surely_which_way(desk):
    told = shown(desk.manager).context
    assert told["title"] == "Better than in the former quarters: Done in time"
    assert told["chart"].title == "Done in time: 83.3%, 50.0% in the former quarters"
    assert [row[:2] for row in told["chart"].rows] == [["Q3 2026", "50.0%"], ["Q4 2026", "83.3%"]]
    assert [(line.label, line.units) for line in told["people"]] == [("员工advisor", 200)]


def test_an_advisor_is_held_against_the_rest_of_the_branch(desk):
    told = shown(desk.manager, advisor=desk.advisor.pk)
    assert told.context["chart"].title == "Done in time: 90.0%, 50.0% in the former quarters, the others 50.0%"
    assert "员工advisor ·" in " ".join(told.content.decode().split())


def test_a_former_quarter_may_be_chosen_and_has_no_past(desk):
    told = shown(desk.manager, quarter=str(Q3)).context
    assert told["title"] == "No measure is surely better or worse"
    assert told["trends"].until == Q3.last


@pytest.mark.parametrize("asked", [{"quarter": "2020-1"}, {"advisor": "999999"}, {"advisor": "x"}, {"advisor": "0"}])
def test_what_is_not_kept_is_missing(desk, asked):
    found = shown(desk.manager, **asked)
    assert found.status_code == 404


def test_other_branches_see_their_own_only(desk):
    far = staff("far", "manager", Branch.objects.create(code="1102", name="望湖营业部"))
    assert shown(far, branch="1101").status_code == 404
    assert "No quarter is counted yet" in shown(far).content.decode()
    assert shown(desk.advisor).status_code == 404
    assert shown(staff("reader", "compliance"), branch="1101").context["people"]


def test_a_measure_that_is_none_gives_way_to_the_first(desk):
    assert shown(desk.manager, measure="turnover").context["measure_key"] == "fulfilment"
    nothing = shown(desk.manager, measure="met").context
    assert nothing["chart"] is None
