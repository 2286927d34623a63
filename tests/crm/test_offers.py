"""Whoever is offered something on a page can do it: no link, form or drawer of a page leads to nothing."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clients.grants import grant_until_evening
from clients.models import Client, CloseContact, Consent, HouseholdLink, Need
from segmentation.models import TierPin
from servicing.alerts.keeping import keep_alerts
from servicing.arrivals import announce
from servicing.complaints.receiving import Given, receive_complaint
from servicing.concessions.asking import Fee, Gift, ask_concession
from servicing.contacts import record_contact
from servicing.events.inviting import invite
from servicing.ideas.taking import take_idea
from servicing.loyalty.ledger import earn_points
from servicing.plans.making import make_plan
from servicing.pledges.breaches import Report, report_breach
from servicing.stages import set_stage
from servicing.todo import add_task
from tests.crm.offers import dead_ends
from tests.crm.page_firm import account, browser_of, staff
from tests.servicing import event_hall, library, mailroom, text_desk
from tests.servicing.alerts import risk
from tests.servicing.concession_desk import floor, span
from tests.servicing.desk import AT, DAY, TOMORROW, due, said
from tests.servicing.loyalty_desk import LoyaltyDesk, make_desk, points_on
from tests.servicing.pledge_desk import pledge

pytestmark = pytest.mark.django_db

PAGES = [
    *("today", "today-alerts", "today-news", "client-list", "complaint-list", "sending-list", "event-list"),
    *("material-list", "text-list", "plan-list", "approval-list", "concession-list", "referral-list", "idea-list"),
    *("alert-list", "relationship-list", "arrival-list", "breach-list", "opening-list", "stage-board"),
]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk() -> LoyaltyDesk:
    return make_desk()


def well_known(desk: LoyaltyDesk) -> Any:
    """A client of the advisor's about whom there is a row of everything that the page of a client shows."""
    now: dict[str, Any] = {"by": desk.advisor, "at": AT}
    points_on(desk)
    floor(120, by=desk.compliance)
    floor(100_000, by=desk.compliance, key="gift_cap", unit="fen")
    who = desk.person(
        name="沈慕云", standing={"tier": "vip", "churn_score": 0.4, "churn_band": "high"}, phone="16412345678"
    )
    fund = account(who)
    relative = desk.person(name="沈知夏")
    card = {"branch": desk.branch, "client": who, "changed_by": desk.advisor, "changed_at": AT}
    Need.objects.create(kind="return", strength=2, source="电话", noted_on=DAY, **card)
    CloseContact.objects.create(name="沈知远", relation="relative", **card)
    HouseholdLink.objects.create(other=relative, relation="siblings", **card)
    talk = record_contact(who, said(happened_at=AT - timedelta(days=30)), uid=uuid4(), promise=due(), **now)
    assert talk
    add_task(who, "季度电话", TOMORROW, key="t", **now)
    set_stage(who, "b", **now)
    make_plan(who, **now)
    desk.recommend(who)
    desk.keep()
    keep_alerts(desk.night, [risk(who)])
    earn_points(who, "event", "讲座", uid=uuid4(), **now)
    ask_concession(who, Fee(fund, "stock", 150, 500), span(), uid=uuid4(), **now)
    ask_concession(who, Gift("茶礼", 30_000), span(days=30), uid=uuid4(), **now)
    Consent.objects.create(client=who, branch=desk.branch, changed_at=AT, wecom="given", phone="given")
    assert invite(event_hall.opened(desk), [who], step=uuid4(), by=desk.manager, at=AT) == 1
    given = Given("conduct", "serious", "三次电话都没有人回。", None)
    receive_complaint(desk.branch, given, how="phone", client=who, uid=uuid4(), by=desk.manager, at=AT)
    take_idea(desk.branch, "讲座放到周末", "service", client=who, uid=uuid4(), **now)
    broken = Report(pledge(by=desk.manager, branch=desk.branch), DAY, "没有回电", who)
    report_breach(desk.branch, broken, uid=uuid4(), by=desk.manager, at=AT)
    TierPin.objects.create(client=who, tier="vip", from_day=DAY, reason="约定", made_by=desk.manager)
    return who


def busy_branch(desk: LoyaltyDesk, who: Client) -> None:
    """What others wrote in the branch: texts and materials that wait or are in force, a sending, an arrival."""
    people = SimpleNamespace(**vars(desk), writers=SimpleNamespace(**vars(desk)), client=who)
    library.given(people, library.approved(people))
    library.waiting(people, title="看懂费率")
    text_desk.waiting(people)
    mailroom.going(people, [mailroom.reachable(people, "沈知秋")], mailroom.approved(people))
    announce(who, way="here", to=desk.colleague, uid=uuid4(), by=desk.advisor, at=AT)


@pytest.mark.parametrize("name", ["advisor", "guest", "manager", "compliance", "admin"])
def test_nobody_is_offered_what_is_not_theirs(desk: LoyaltyDesk, name: str) -> None:
    """On the page of a client, and on the lists that the reader opens."""
    who = well_known(desk)
    busy_branch(desk, who)
    grant_until_evening(who, to=desk.colleague, key="g", reason="接待", by=desk.colleague, at=AT)
    reader = {"guest": desk.colleague, "admin": staff("root", "admin")}.get(name) or getattr(desk, name)
    pages = [reverse("client-detail", args=[who.pk]), *map(reverse, PAGES)]
    assert dead_ends(browser_of(reader), pages) == []
