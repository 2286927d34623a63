"""Timers of complaints: working days with make-up days, who is told when one is late, and told once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.calendar import working_days
from crm.models import AuditEvent, Holiday
from segmentation.models import Threshold
from servicing.complaints.escalating import escalate_overdue, timers_of
from servicing.complaints.timers import KEYS, STAGES, WorkingDays, due_day, limits_on
from servicing.models import ComplaintEscalation
from servicing.pages.complaints.words import next_words
from tests.servicing.complaint_desk import DAY, ComplaintDesk, make_complaint_desk

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)


@pytest.fixture
def desk() -> ComplaintDesk:
    return make_complaint_desk()


@pytest.fixture
def working() -> WorkingDays:
    return WorkingDays.around(FIRST, LAST, 60)


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def test_every_stage_is_due_on_a_working_day_and_never_before_the_stage_before_it(working: WorkingDays) -> None:
    limits, working_set = limits_on(FIRST), set(working.days)

    @settings(max_examples=300, deadline=None)
    @given(st.dates(FIRST, LAST), st.sampled_from(["minor", "serious", "grave"]))
    def check(received: date, severity: str) -> None:
        due = [working.after(received, limits[stage, severity]) for stage in STAGES]
        assert working_set.issuperset(due)
        assert received < due[0] <= due[1] <= due[2] <= due[3] <= due[4]
        assert [working.between(received, day) for day in due] == [limits[stage, severity] for stage in STAGES]
        later = [working.after(received + timedelta(days=1), limits[stage, severity]) for stage in STAGES]
        assert all(before <= after for before, after in zip(due, later, strict=True))

    check()


def test_a_graver_complaint_has_no_more_time() -> None:
    limits = limits_on(FIRST)
    for stage in STAGES:
        assert limits[stage, "grave"] <= limits[stage, "serious"] <= limits[stage, "minor"]


def test_make_up_days_count_and_holidays_do_not() -> None:
    Holiday.objects.filter(day__range=(date(2027, 2, 1), date(2027, 2, 28))).delete()
    Holiday.objects.bulk_create(
        [Holiday(day=date(2027, 2, day), kind=Holiday.Kind.HOLIDAY) for day in range(5, 12)]
        + [Holiday(day=date(2027, 2, 13), kind=Holiday.Kind.MAKE_UP)]
    )
    assert due_day("received", "minor", "phone", date(2027, 2, 4)) == date(2027, 2, 12)  # the Friday after the holiday
    assert due_day("cause", "grave", "phone", date(2027, 2, 4)) == date(2027, 2, 13)  # a Saturday at work


def test_the_limit_of_the_law_counts_once_compliance_has_confirmed_it(desk: ComplaintDesk) -> None:
    Threshold.objects.filter(key="complaint_answer_law").update(value=2)
    own = due_day("answer", "grave", "regulator", DAY)
    Threshold.objects.filter(key="complaint_answer_law").update(confirmed_by=desk.compliance, confirmed_on=DAY)
    assert due_day("answer", "grave", "phone", DAY) == own
    assert due_day("answer", "grave", "regulator", DAY) == working_days(DAY, DAY + timedelta(days=9))[2] < own


def test_a_number_decided_later_does_not_move_what_came_before() -> None:
    Threshold.objects.create(
        key=KEYS["received", "minor"], value=4, unit="working days", from_day=DAY + timedelta(days=1), source="试行"
    )
    assert due_day("received", "minor", "phone", DAY) == date(2026, 11, 23)
    assert due_day("received", "minor", "phone", DAY + timedelta(days=3)) == date(2026, 11, 27)


def test_the_manager_is_told_at_once_and_compliance_three_working_days_later(desk: ComplaintDesk) -> None:
    complaint = desk.receive()  # on a Friday, due on Monday the 23rd
    told = {}
    for day in range(21, 29):
        moment = at_noon(date(2026, 11, day))
        told[day] = [escalate_overdue(moment) for _twice in range(2)]
    assert {day: counts for day, counts in told.items() if any(counts)} == {24: [1, 0], 26: [1, 0]}
    assert list(complaint.escalations.order_by("pk").values_list("level", flat=True)) == ["manager", "compliance"]
    assert AuditEvent.objects.filter(action="escalate-complaint", actor=None).count() == 2


def test_of_a_complaint_about_the_only_manager_compliance_is_told_at_once(desk: ComplaintDesk) -> None:
    complaint = desk.receive(about=desk.manager)
    monday, tuesday = (date(2026, 11, day) for day in (23, 24))
    assert timers_of([complaint], monday)[complaint.pk].has_manager  # the deputy is
    desk.deputy.branches.clear()
    with override("en"):
        timers = [timers_of([complaint], day)[complaint.pk] for day in (monday, tuesday)]
        assert [next_words(timer).partition("; ")[2] for timer in timers] == [
            "after that compliance is told.",
            "compliance is told today.",
        ]
    assert [escalate_overdue(at_noon(tuesday)) for _twice in range(2)] == [1, 0]
    assert complaint.escalations.get().level == "compliance"


def test_a_stage_left_meanwhile_or_a_closed_complaint_is_told_to_nobody(desk: ComplaintDesk) -> None:
    desk.work(desk.receive())
    moved = desk.work(desk.receive(), until="cause")
    assert escalate_overdue(at_noon(date(2026, 11, 25))) == 0
    assert escalate_overdue(at_noon(moved.due_on + timedelta(days=1))) == 1
    assert ComplaintEscalation.objects.get().stage == "cause"


def test_a_timer_counts_working_days_left_and_late(desk: ComplaintDesk) -> None:
    complaint = desk.receive()
    days = (DAY, date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 30))
    left = [timers_of([complaint], day)[complaint.pk].left for day in days]
    assert left == [1, 1, 0, -1, -5]
    assert timers_of([complaint], DAY)[complaint.pk].compliance_on == date(2026, 11, 26)


def test_timers_cost_the_same_for_many(desk: ComplaintDesk, django_assert_num_queries) -> None:
    some = [desk.receive() for _ in range(5)]
    with django_assert_num_queries(3):
        assert len(timers_of(some, DAY)) == 5
