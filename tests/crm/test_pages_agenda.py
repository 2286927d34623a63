"""The calendar: what is due on each day, whom to greet, what was said; and the same as a feed for other programs."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from clients.models import Client
from crm import feeds
from crm.models import AuditEvent, Branch, CalendarFeed
from crm.pages.agenda.days import span_of
from servicing.contacts import record_contact
from servicing.events.holding import cancel_event
from servicing.events.planning import change_event, plan_of
from servicing.models import Contact, Guest
from servicing.promises import make_promise
from servicing.todo import settle_task
from tests.crm.page_firm import browser_of, client, night, staff
from tests.crm.today_firm import ENGLISH, NOW, TODAY, TOMORROW, YESTERDAY, at_stake, talked, task
from tests.servicing.desk import said
from tests.servicing.event_hall import Hall, guests
from tests.servicing.event_hall import opened as opened_event

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def branch():
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def me(branch):
    return staff("me", "advisor", branch)


def view(person, asked=""):
    return browser_of(person).get(reverse("calendar") + asked, headers=ENGLISH)


def on(response, day):
    return next(one for one in response.context["days"] if one.day == day)


def test_a_month_shows_whole_weeks_and_counts_what_is_open_on_each_day(branch, me):
    person = at_stake(branch, me, "顾承远", 900)
    make_promise(talked(person, 40), "送诊断", TOMORROW, by=me, at=NOW)
    task(person, TOMORROW)
    settle_task(task(person, TOMORROW), by=me, at=NOW)
    month = view(me)
    days = [one.day for one in month.context["days"]]
    assert (days[0], days[-1], len(days)) == (date(2026, 10, 26), date(2026, 12, 6), 42)
    assert on(month, TOMORROW).counts == {"promise": 1, "task": 1}
    assert on(month, TODAY).counts == {}


def test_a_day_shows_its_work_by_what_is_at_stake_its_birthdays_and_the_talks(branch, me):
    small, large = (at_stake(branch, me, name, fen) for name, fen in (("小", 5), ("大", 900)))
    Client.objects.update(birthday=TODAY.replace(year=1980))
    task(small, TODAY)
    task(large, TODAY)
    talked(large, 0)
    day = view(me, f"?view=day&day={TODAY}")
    assert [row.client.name for row in day.context["work"]] == ["大", "小"]
    assert {one.name for one in on(day, TODAY).birthdays} == {"大", "小"}
    assert [row.client.name for row in day.context["contacts"]] == ["大"]


def test_a_talk_before_midnight_in_shanghai_is_of_that_day(branch, me):
    person, midnight = client(branch, "顾承远", advisor=me), timezone.make_aware(datetime.combine(TODAY, time.min))
    for at in (midnight - timedelta(minutes=1), midnight):
        record_contact(person, said(happened_at=at), uid=uuid4(), by=me, at=NOW)
    month = view(me)
    assert [on(month, day).counts for day in (YESTERDAY, TODAY)] == [{"contact": 1}, {"contact": 1}]
    latest = Contact.objects.latest_in
    assert (latest(branch.pk, TODAY), latest(branch.pk, TOMORROW)) == ({person.pk: midnight}, {})


def test_a_week_says_how_much_of_a_day_it_does_not_show(branch, me):
    night(branch)
    for n in range(11):
        task(client(branch, f"客户{n}", advisor=me), TOMORROW)
    shown = on(view(me, f"?view=week&day={TOMORROW}"), TOMORROW)
    assert (len(shown.due), shown.hidden) == (8, 3)


def test_an_advisor_has_the_own_days_and_a_manager_those_of_the_branch(branch, me):
    colleague, boss = staff("other", "advisor", branch), staff("boss", "manager", branch)
    elsewhere = staff("far", "manager", Branch.objects.create(code="1102", name="望湖营业部"))
    task(client(branch, "甲", advisor=me), TODAY)
    task(client(branch, "乙", advisor=colleague), TODAY)
    seen = {who.username: on(view(who), TODAY).counts for who in (me, colleague, boss, elsewhere)}
    assert seen == {"me": {"task": 1}, "other": {"task": 1}, "boss": {"task": 2}, "far": {}}


@pytest.mark.parametrize("asked", ["?day=2026-13-45", "?day=0001-01-01", "?day=9999-12-31", "?view=year", "?day=%00"])
def test_an_address_that_asks_for_nonsense_shows_a_calendar(branch, me, asked):
    assert view(me, asked).status_code == 200


@pytest.mark.parametrize("month", range(1, 13))
def test_the_span_of_a_month_begins_on_monday_ends_on_sunday_and_holds_the_month(month):
    first, last = span_of("month", date(2028, month, 17))
    assert (first.weekday(), last.weekday()) == (0, 6)
    assert first <= date(2028, month, 1) < first + timedelta(days=7)
    assert last >= date(2028 + month // 12, month % 12 + 1, 1) - timedelta(days=1) > last - timedelta(days=7)


# The feed


def opened(person):
    browser_of(person).post(reverse("calendar-feed"), {"act": "open"})
    return reverse("read-calendar-feed", args=[feeds.token_of(person)])


def events_of(person):
    return Calendar.from_ical(Browser().get(opened(person)).content).walk("VEVENT")


def test_the_feed_tells_due_days_without_a_log_in_and_without_a_name(branch, me):
    person = client(branch, "顾承远", advisor=me, birthday=TOMORROW.replace(year=1980))
    night(branch)
    task(person, TOMORROW, title="给顾承远送资料")
    task(person, YESTERDAY)
    settle_task(task(person, TODAY, title="已办"), by=me, at=NOW)
    address = opened(me)
    answer = Browser().get(address)
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert [(str(one["summary"]), one.decoded("dtstart")) for one in events] == [
        ("季度电话 · 顾••", YESTERDAY),
        ("给顾••送资料 · 顾••", TOMORROW),
        ("生日：顾••", TOMORROW),
    ]
    assert "顾承远" not in answer.content.decode()
    assert Browser().get(address).content == answer.content
    assert Browser().get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304


def held_here(person):
    """An education event of the manager's branch, with a guest."""
    hall = Hall(person.branches.get(), person, person, person, person, person)
    event = opened_event(hall, at=NOW, starts_at=NOW + timedelta(days=10))
    guests(hall, event, at=NOW, advisor=None)
    return event


