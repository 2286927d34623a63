"""Pledges of a branch and facts that keep or break them, for tests."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from clients.models import Client
from crm.models import Branch, Staff
from servicing.contacts import Due, record_contact
from servicing.models import Callback, Contact, Measure, Pledge, PledgeMonth, Promise
from servicing.pledges.deciding import supersede_pledge
from servicing.pledges.finding import find_breaches
from tests.crm.page_firm import client
from tests.servicing.desk import AT, DAY, said

SENTENCE, SENTENCE_EN = "来询四个工作小时内首次答复", "A first answer within four working hours"
LONG_AGO = DAY - timedelta(days=100)


def pledge(
    measure: str = Measure.PROMISE,
    allowed: int = 0,
    *,
    by: Staff,
    branch: Branch | None = None,
    from_day: date = LONG_AGO,
    **more: Any,
) -> Pledge:
    """A pledge that somebody decided on for a first day."""
    words = {"sentence": SENTENCE, "sentence_en": SENTENCE_EN, "source": "自定", **more}
    row = Pledge(branch=branch, measure=measure, allowed=allowed, from_day=from_day, **words)
    return supersede_pledge(row, by=by, at=moment(from_day, "09:00"))


def moment(day: date, clock: str = "10:00") -> datetime:
    """A moment of a day in Shanghai."""
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))


def promised(whose: Client, due_on: date, kept_on: date | None = None) -> Promise:
    """A promise due on a day, kept on another or not at all."""
    made = moment(due_on - timedelta(days=1))
    talk = record_contact(
        whose, said(happened_at=made), uid=uuid4(), by=advisor_of(whose), at=made, promise=Due("寄资料", due_on)
    )
    row = Promise.objects.get(contact=talk)
    if kept_on:
        Promise.objects.filter(pk=row.pk).update(state="kept", settled_at=moment(kept_on), settled_by=row.owner)
    return row


def asked(whose: Client, day: date, clock: str = "10:00") -> Contact:
    """A question that came in."""
    at = moment(day, clock)
    what = said("询问佣金", happened_at=at, direction="in", next_step="说明佣金构成")
    return record_contact(whose, what, uid=uuid4(), by=advisor_of(whose), at=at)


def spoken(whose: Client, day: date, clock: str = "10:00") -> Contact:
    """A call of ours."""
    at = moment(day, clock)
    return record_contact(whose, said(happened_at=at), uid=uuid4(), by=advisor_of(whose), at=at)


def callback(whose: Client, due_on: date, done_on: date | None = None, state: str = "reached") -> Callback:
    """A call-back of a new account."""
    done = moment(done_on) if done_on else None
    return Callback.objects.create(
        branch=whose.branch, client=whose, kind="new", due_on=due_on, state=state if done else "open", settled_at=done, made_at=AT
    )  # fmt: skip


def advisor_of(whose: Client) -> Staff:
    """Who looks after a client."""
    assert whose.advisor is not None
    return whose.advisor


def another(branch: Branch, advisor: Staff) -> Client:
    """Another client of an advisor."""
    return client(branch, "陆怀瑾", advisor=advisor)


def night_of(branch: Branch, day: date = DAY) -> Mapping[str, int]:
    """What the night before the morning of a day finds."""
    return find_breaches(branch, day=day, at=moment(day, "01:40"))


def counts(branch: Branch, measure: str, month: date = DAY) -> tuple[int, int]:
    """Kept and broken in a month."""
    row = PledgeMonth.objects.get(branch=branch, measure=measure, month=month.replace(day=1))
    return row.kept, row.broken
