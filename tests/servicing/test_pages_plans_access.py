"""Who reads and writes service plans, what compliance reads of them, and the lists of plans."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from crm.models import AuditEvent
from servicing import plans
from servicing.models import ServicePlan
from tests.crm.access import EVERYBODY, SEEN, same
from tests.crm.cast import DAY as CAST_DAY
from tests.crm.cast import NAME, make_cast
from tests.crm.page_firm import browser_of, client, staff, stand
from tests.servicing.desk import AT, DAY, Desk
from tests.servicing.plan_desk import SEND, fields, make, plan_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    return plan_desk()


@pytest.fixture
def mine(desk: Desk) -> Browser:
    """The browser of the client's advisor."""
    return browser_of(desk.advisor)


READS = ("plan-detail", "print-plan")
WRITES = ("make-plan", "edit-plan", "review-plan", "settle-action", "withdraw-plan", "restore-plan")


def test_plans_are_read_and_written_by_whoever_may_and_missing_for_everybody_else() -> None:
    cast = make_cast()
    made = {}
    for whose, who in cast.clients.items():
        by = who.advisor or cast.staff["manager_elsewhere"]
        made[whose] = plans.make_plan(who, by=by, at=AT)
    for who in sorted(EVERYBODY):
        browser = browser_of(cast.staff[who])
        for whose, target in cast.clients.items():
            missing = browser.get(reverse("plan-detail", args=[999_999]))
            reads = whose in SEEN[who]
            answers = [browser.get(reverse(route, args=[target.pk])) for route in READS]
            answers.append(browser.get(reverse("plan-revision", args=[target.pk, 1])))
            for response in answers:
                assert response.status_code == (200 if reads else 404), (who, whose)
                if not reads:
                    assert same(response.content) == same(missing.content)
            for route in WRITES:
                more = {"settle-action": ["nobody", CAST_DAY], "restore-plan": [made[whose].pk]}.get(route, [])
                if route == "withdraw-plan" and reads and who != "compliance":
                    continue  # would take it away from those who come later
                response = browser.post(reverse(route, args=[target.pk, *more]))
                may = reads and who != "compliance"
                assert (response.status_code != 404) == may, f"{who}, {whose} on {route}: {response.status_code}"
    foreign = reverse("restore-plan", args=[cast.clients["own"].pk, made["same branch"].pk])
    assert browser_of(cast.staff["manager"]).post(foreign).status_code == 404


def test_compliance_reads_no_name_in_what_was_written() -> None:
    cast = make_cast()
    who, by = cast.clients["own"], cast.staff["advisor"]
    plan = plans.make_plan(who, by=by, at=AT)
    browser = browser_of(by)
    said = fields({**SEND, "text": f"致电{NAME}"}, goal=f"{NAME}满意", needs=f"{NAME}要收益", why=f"{NAME}来电")
    assert browser.post(reverse("edit-plan", args=[who.pk]), said).status_code == 302
    plans.close_phase(
        plan, result=f"{NAME}好", lessons=f"{NAME}忙", next_review_on=CAST_DAY + timedelta(days=30), version=2, by=by, at=AT
    )  # fmt: skip
    reader = browser_of(cast.staff["compliance"])
    pages = [reverse(route, args=[who.pk]) for route in ("client-detail", *READS)]
    for page in [*pages, reverse("plan-revision", args=[who.pk, 2])]:
        body = reader.get(page).content.decode()
        assert NAME not in body, page
        assert "尉••" in body
    assert NAME not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


def test_the_list_names_who_is_without_a_plan_and_whose_review_has_passed(desk: Desk, mine: Browser) -> None:
    published = desk.branch.publications.get()
    for tier in ("key", "ordinary"):
        stand(published, client(desk.branch, f"客户{tier}", advisor=desk.advisor), tier=tier)
    stand(published, client(desk.branch, "别人的"), tier="vip")
    names = [row.client.name for row in mine.get(reverse("plan-list")).context["rows"]]
    assert names == ["沈慕云", "客户key"], "a partner and a proactive tier, the reader's own"
    plan = make(desk, mine)
    assert [row.client.name for row in mine.get(reverse("plan-list")).context["rows"]] == ["客户key"]
    assert not mine.get(reverse("plan-list"), {"list": "overdue"}).context["rows"]
    ServicePlan.objects.filter(pk=plan.pk).update(next_review_on=DAY - timedelta(days=1))
    assert list(mine.get(reverse("plan-list"), {"list": "overdue"}).context["rows"]) == [plan]
    assert list(mine.get(reverse("plan-list"), {"list": "all"}).context["rows"]) == [plan]
    assert (
        not browser_of(staff("new", "advisor", desk.branch)).get(reverse("plan-list"), {"list": "all"}).context["rows"]
    )
    for rubbish in ({"list": "x", "branch": "\0"}, {"branch": "9999"}):
        assert mine.get(reverse("plan-list"), rubbish).status_code == 200
    assert mine.get(reverse("plan-list"), {"after": "rubbish"}).status_code == 404


def test_a_long_list_is_read_page_by_page(desk: Desk, mine: Browser) -> None:
    published = desk.branch.publications.get()
    for n in range(60):
        stand(published, client(desk.branch, f"客户{n}", advisor=desk.advisor), tier="key")
    first = mine.get(reverse("plan-list"))
    second = mine.get(first.context["next_url"])
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 11)
    assert not {row.pk for row in first.context["rows"]} & {row.pk for row in second.context["rows"]}
