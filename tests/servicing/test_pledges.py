"""The pledge (S20): kept or broken as the facts of the day say, found once, counted by month, taken back only by later facts."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.refusals import Refused
from crm.models import AuditEvent, Branch
from servicing.complaints.timers import WorkingDays
from servicing.models import Measure, Pledge, PledgeBreach, PledgeMonth, Promise
from servicing.pledges.breaches import (
    Report,
    SettledMeanwhile,
    reopen_breach,
    report_breach,
    settle_breach,
    take_back_report,
)
from servicing.pledges.deciding import Book, supersede_pledge
from servicing.pledges.facts import Fact
from servicing.pledges.judging import Clock
from servicing.pledges.previews import preview_pledge
from servicing.workhours import WorkHours
from tests.crm.page_firm import client, night, staff, stand
from tests.servicing.complaint_desk import make_complaint_desk
from tests.servicing.desk import AT, DAY, Desk, make_desk
from tests.servicing.pledge_desk import (
    LONG_AGO,
    another,
    asked,
    callback,
    counts,
    moment,
    night_of,
    pledge,
    promised,
    spoken,
)

pytestmark = pytest.mark.django_db
THURSDAY, WEDNESDAY, MONDAY = DAY - timedelta(days=1), DAY - timedelta(days=2), DAY - timedelta(days=4)
FRIDAY_BEFORE = DAY - timedelta(days=7)


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def states(**asked: object) -> dict[str, str]:
    return dict(PledgeBreach.objects.filter(**asked).values_list("key", "state"))


WORKED = [day for n in range(120) if (day := DAY + timedelta(days=n)).weekday() < 5]
CLOCK = Clock(WorkingDays(WORKED), WorkHours(WORKED, 540, 1020), moment(DAY + timedelta(days=30)))


@given(
    due=st.integers(0, 20),
    waited=st.none() | st.integers(0, 40 * 24 * 60),
    allowed=st.integers(1, 20),
    asked=st.booleans(),
)
def test_whoever_allows_more_never_breaks_more(due: int, waited: int | None, allowed: int, asked: bool) -> None:
    begins = moment(DAY + timedelta(days=due))
    done = None if waited is None else begins + timedelta(minutes=waited)
    fact = Fact("any", "1", DAY + timedelta(days=due), done, None, None, since=begins if asked else None)
    strict, loose = (CLOCK.is_kept(fact, n) for n in (allowed, allowed + 1))
    assert not (strict and not loose)
    assert not (loose is False and strict is None)
    assert CLOCK.deadline(fact, allowed) <= CLOCK.deadline(fact, allowed + 1)


def test_a_promise_kept_on_its_day_is_kept_and_one_kept_the_day_after_is_a_breach_once(desk: Desk) -> None:
    pledge(by=desk.manager)
    promised(desk.client, WEDNESDAY, WEDNESDAY)
    late = promised(desk.client, WEDNESDAY, THURSDAY)
    still_open = promised(desk.client, DAY)
    assert night_of(desk.branch) == {"found": 1, "taken_back": 0}
    assert night_of(desk.branch) == {"found": 0, "taken_back": 0}
    breach = PledgeBreach.objects.get()
    assert (breach.key, breach.on, breach.client, breach.owner) == (
        f"promise:{late.pk}", WEDNESDAY, desk.client, desk.advisor,
    )  # fmt: skip
    assert counts(desk.branch, Measure.PROMISE) == (1, 1)
    assert AuditEvent.objects.filter(action="find-breaches").count() == 1
    assert still_open.state == "open"


def test_what_may_come_some_working_days_later_is_late_only_then_and_a_weekend_is_no_working_day(desk: Desk) -> None:
    pledge(allowed=1, by=desk.manager)
    promised(desk.client, FRIDAY_BEFORE, MONDAY)
    promised(desk.client, FRIDAY_BEFORE, MONDAY + timedelta(days=1))
    night_of(desk.branch)
    assert counts(desk.branch, Measure.PROMISE) == (1, 1)


@pytest.mark.parametrize(
    ("clock", "answered", "is_kept"), [("10:00", "14:00", True), ("10:00", "14:01", False), ("16:00", None, False)]
)
def test_a_first_answer_is_timed_in_working_minutes(
    desk: Desk, clock: str, answered: str | None, is_kept: bool
) -> None:
    pledge(Measure.RESPONSE, 240, by=desk.manager)
    asked(desk.client, WEDNESDAY, clock)
    if answered:
        spoken(desk.client, WEDNESDAY, answered)
    night_of(desk.branch)
    assert counts(desk.branch, Measure.RESPONSE) == ((1, 0) if is_kept else (0, 1))


def test_a_question_that_may_still_wait_is_not_judged(desk: Desk) -> None:
    pledge(Measure.RESPONSE, 240, by=desk.manager)
    asked(desk.client, THURSDAY, "16:00")
    assert night_of(desk.branch) == {"found": 0, "taken_back": 0}
    assert not PledgeBreach.objects.exists()


def test_the_next_conversation_is_due_by_the_cadence_and_a_client_is_counted_once_a_month(desk: Desk) -> None:
    pledge(Measure.CADENCE, by=desk.manager)
    kept, often = another(desk.branch, desk.advisor), another(desk.branch, desk.advisor)
    published = night(desk.branch)
    for who in (desk.client, kept, often):
        stand(published, who, tier="vip")  # a contact every 30 days
    small = another(desk.branch, desk.advisor)
    stand(published, small, tier="small")
    spoken(desk.client, WEDNESDAY - timedelta(days=30))
    for days in (44, 15):
        spoken(kept, DAY - timedelta(days=days))
    for days in (45, 43, 41, 2):  # the last of the three terms that ended this month was too long
        spoken(often, DAY - timedelta(days=days))
    spoken(small, WEDNESDAY - timedelta(days=30))
    night_of(desk.branch)
    assert counts(desk.branch, Measure.CADENCE) == (1, 2)
    found = {row.client: row.on for row in PledgeBreach.objects.select_related("client")}
    assert found == {desk.client: WEDNESDAY, often: DAY - timedelta(days=11)}


def test_call_backs_count_as_made_whatever_the_client_said_and_replaced_ones_do_not_count(desk: Desk) -> None:
    pledge(Measure.CALLBACK, by=desk.manager)
    callback(desk.client, WEDNESDAY, WEDNESDAY, "refused")
    callback(another(desk.branch, desk.advisor), WEDNESDAY, THURSDAY)
    callback(another(desk.branch, desk.advisor), WEDNESDAY, WEDNESDAY, "withdrawn")
    night_of(desk.branch)
    assert counts(desk.branch, Measure.CALLBACK) == (1, 1)


def test_stages_of_complaints_are_judged_by_their_timers_whether_left_or_not() -> None:
    office = make_complaint_desk()
    pledge(Measure.COMPLAINT, by=office.manager)
    first = moment(DAY - timedelta(days=40))
    prompt = office.receive(at=first)
    office.work(prompt, "closed")
    office.receive(at=first)
    night_of(office.branch)
    months = PledgeMonth.objects.values_list("kept", "broken")
    fell_due = prompt.steps.filter(due_on__lt=DAY).count()
    assert fell_due > 3
    assert tuple(map(sum, zip(*months, strict=True))) == (fell_due, 1)
    assert PledgeBreach.objects.get().complaint != prompt


def test_a_breach_that_later_records_make_good_is_taken_back_and_one_put_right_stays(desk: Desk) -> None:
    pledge(by=desk.manager)
    first, second = promised(desk.client, WEDNESDAY), promised(desk.client, WEDNESDAY)
    night_of(desk.branch)
    settled = PledgeBreach.objects.get(key=f"promise:{second.pk}")
    settle_breach(settled, "已致歉并补寄", by=desk.advisor, at=AT)
    Promise.objects.update(state="withdrawn")
    assert night_of(desk.branch) == {"found": 0, "taken_back": 1}
    assert states() == {f"promise:{first.pk}": "void", f"promise:{second.pk}": "settled"}
    assert counts(desk.branch, Measure.PROMISE) == (0, 1)
    Promise.objects.update(state="open")
    assert night_of(desk.branch) == {"found": 1, "taken_back": 0}
    assert states()[f"promise:{first.pk}"] == "open"


def test_each_day_is_judged_by_the_pledge_of_that_day(desk: Desk) -> None:
    pledge(allowed=3, by=desk.manager)
    strict = pledge(allowed=0, by=desk.manager, from_day=WEDNESDAY)
    promised(desk.client, MONDAY, MONDAY + timedelta(days=1))
    promised(desk.client, WEDNESDAY, THURSDAY)
    night_of(desk.branch)
    assert PledgeBreach.objects.get().pledge == strict
    assert counts(desk.branch, Measure.PROMISE) == (1, 1)


def test_a_branchs_own_pledge_counts_before_the_firms_and_ending_it_takes_the_firms_away(desk: Desk) -> None:
    of_firm = pledge(allowed=5, by=desk.manager)
    own = pledge(allowed=2, by=desk.manager, branch=desk.branch, from_day=MONDAY)
    pledge(allowed=2, by=desk.manager, branch=desk.branch, from_day=THURSDAY, is_ended=True)
    book = Book(Pledge.objects.all(), desk.branch.pk)
    found = [book.on(Measure.PROMISE, day) for day in (FRIDAY_BEFORE, WEDNESDAY, DAY)]
    assert found == [of_firm, own, None]
    assert Book(Pledge.objects.all(), None).on(Measure.PROMISE, DAY) == of_firm


def test_nothing_is_found_where_nothing_is_pledged(desk: Desk) -> None:
    promised(desk.client, WEDNESDAY)
    assert night_of(desk.branch) == {"found": 0, "taken_back": 0}
    pledge(by=desk.manager, from_day=DAY)
    assert night_of(desk.branch) == {"found": 0, "taken_back": 0}


@pytest.mark.parametrize(
    ("measure", "allowed", "from_day", "field"),
    [
        (Measure.RESPONSE, 0, DAY, "allowed"),
        (Measure.RESPONSE, 2_401, DAY, "allowed"),
        (Measure.PROMISE, 61, DAY, "allowed"),
        (Measure.PROMISE, 0, THURSDAY, "from_day"),
    ],
)
def test_a_pledge_that_cannot_be_is_refused_beside_its_field(
    desk: Desk, measure: str, allowed: int, from_day: date, field: str
) -> None:
    row = Pledge(measure=measure, allowed=allowed, from_day=from_day, sentence="一", sentence_en="one", source="自定")
    with pytest.raises(Refused) as refused:
        supersede_pledge(row, by=desk.manager, at=AT)
    assert refused.value.field == field


def test_a_preview_judges_the_last_days_as_if_it_had_held_and_saves_nothing(desk: Desk) -> None:
    pledge(allowed=0, by=desk.manager)
    promised(desk.client, WEDNESDAY, THURSDAY)
    promised(desk.client, DAY - timedelta(days=91))  # too long ago
    elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
    row = Pledge(measure=Measure.PROMISE, allowed=1)
    line, other = preview_pledge(row, [desk.branch, elsewhere], day=DAY, at=AT)
    assert line.now is not None
    assert (line.then.kept, line.then.broken, line.now.kept, line.now.broken) == (1, 0, 0, 1)
    assert (line.then.share, other.then.share) == (1.0, None)
    assert not PledgeBreach.objects.exists()


def reported(desk: Desk, **more: Any) -> PledgeBreach:
    held = Pledge.objects.first() or pledge(by=desk.manager)
    values = {"pledge": held, "on": WEDNESDAY, "text": "客户等了半小时无人接待", "client": desk.client, **more}
    return report_breach(desk.branch, Report(**values), uid=UUID(int=1), by=desk.advisor, at=AT)


def test_a_report_counts_at_once_once_and_not_any_more_when_it_is_taken_back(desk: Desk) -> None:
    breach = reported(desk)
    assert reported(desk) == breach
    assert counts(desk.branch, Measure.PROMISE) == (0, 1)
    promised(desk.client, WEDNESDAY, WEDNESDAY)
    night_of(desk.branch)
    assert counts(desk.branch, Measure.PROMISE) == (1, 1)
    assert states() == {breach.key: "open"}
    assert [take_back_report(breach, by=desk.advisor) for _again in range(2)] == [True, False]
    assert counts(desk.branch, Measure.PROMISE) == (1, 0)


def test_a_report_is_held_against_what_was_pledged_on_its_day(desk: Desk) -> None:
    before, now = pledge(by=desk.manager), pledge(allowed=2, by=desk.manager, from_day=DAY)
    assert reported(desk, pledge=now, on=WEDNESDAY).pledge == before
    with pytest.raises(Refused) as refused:
        reported(desk, pledge=now, on=LONG_AGO - timedelta(days=1))
    assert refused.value.field == "on"


@pytest.mark.parametrize(("more", "field"), [({"text": " "}, "text"), ({"on": DAY + timedelta(days=1)}, "on")])
def test_a_report_that_cannot_be_is_refused(desk: Desk, more: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        reported(desk, **more)
    assert refused.value.field == field
    elsewhere = client(Branch.objects.create(code="1102", name="望湖营业部"), advisor=staff("far", "advisor"))
    with pytest.raises(Refused):
        reported(desk, client=elsewhere)


def test_a_breach_is_put_right_once_with_words_and_a_second_person_is_told_who_was_quicker(desk: Desk) -> None:
    breach = reported(desk)
    with pytest.raises(Refused):
        settle_breach(breach, " ", by=desk.advisor, at=AT)
    for _again in range(2):
        settle_breach(breach, "已致歉", by=desk.advisor, at=AT)
    with pytest.raises(SettledMeanwhile) as meanwhile:
        settle_breach(breach, "另一说法", by=desk.manager, at=AT)
    assert (meanwhile.value.breach.settled_by, meanwhile.value.breach.remedy) == (desk.advisor, "已致歉")
    assert AuditEvent.objects.filter(action="settle-breach").count() == 1
    assert [reopen_breach(breach, by=desk.manager) for _again in range(2)] == [True, False]
    assert settle_breach(breach, "另一说法", by=desk.manager, at=AT).state == "settled"
