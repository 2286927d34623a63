"""First response (S10): what a client asks is timed in working hours, shown while it waits, and measured by advisor."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from crm.calendar import working_days
from crm.models import Staff
from servicing.arrivals import announce, end, take
from servicing.contacts import record_contact, withdraw_contact
from servicing.models import Promise
from servicing.responses import receptions_in, responses_in, waiting_for
from servicing.workhours import WorkHours
from tests.crm.page_firm import browser_of, client
from tests.servicing.desk import AT, DAY, due, make_desk, said

HOURS = WorkHours([DAY, DAY + timedelta(days=3), DAY + timedelta(days=4)], 540, 1020)  # a Friday, Monday, Tuesday


def at(clock: str, days: int = 0) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(DAY + timedelta(days=days), time(hour, minute), UTC) - timedelta(hours=8)


@pytest.mark.parametrize(
    ("asked", "due_at"),
    [
        (at("10:30"), at("14:30")),
        (at("13:00"), at("17:00")),
        (at("16:00"), at("12:00", 3)),  # over the weekend
        (at("20:00"), at("13:00", 3)),
        (at("07:00"), at("13:00")),
        (at("11:00", 1), at("13:00", 3)),  # asked on a Saturday
    ],
)
def test_four_working_hours_end_when_the_branch_works(asked, due_at):
    assert HOURS.after(asked, 240) == due_at


moments = st.integers(0, 4 * 24 * 60 - 1).map(lambda minutes: at("00:00") + timedelta(minutes=minutes))


@given(asked=moments, minutes=st.integers(1, 400))
def test_what_is_due_after_so_many_minutes_has_so_many_between(asked, minutes):
    try:
        due_at = HOURS.after(asked, minutes)
    except ValueError:
        return
    assert HOURS.minutes_between(asked, due_at) == minutes
    assert HOURS.minutes_between(due_at, asked) == 0


@pytest.mark.django_db
def test_a_make_up_weekend_is_worked_and_a_holiday_is_not():
    national = working_days(datetime(2026, 9, 28).date(), datetime(2026, 10, 12).date())
    asked = datetime(2026, 9, 30, 8, 0, tzinfo=UTC)  # 16:00, the day before the holidays
    assert WorkHours(national, 540, 1020).after(asked, 120).date() == national[3]


@pytest.fixture
def desk(db):
    return make_desk()


def asks(desk, moment, *, step=None, promise=None, one=None):
    told = said("客户来电", direction="in", happened_at=moment, next_step=step.text if step else "")
    return record_contact(one or desk.client, told, uid=uuid4(), by=desk.advisor, at=moment, step=step, promise=promise)


def answers(desk, moment, one=None):
    return record_contact(one or desk.client, said("回电", happened_at=moment), uid=uuid4(), by=desk.advisor, at=moment)


def test_a_question_waits_until_our_first_contact_afterwards(desk):
    answers(desk, at("09:00"))
    asked = asks(desk, at("09:30"), step=due("问汇率"))
    assert [(one.contact, one.text, one.due_at) for one in waiting_for(desk.advisor, AT)] == [
        (asked, "问汇率", at("13:30"))
    ]
    reply = answers(desk, at("10:00"))
    assert waiting_for(desk.advisor, AT) == []
    withdraw_contact(reply, by=desk.advisor, at=AT)
    assert [one.contact for one in waiting_for(desk.advisor, AT)] == [asked]


def test_what_leaves_nothing_to_do_is_no_question_and_a_promise_is_one(desk):
    asks(desk, at("09:00"))
    assert waiting_for(desk.advisor, AT) == []
    asks(desk, at("09:10"), promise=due("寄资料"))
    assert [one.text for one in waiting_for(desk.advisor, AT)] == ["寄资料"]
    Promise.objects.update(state="withdrawn")
    assert waiting_for(desk.advisor, AT) == []


def test_the_overdue_comes_first_with_what_it_is_late_by(desk):
    other = client(desk.branch, "另一位", advisor=desk.advisor)
    asks(desk, at("10:00"), step=due("新问"), one=other)
    asks(desk, at("16:30", -1), step=due("旧问"))
    now = at("13:30")
    told = [(one.text, one.is_late, one.minutes) for one in waiting_for(desk.advisor, now)]
    assert told == [("旧问", True, 60), ("新问", False, 30)]


def test_an_advisor_is_told_of_own_clients_and_a_manager_of_the_branch(desk):
    other = client(desk.branch, "另一位", advisor=desk.manager)
    asks(desk, at("09:00"), step=due("一"))
    asks(desk, at("09:05"), step=due("二"), one=other)
    assert [one.text for one in waiting_for(desk.advisor, AT)] == ["一"]
    assert [one.text for one in waiting_for(desk.manager, AT)] == ["一", "二"]
    assert waiting_for(Staff.objects.create_user("elsewhere", name="别处", role="manager"), AT) == []


def test_answers_are_measured_by_advisor_in_working_minutes(desk):
    others = [client(desk.branch, "客户", advisor=desk.advisor) for _ in range(4)]
    for one, asked, answered in zip(
        others, ("09:00", "09:00", "09:00", "09:00"), ("09:10", "10:00", "16:00", None), strict=True
    ):
        asks(desk, at(asked), step=due(), one=one)
        if answered:
            answers(desk, at(answered), one=one)
    told = responses_in(desk.branch, DAY, DAY, at=at("18:00"))[desk.advisor.pk]
    assert sorted(told.minutes) == [10, 60, 420]
    assert (told.median_minutes, told.in_time, told.late_open, told.in_time_rate) == (60, 2, 1, 0.5)
    early = responses_in(desk.branch, DAY, DAY, at=at("12:00"))[desk.advisor.pk]
    assert (early.late_open, early.judged) == (0, 3)  # what is not due yet is not judged


def test_receptions_are_measured_by_whoever_took_them(desk):
    def told(minute):
        return announce(desk.client, way="here", to=None, uid=uuid4(), by=desk.manager, at=at(f"10:{minute:02d}"))

    quick = told(0)
    take(quick, by=desk.advisor, at=at("10:03"))
    slow = told(10)
    take(slow, by=desk.advisor, at=at("10:20"))
    end(told(30), by=desk.manager, at=at("10:31"))
    told(40)
    measured = receptions_in(desk.branch, DAY, DAY, at=at("10:50"))[desk.advisor.pk]
    assert (sorted(measured.minutes), measured.in_time, measured.late_open) == ([3, 10], 1, 1)


def test_today_shows_what_waits_and_what_is_overdue(desk):
    asks(desk, at("16:30", -1), step=due("要一份资料"))
    with time_machine.travel(at("13:30"), tick=False):
        page = browser_of(desk.advisor).get(reverse("today"), headers={"accept-language": "en"}).content.decode()
    assert "Waiting for an answer" in page
    assert "overdue 1 h 0 min" in page