def test_the_feed_tells_the_events_of_the_calendar_page_from_when_to_when_and_nobody_of_their_guests(branch, me):
    boss, far = staff("boss", "manager", branch), staff("far", "manager", Branch.objects.create(code="1102"))
    event = held_here(boss)
    [told] = events_of(me)
    assert {name.lower(): str(told[name]) for name in ("uid", "summary", "location", "url")} == {
        "uid": f"event-{event.pk}@testserver",
        "summary": "年报怎么读",
        "location": "二楼会议室",
        "url": f"http://testserver{reverse('event-detail', args=[event.pk])}",
    }
    assert (told.decoded("dtstart"), told.decoded("dtend")) == (event.starts_at, event.ends_at)
    assert Guest.objects.get().client.name not in Browser().get(opened(me)).content.decode()
    assert [str(one["uid"]) for one in events_of(boss) if "location" in one] == [str(told["uid"])]
    assert events_of(far) == []


def test_an_event_that_moves_stays_the_same_one_in_the_feed_and_a_cancelled_one_leaves_it(branch, me):
    boss = staff("boss", "manager", branch)
    event = held_here(boss)
    before = Browser().get(opened(me))
    later = replace(plan_of(event), ends_at=event.ends_at + timedelta(hours=1))
    assert change_event(event, later, seen=event.version, by=boss, at=NOW + timedelta(minutes=1))
    [told] = events_of(me)
    assert (str(told["uid"]), told.decoded("dtend")) == (f"event-{event.pk}@testserver", later.ends_at)
    again = Browser().get(opened(me), headers={"if-none-match": before["ETag"]})
    assert again.status_code == 200, "who asks whether something changed is told"
    assert cancel_event(event, why="讲师生病", by=boss, at=NOW + timedelta(minutes=2))
    assert events_of(me) == []
    assert not on(view(me), timezone.localdate(event.starts_at)).events


def test_an_address_ends_when_its_owner_closes_or_renews_it_or_leaves(branch, me):
    first = opened(me)
    browser_of(me).post(reverse("calendar-feed"), {"act": "renew"})
    second = reverse("read-calendar-feed", args=[feeds.token_of(me)])
    assert [Browser().get(address).status_code for address in (first, second)] == [410, 200]
    me.is_active = False
    me.save()
    assert Browser().get(second).status_code == 410
    me.is_active = True
    me.save()
    browser_of(me).post(reverse("calendar-feed"), {"act": "end"})
    assert Browser().get(second).status_code == 410
    told = AuditEvent.objects.filter(table="crm_calendarfeed").order_by("pk").values_list("action", flat=True)
    assert list(told) == [*["open-calendar-feed", "end-calendar-feed"] * 2]


def test_a_made_up_address_is_gone_and_a_double_click_opens_one(branch, me):
    assert opened(me) == opened(me)
    assert CalendarFeed.objects.count() == 1
    assert Browser().get(reverse("read-calendar-feed", args=["nonsense"])).status_code == 410
    assert Browser().get(reverse("read-calendar-feed", args=[feeds.token_of(me) + "x"])).status_code == 410
