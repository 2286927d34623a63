"""The pages of openings: the board, the drawer, the form, the funnel and the rows behind it, Today, and who leaves."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from crm.models import AuditEvent
from servicing.models import Opening, OpeningStep
from servicing.openings.ending import drop_opening
from servicing.openings.steps import ORDER
from tests.crm.page_firm import browser_of, staff
from tests.servicing.openings import AT, DAY, PHONE, Openings

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Openings:
    return Openings()


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT)


def said(**more: Any) -> dict[str, Any]:
    told = {"uid": uuid4(), "name": "沈慕云", "phone": PHONE, "source": "walk_in", "started_on": DAY, "note": ""}
    return {**told, **more}


def send(browser: Browser, route: str, /, *args: object, **data: Any) -> Any:
    return browser.post(reverse(route, args=args), data, headers={"HX-Request": "true"})


def test_a_double_click_on_the_form_writes_one_person_down_for_the_advisor(firm: Openings) -> None:
    browser, told = browser_of(firm.advisor), said(expected_fen="50,000", source="referral")
    told["referrer"] = firm.client("16412340009").client_number
    assert [send(browser, "create-opening", **told).status_code for _n in range(2)] == [204, 204]
    opening = Opening.objects.get()
    assert (opening.owner, opening.branch, opening.expected_fen) == (firm.advisor, firm.branch, 50_000_00)
    assert opening.referrer is not None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"phone": "abc"}, "telephone number"),
        ({"expected_fen": "many"}, "figure"),
        ({"referrer": "谁"}, "no client of this name"),
        ({"source": "referral"}, "Choose the client who referred them"),
        ({"started_on": DAY + timedelta(days=1)}, "still to come"),
        ({"source": "moon"}, "valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(firm: Openings, more: dict[str, Any], words: str) -> None:
    browser = browser_of(firm.advisor)
    browser.cookies["django_language"] = "en"
    response = send(browser, "create-opening", **said(**more))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Opening.objects.exists()


def test_a_manager_says_who_looks_after_a_person_and_changes_it(firm: Openings) -> None:
    browser = browser_of(firm.manager)
    assert send(browser, "create-opening", **said()).status_code == 422  # without an owner
    send(browser, "create-opening", **said(owner=firm.advisor.pk))
    opening = Opening.objects.get(owner=firm.advisor)
    told = said(owner=firm.colleague.pk, phone="", version=1)
    assert send(browser, "edit-opening", opening.pk, **told).status_code == 204
    assert Opening.objects.get().owner == firm.colleague


def test_a_second_editor_sees_what_the_first_one_saved(firm: Openings) -> None:
    opening, browser = firm.begin(), browser_of(firm.advisor)
    theirs = said(owner=firm.advisor.pk, name="沈慕雲", phone="", version=1)
    send(browser_of(firm.manager), "edit-opening", opening.pk, **theirs)
    mine = said(note="两融", phone="", version=1)
    response = send(browser, "edit-opening", opening.pk, **mine)
    body = response.content.decode()
    assert response.status_code == 422
    assert "沈慕雲" in body
    assert "两融" in body
    assert 'name="version" value="2"' in body
    assert send(browser, "edit-opening", opening.pk, **{**mine, "version": 2}).status_code == 204


def test_a_step_is_done_by_one_click_or_with_day_and_note_and_taken_back(firm: Openings) -> None:
    opening, browser = firm.begin(), browser_of(firm.advisor)
    done = send(browser, "take-opening-step", opening.pk, "branch")
    undo = reverse("take-back-opening-step", args=[opening.pk, "branch"])
    assert undo in done.headers["HX-Trigger"]
    send(browser, "take-opening-step", opening.pk, "form", taken_on=DAY - timedelta(days=1), note="邮寄")
    wrong = send(browser, "take-opening-step", opening.pk, "documents", taken_on=DAY + timedelta(days=1), note="")
    assert wrong.status_code == 422
    assert browser.post(undo).status_code == 302
    rows = OpeningStep.objects.filter(withdrawn_at=None).values_list("step", "taken_on", "note")
    assert list(rows) == [("form", DAY - timedelta(days=1), "邮寄")]
    assert send(browser, "take-opening-step", opening.pk, "lunch").status_code == 404


def test_dropping_asks_why_and_offers_the_way_back(firm: Openings) -> None:
    opening, browser = firm.begin(), browser_of(firm.advisor)
    assert send(browser, "drop-opening", opening.pk, reason="other").status_code == 422
    dropped = send(browser, "drop-opening", opening.pk, reason="price", reason_text="佣金高")
    assert reverse("reopen-opening", args=[opening.pk]) in dropped.headers["HX-Trigger"]
    assert "stay" in send(browser, "take-opening-step", opening.pk, "form").headers["HX-Trigger"]  # refused
    send(browser, "reopen-opening", opening.pk)
    assert Opening.objects.get().state == "open"


def test_the_client_who_came_in_is_proposed_linked_and_let_go(firm: Openings) -> None:
    opening, who, browser = firm.begin(), firm.client(opened_on=DAY), browser_of(firm.advisor)
    assert who.client_number in browser.get(reverse("opening-detail", args=[opening.pk])).content.decode()
    assert who.client_number in browser.get(reverse("link-opening", args=[opening.pk]) + "?q=沈").content.decode()
    assert send(browser, "link-opening", opening.pk, client=who.pk).status_code == 204
    assert Opening.objects.get().client == who
    assert send(browser, "link-opening", opening.pk, client=999_999).status_code == 404
    send(browser, "unlink-opening", opening.pk)
    assert Opening.objects.get().client is None


def test_the_board_says_where_people_wait_how_long_and_what_was_left_out(firm: Openings) -> None:
    firm.begin("甲", started_on=DAY - timedelta(days=5))
    firm.take(firm.begin("乙"), "form", "verification")
    firm.take(firm.begin("丙"), *ORDER)
    context = browser_of(firm.advisor).get(reverse("opening-list")).context
    lanes = {one["step"]: one["rows"] for one in context["columns"]}
    assert [(one.name, one.days, one.is_late) for one in lanes["branch"]] == [("甲", 5, True)]
    assert [(one.name, one.is_late, len(one.left_out), one.is_held_up) for one in lanes["agreement"]] == [
        ("乙", False, 2, True)
    ]
    assert sum(len(rows) for rows in lanes.values()) == 2


def test_a_long_lane_shows_who_waits_longest_and_costs_the_same(
    firm: Openings, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(33):
        firm.begin(f"客{number}", started_on=DAY - timedelta(days=number))
    for who, most in ((firm.advisor, 10), (firm.manager, 13)):
        browser = browser_of(who)
        with django_assert_max_num_queries(most):
            context = browser.get(reverse("opening-list")).context
        lane = context["columns"][0]
        assert (lane["count"], len(lane["rows"]), lane["rows"][0].name) == ("30+", 30, "客32")


def test_today_tells_of_openings_overdue_ones_first(
    firm: Openings, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    firm.take(firm.begin("按时", started_on=DAY - timedelta(days=9)), *ORDER[:5], on=DAY - timedelta(days=8))
    firm.begin("逾期", started_on=DAY - timedelta(days=4))
    for number in range(6):
        firm.begin(f"新{number}", started_on=DAY)
    browser = browser_of(firm.advisor)
    with django_assert_max_num_queries(24):
        context = browser.get(reverse("today")).context
    assert [one.name for one in context["openings"]][:2] == ["逾期", "按时"]
    assert (len(context["openings"]), context["opening_count"]) == (6, 8)


def test_each_number_of_the_funnel_opens_as_many_rows(
    firm: Openings, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    firm.take(firm.begin("完成"), *ORDER)
    firm.take(firm.begin("等资料", source="bank"), "branch", "form")
    for reason in ("price", "price", "product"):
        drop_opening(firm.take(firm.begin("放弃"), "branch"), reason, by=firm.advisor, at=AT)
    browser = browser_of(firm.manager)
    with django_assert_max_num_queries(12):
        context = browser.get(reverse("opening-funnel")).context
    asked: list[tuple[str, int]] = [(href, count) for _label, count, _share, href in context["reasons"]]
    for one in context["stages"]:
        stage = one["stage"]
        asked += [(one["entered_url"], stage.entered), (one["dropped_url"], stage.dropped)]
        asked += [(one["waiting_url"], stage.waiting)]
    for part in [*context["sources"], *context["owners"]]:
        outcome = part["outcome"]
        counts = (outcome.begun, outcome.completed, outcome.dropped, outcome.waiting)
        asked += zip(part["urls"], counts, strict=True)
    assert len(asked) > 20
    for href, count in dict(asked).items():
        assert len(browser.get(href).context["told"]) == count, href


@pytest.mark.parametrize("asked", ["step=moon", "state=x", "owner=x", "owner=²", "reason=x", "after=x", "source=x"])
def test_rows_of_what_does_not_exist_are_missing(firm: Openings, asked: str) -> None:
    assert browser_of(firm.manager).get(f"{reverse('opening-rows')}?{asked}").status_code == 404


@pytest.mark.parametrize("asked", ["from=x&to=2026-99-99", "from=2026-11-20&to=2026-11-01", "branch=x"])
def test_a_period_that_is_none_is_left_out(firm: Openings, asked: str) -> None:
    assert browser_of(firm.manager).get(f"{reverse('opening-funnel')}?{asked}").status_code == 200


def test_a_phone_is_shown_for_a_reason_that_the_audit_keeps(firm: Openings) -> None:
    opening, browser = firm.begin(), browser_of(firm.advisor)
    assert PHONE not in browser.get(reverse("opening-detail", args=[opening.pk])).content.decode()
    assert send(browser, "reveal-opening-phone", opening.pk, reason="").status_code == 422
    assert PHONE in send(browser, "reveal-opening-phone", opening.pk, reason="约办理时间").content.decode()
    event = AuditEvent.objects.get(action="reveal")
    assert (event.table, event.key, event.branch, event.detail) == (
        "servicing_opening",
        str(opening.pk),
        firm.branch,
        {"field": "phone"},
    )


def test_whoever_has_openings_keeps_role_and_branch_until_they_are_handed_over(firm: Openings) -> None:
    firm.begin()
    admin = browser_of(staff("root", "admin"))
    address = reverse("change-staff", args=[firm.advisor.pk])
    told = {"username": "advisor", "name": "员工", "role": "compliance", "branches": [firm.branch.pk], "version": 1}
    told["registration_status"] = firm.advisor.registration_status
    assert admin.post(address, told).status_code == 422
    left = admin.post(reverse("deactivate-staff", args=[firm.advisor.pk]), {"left_on": DAY})
    assert left.headers["Location"] == reverse("hand-over", args=[firm.advisor.pk])
    moving = {"branch": firm.branch.code, f"openings-{firm.branch.code}-receiver": firm.colleague.pk}
    address = reverse("hand-over-openings", args=[firm.advisor.pk])
    for _twice in range(2):
        assert admin.post(address, moving).status_code == 302
    assert Opening.objects.get().owner == firm.colleague
    assert AuditEvent.objects.filter(action="move-openings").count() == 1
