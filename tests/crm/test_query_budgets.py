"""What each page may ask of the database, for whoever opens it: committed here, and the same for twice the clients,
contacts and tasks. A page without a budget fails."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from clients.models import Client
from segmentation.models import Standing
from servicing.models import Contact, Promise, Task
from tests.crm.access import ABOUT_A_CLIENT, PAGES, browser_of, client_address, existing
from tests.crm.cast import DAY, NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
MANY = 40
SEASON = datetime(2026, 12, 28, 2, tzinfo=UTC)  # in the last days of a quarter Today asks for the self-assessments too
Counted = dict[tuple[str, str], tuple[int, int]]  # by route and reader: with some clients, and with twice as many
# Session, reader and frame of a page take five of them.
BUDGETS = {
    "add-card": 4,
    "alert-list": 6,
    "api-docs": 4,
    "api-schema": 2,
    "approval-list": 8,
    "ask-concession": 7,
    "arrival-card": 13,
    "arrival-list": 6,
    "find-arrival": 2,
    "waiting-arrivals": 3,
    "audit-list": 8,
    "branch-activity": 14,
    "branch-advisors": 14,
    "branch-answers": 16,
    "branch-appraisal": 14,
    "branch-compare": 11,
    "branch-detail": 19,
    "branch-flows": 6,
    "branch-report": 16,
    "branch-trends": 12,
    "self-review-list": 8,
    "branch-scenarios": 19,
    "breach-list": 6,
    "calendar": 12,
    "calendar-feed": 5,
    "callback-list": 14,
    "card-history": 4,
    "choose-task-client": 2,
    "client-detail": 37,
    "client-list": 8,
    "client-timeline": 7,
    "client-trades": 6,
    "compare-client-days": 10,
    "compare-nights": 7,
    "competence-list": 10,
    "complaint-lessons": 15,
    "complaint-list": 15,
    "complaint-officers": 9,
    "receive-complaint": 9,
    "concession-list": 6,
    "create-event": 7,
    "event-list": 7,
    "invite-to-event": 8,
    "condition-form": 4,
    "conflict-list": 6,
    "create-requirement": 9,
    "create-scheme": 9,
    "create-idea": 5,
    "create-item": 6,
    "create-pledge": 9,
    "create-standard": 9,
    "create-text": 5,
    "export-clients": 4,
    "export-list": 6,
    "festival-list": 6,
    "find": 2,
    "find-relatives": 3,
    "health-detail": 17,
    "holiday-list": 6,
    "home": 2,
    "idea-list": 7,
    "import-cards": 5,
    "import-list": 9,
    "invite-staff": 6,
    "item-list": 5,
    "loyalty-map": 9,
    "mapping-list": 7,
    "material-list": 8,
    "create-material": 5,
    "share-material": 8,
    "name-referral": 6,
    "opening-list": 6,
    "opening-funnel": 6,
    "opening-rows": 6,
    "create-opening": 5,
    "stage-board": 7,
    "move-client": 5,
    "number-list": 5,
    "phrase-list": 6,
    "pack-list": 5,
    "pin-client-tier": 3,
    "plan-detail": 10,
    "plan-list": 7,
    "pledge-list": 8,
    "pledge-wall": 6,
    "product-risk-list": 5,
    "rate-list": 6,
    "read-script": 5,
    "referral-list": 8,
    "regime-gap": 8,
    "regime-list": 6,
    "relationship-list": 18,
    "report-breach": 6,
    "requirement-list": 6,
    "reveal-account-field": 3,
    "reveal-client-field": 3,
    "run-list": 13,
    "save-view": 2,
    "scheme-list": 5,
    "set-regime": 6,
    "staff-list": 11,
    "standard-list": 6,
    "style": 4,
    "tag-list": 5,
    "text-list": 7,
    "add-tasks": 8,
    "today-alerts": 5,
    "today": 25,
    "write-message": 6,
    "write-messages": 9,
    "sending-list": 9,
    "tag-clients": 8,
    "hand-over-clients": 8,
    "today-news": 8,
}


def grow(cast: Cast, time: int) -> None:
    """Forty clients more for the advisor, each with a standing, a contact, a promise and a task."""
    night, advisor, first = cast.nights["1101"], cast.staff["advisor"], cast.clients["own"]
    for n in range(MANY):
        client = Client.objects.create(
            branch=first.branch, client_number=f"0039{time}{n:03d}", name="沈慕云", advisor=advisor, batch=cast.batch,
            recorded_at=NOW, birthday=DAY.replace(year=1980),
        )  # fmt: skip
        Standing.objects.create(
            publication=night, client=client, tier="key", computed_tier="key", measure_fen=1000_00, rank=10 + MANY * time + n,
            dormancy="active", churn_band="high", churn_score=0.4, at_risk_fen=500_00, advisor=advisor,
        )  # fmt: skip
        common = {"branch": client.branch, "client": client}
        contact = Contact.objects.create(
            **common,
            staff=advisor,
            happened_at=NOW - timedelta(days=n),
            channel="phone",
            summary="问候",
            recorded_at=NOW,
        )
        due = {"owner": advisor, "due_on": DAY + timedelta(days=n % 5)}
        Promise.objects.create(**common, **due, contact=contact, text="寄资料")
        Task.objects.create(**common, **due, key=f"grown:{time}:{n}", title="回访", made_by=advisor, made_at=NOW)
    type(night).objects.filter(pk=night.pk).update(client_count=night.client_count + MANY)


def asked(browser: Browser, address: str) -> int:
    """Queries of a page."""
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code in {200, 302, 422}, address
    return len(queries)


def routes() -> list[tuple[str, str]]:
    """Every page with everybody who opens it; of the two managers and advisors one."""
    people = ("advisor", "manager", "compliance", "admin")
    return [
        (route, who)
        for table in (PAGES, ABOUT_A_CLIENT)
        for route in existing(table)
        for who in people
        if who in table[route]
    ]


def test_every_page_has_a_budget_and_no_budget_is_without_a_page() -> None:
    assert {route for route, _who in routes()} == set(BUDGETS)


@pytest.fixture(scope="module")
def counted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Counted:
    """What each page asks in a firm, the caches of the process warm, and what it asks once the firm has twice the clients."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(SEASON, tick=False):
        cast = make_cast()
        pages = {(route, who): address_of(cast, route) for route, who in routes()}
        browsers = {who: browser_of(cast, who) for _route, who in pages}
        grow(cast, 1)
        for (_route, who), address in pages.items():
            asked(browsers[who], address)
        some = {page: asked(browsers[page[1]], address) for page, address in pages.items()}
        grow(cast, 2)
        many = {page: asked(browsers[page[1]], address) for page, address in pages.items()}
        transaction.set_rollback(True)
    return {page: (some[page], many[page]) for page in pages}


def address_of(cast: Cast, route: str) -> str:
    return client_address(cast, route, "own") if route in ABOUT_A_CLIENT else reverse(route)


@pytest.mark.parametrize("opened", routes(), ids="-".join)
def test_a_page_asks_no_more_for_more_clients_and_stays_in_its_budget(
    counted: Counted, opened: tuple[str, str]
) -> None:
    some, many = counted[opened]
    assert many == some <= BUDGETS[opened[0]]
