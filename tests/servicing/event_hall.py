"""A branch with an event, its people and clients who may be called, for tests."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Background, Client, Consent
from crm.models import Branch, Staff
from servicing.events.holding import hold_event, open_event, tick
from servicing.events.inviting import invite
from servicing.events.planning import Plan, plan_event
from servicing.events.seats import register
from servicing.models import Event, Guest, Task
from tests.crm.page_firm import NOW, browser_of, client, staff
from tests.servicing.desk import AT

BEGINS = AT + timedelta(days=10)
OVER = BEGINS + timedelta(hours=3)


@dataclass(frozen=True)
class Hall:
    """Who works here and elsewhere, and compliance."""

    branch: Branch
    advisor: Staff
    colleague: Staff
    manager: Staff
    stranger: Staff
    law: Staff


def make_hall() -> Hall:
    here = Branch.objects.create(code="1101", name="临江路营业部")
    there = Branch.objects.create(code="1102", name="望湖营业部")
    return Hall(
        here, staff("advisor", "advisor", here), staff("colleague", "advisor", here), staff("manager", "manager", here),
        staff("stranger", "manager", there), staff("law", "compliance"),
    )  # fmt: skip


def plan(hall: Hall, **more: Any) -> Plan:
    begins: datetime = more.pop("starts_at", BEGINS)
    values = {
        "title": "年报怎么读", "topic": "market", "kind": "lecture", "place": "二楼会议室", "starts_at": begins,
        "ends_at": begins + timedelta(hours=2), "closes_at": begins - timedelta(days=1), "host": hall.manager, "quota": 2, **more,
    }  # fmt: skip
    return Plan(**values)


def planned(hall: Hall, *, at: datetime = AT, **more: Any) -> Event:
    return plan_event(hall.branch, plan(hall, **more), uid=uuid4(), by=hall.manager, at=at)


def opened(hall: Hall, *, at: datetime = AT, **more: Any) -> Event:
    """One to which clients may be invited."""
    event = planned(hall, at=at, **more)
    assert open_event(event, by=hall.manager, at=at)
    event.refresh_from_db()
    return event


def reachable(
    hall: Hall, name: str = "沈慕云", *, knowledge: str = "vague", said: str = "given", **more: Any
) -> Client:
    """A client of the advisor's with a phone, a consent to calls and a knowledge level."""
    who = client(hall.branch, name, **{"advisor": hall.advisor, "phone": "16412345678", **more})
    common = {"branch": hall.branch, "client": who, "changed_by": hall.advisor, "changed_at": NOW}
    Consent.objects.create(phone=said, **common)
    Background.objects.create(knowledge=knowledge, **common)
    return who


def guests(hall: Hall, event: Event, count: int = 1, *, at: datetime = AT, **more: Any) -> list[Guest]:
    """So many clients, invited."""
    chosen = [reachable(hall, f"客户{number}", **more) for number in range(count)]
    assert invite(event, chosen, step=uuid4(), by=hall.manager, at=at) == count
    return list(Guest.objects.filter(event=event, client__in=chosen).select_related("event", "client").order_by("pk"))


def held(hall: Hall, came: int = 1, absent: int = 0, **more: Any) -> tuple[Event, list[Guest]]:
    """An event that was held, and its guests: who came, then who did not."""
    event = opened(hall, quota=came + absent, **more)
    found = guests(hall, event, came + absent)
    for number, guest in enumerate(found):
        assert register(guest, by=hall.manager, at=AT) == "registered"
        if number < came:
            tick(guest, "came", by=hall.manager, at=BEGINS)
    assert hold_event(event, by=hall.manager, at=OVER)
    event.refresh_from_db()
    return event, list(Guest.objects.filter(event=event).select_related("event", "client").order_by("pk"))


def state(guest: Guest) -> str:
    """As the database has it."""
    return Guest.objects.get(pk=guest.pk).state


def open_tasks(rule: str) -> list[int]:
    """The clients of the open tasks of a rule."""
    return list(Task.objects.filter(rule=rule, state="open").order_by("client").values_list("client", flat=True))


def now() -> datetime:
    """This morning: the pages ask what time it is, and so do the rows that they show."""
    return datetime.combine(timezone.localdate(), time(), timezone.get_default_timezone())


def soon() -> datetime:
    """An afternoon ten days from now."""
    return now() + timedelta(days=10, hours=15)


def address(name: str, row: Event | Guest) -> str:
    """The address of something that is done with an event or a guest."""
    return reverse(name, args=[row.pk])


def english(person: Staff) -> Browser:
    """Somebody who reads English."""
    browser = browser_of(person)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser
