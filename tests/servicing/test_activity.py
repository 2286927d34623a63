"""Activity (S10): what was planned and done in time, and the share of the working time that went to clients."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from crm.models import Branch
from servicing.activity import activity_of
from servicing.contacts import record_contact, withdraw_contact
from servicing.models import Task
from servicing.promises import keep_promise, make_promise, withdraw_promise
from servicing.todo import add_task, settle_task, withdraw_task
from tests.crm.page_firm import client, night, staff, stand
from tests.servicing.desk import said

pytestmark = pytest.mark.django_db
MONDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 22)


def at(day, hour=4):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


class Week:
    """A branch with one advisor in the week of 16 November 2026."""

    def __init__(self):
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.li, self.boss = staff("li", "advisor", self.branch), staff("boss", "manager", self.branch)
        self.night = night(self.branch)
        self.vip, self.small = (client(self.branch, name, advisor=self.li) for name in ("甲", "乙"))
        stand(self.night, self.vip, tier="vip")
        stand(self.night, self.small, tier="small")

    def task(self, due_on, done_on=None):
        task = add_task(self.vip, "电话", due_on, key=str(uuid4()), by=self.li, at=at(MONDAY - timedelta(days=9)))
        if done_on:
            settle_task(task, by=self.li, at=at(done_on))
        return task

    def talk(self, who, day, hour=4, **more):
        return record_contact(who, said(happened_at=at(day, hour), **more), uid=uuid4(), by=self.li, at=at(day, hour))

    def of(self, person, user=None, today=SUNDAY + timedelta(days=1)):
        found = activity_of(user or self.boss, self.night, MONDAY, SUNDAY, today=today)
        days = [people[person.pk] for people in found.values() if person.pk in people]
        whole = days[0]
        for one in days[1:]:
            whole.add(one)
        return whole


@pytest.fixture
def week():
    return Week()


def test_what_was_done_by_its_day_is_in_time_what_was_done_later_or_not_is_not(week):
    week.task(MONDAY, done_on=MONDAY)
    week.task(SUNDAY, done_on=MONDAY)
    week.task(MONDAY, done_on=MONDAY + timedelta(days=1))
    week.task(SUNDAY)
    week.task(MONDAY - timedelta(days=1))
    week.task(SUNDAY + timedelta(days=1))
    withdraw_task(week.task(MONDAY), by=week.li, at=at(MONDAY))
    did = week.of(week.li)
    assert (did.tasks, did.done, did.late, did.fulfilment) == (4, 2, 2, 0.5)


def test_what_the_night_withdrew_as_too_late_was_not_done_in_time_what_has_lost_its_point_was_not_due(week):
    for why in ("past", "expired", "closed", "spoken", "renewed"):
        Task.objects.filter(pk=week.task(MONDAY).pk).update(state="withdrawn", settled_at=at(SUNDAY), settled_why=why)
    told = week.of(week.li)
    assert (told.tasks, told.late, told.fulfilment) == (2, 2, 0)


def test_what_is_open_on_its_own_day_is_not_judged_before_the_day_is_over(week):
    week.task(SUNDAY)
    week.task(SUNDAY, done_on=SUNDAY)
    assert [week.of(week.li, today=day).tasks for day in (SUNDAY, SUNDAY + timedelta(days=1))] == [1, 2]


def test_promises_count_by_the_day_they_were_kept(week):
    contact = week.talk(week.vip, MONDAY - timedelta(days=9))
    for kept_on in (MONDAY, SUNDAY, None):
        promise = make_promise(
            contact, "送资料", MONDAY + timedelta(days=2), by=week.li, at=at(MONDAY - timedelta(days=9))
        )
        if kept_on:
            keep_promise(promise, by=week.li, at=at(kept_on))
    did = week.of(week.li)
    assert (did.promises, did.kept, did.broken) == (3, 1, 2)


def test_time_with_clients_is_what_the_standard_of_their_tier_reckons(week):
    week.talk(week.vip, MONDAY)
    week.talk(week.small, SUNDAY)
    withdraw_contact(week.talk(week.small, SUNDAY, hour=5), by=week.li, at=at(SUNDAY))
    did = week.of(week.li)
    assert (did.contacts, did.minutes) == (2, 30 + 8)
    assert did.time_share(5, 480) == pytest.approx(38 / (5 * 480))


def test_a_contact_is_told_in_full_with_the_mood_and_with_what_comes_next(week):
    week.talk(week.vip, MONDAY, mood="calm")
    week.talk(week.vip, MONDAY, next_step="寄资料")
    week.talk(week.vip, MONDAY, mood="low", next_step="寄资料")
    for is_kept in (True, False):
        promise = make_promise(week.talk(week.vip, MONDAY, mood="calm"), "送资料", SUNDAY, by=week.li, at=at(MONDAY))
        if not is_kept:
            withdraw_promise(promise, by=week.li, at=at(MONDAY))
    assert (week.of(week.li).contacts, week.of(week.li).full) == (5, 2)


def test_a_late_evening_belongs_to_its_shanghai_day(week):
    week.talk(week.vip, SUNDAY, hour=15)  # 23:00
    week.talk(week.vip, SUNDAY, hour=16)  # midnight: Monday
    assert week.of(week.li).contacts == 1


def test_restricted_clients_count_for_compliance_only(week):
    week.talk(week.vip, MONDAY)
    week.talk(week.small, MONDAY)
    week.vip.is_restricted = True
    week.vip.save()
    assert week.of(week.li).contacts == 1
    assert week.of(week.li, staff("reader", "compliance")).contacts == 2
