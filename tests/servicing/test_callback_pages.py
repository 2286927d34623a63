"""The pages of call-backs: the caller sees the call-back and no more of the client; manager and compliance see how far the
year is; anybody else's is missing."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from crm.models import AuditEvent, Branch, Staff
from segmentation.models import Threshold
from servicing.callbacks.questions import QUESTIONS
from servicing.callbacks.recording import Heard
from servicing.models import Callback, CallbackAttempt, CallbackFinding, CallbackSample
from tests.crm.access import same
from tests.crm.page_firm import browser_of, staff
from tests.servicing.calling import ENGLISH, JANUARY, LIST, SAFE, Calling, at, body


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(at(JANUARY, 11), tick=False):
        yield


@pytest.fixture
def calling(db: None) -> Calling:
    return Calling()


@pytest.fixture
def people(calling: Calling) -> dict[str, Staff]:
    """Everybody who might ask."""
    there = Branch.objects.create(code="1102", name="望湖营业部")
    return {
        "caller": calling.colleague,
        "own advisor": calling.own,
        "another advisor": staff("third", "advisor", calling.branch),
        "manager": calling.manager,
        "manager elsewhere": staff("elsewhere", "manager", there),
        "compliance": staff("compliance", "compliance"),
        "admin": staff("admin", "admin"),
    }


def told(**more: str) -> dict[str, str]:
    return {"uid": str(uuid4()), "outcome": "reached", **SAFE, "remark": "", **more}


def test_who_sees_a_call_back_and_who_records_it(calling: Calling, people: dict[str, Staff]) -> None:
    callback = calling.new()
    reads, calls = {"caller", "manager", "compliance"}, {"caller", "manager"}
    for who, person in people.items():
        browser = browser_of(person)
        for route, method, allowed in (
            ("record-callback", "get", reads),
            ("reveal-callback-phone", "post", calls),
            ("record-callback", "post", calls),
        ):
            missing = getattr(browser, method)(reverse(route, args=[999_999]), told())
            assert missing.status_code == 404
            asked = told(outcome="unreached") if method == "post" else {}
            response = getattr(browser, method)(reverse(route, args=[callback.pk]), asked)
            if who in allowed:
                assert response.status_code in {200, 302}, (who, route, method)
            else:
                assert response.status_code == 404, (who, route, method)
                assert same(response.content) == same(missing.content)
    assert {attempt.caller for attempt in CallbackAttempt.objects.all()} == {calling.colleague, calling.manager}


def test_who_takes_a_call_back_settles_a_finding_and_checks_a_sample(
    calling: Calling, people: dict[str, Staff]
) -> None:
    for _ in range(10):
        calling.person()
    callback = calling.new()
    Callback.objects.filter(pk=callback.pk).update(caller=calling.colleague)
    attempt = calling.record(callback, Heard("wrong"))
    finding, sample = CallbackFinding.objects.get(), CallbackSample.objects.get()
    rows = [
        ("check-sample", "get", sample.pk, {"manager", "compliance"}),
        ("settle-finding", "get", finding.pk, {"manager", "compliance"}),
        ("withdraw-callback", "post", attempt.pk, {"caller"}),
    ]
    for route, method, pk, allowed in rows:
        for who, person in people.items():
            browser = browser_of(person)
            missing = getattr(browser, method)(reverse(route, args=[999_999]))
            response = getattr(browser, method)(reverse(route, args=[pk]))
            assert missing.status_code == 404
            assert (response.status_code in {200, 302}) == (who in allowed), (who, route)
            if who not in allowed:
                assert same(response.content) == same(missing.content)


def test_the_caller_reads_the_form_of_address_never_name_number_or_page_of_the_client(calling: Calling) -> None:
    addressed = calling.new(form_of_address="沈女士").client
    plain = calling.new().client
    text = body(browser_of(calling.colleague), LIST)
    assert "沈女士" in text
    assert f"{plain.name[:1]}••" in text
    for client in (addressed, plain):
        assert client.name not in text
        assert client.client_number not in text
        assert reverse("client-detail", args=[client.pk]) not in text


def test_the_phone_is_shown_on_purpose_and_the_audit_trail_says_for_which_call(calling: Calling) -> None:
    callback = calling.new()
    browser = browser_of(calling.colleague)
    assert "16412345678" not in body(browser, reverse("record-callback", args=[callback.pk]))
    address = reverse("reveal-callback-phone", args=[callback.pk])
    assert browser.get(address).status_code == 405
    response = browser.post(address, headers=ENGLISH)
    assert "16412345678" in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(action="reveal")
    assert (event.actor, event.detail["client"]) == (calling.colleague, callback.client_id)
    assert event.reason == f"call-back {callback.pk}, due {callback.due_on}"
    Threshold.objects.filter(key="reveal_daily_limit").update(value=1)
    assert browser.post(address).status_code == 422
    calling.record(callback, Heard("refused"))
    assert "16412345678" not in browser.post(address).content.decode()


def test_a_call_is_recorded_with_a_toast_that_undoes_it(calling: Calling) -> None:
    callback = calling.new()
    browser, address = browser_of(calling.colleague), reverse("record-callback", args=[callback.pk])
    typed = told(remark="客户确认无误")
    for _ in range(2):  # a double click
        response = browser.post(address, typed, headers={**ENGLISH, "hx-request": "true"})
        assert response.status_code == 204
    attempt = CallbackAttempt.objects.get()
    assert attempt.answers == SAFE
    undo = reverse("withdraw-callback", args=[attempt.pk])
    assert undo in response["HX-Trigger"]
    assert browser.post(undo, headers={**ENGLISH, "hx-request": "true"}).status_code == 204
    assert Callback.objects.get().state == "open"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"outcome": ""}, "required"),
        ({"outcome": "maybe"}, "not one of"),
        ({"others": ""}, "Yes or no?"),
        ({"others": "perhaps"}, "not one of"),
        ({"remark": "说" * 501}, "500"),
        ({"uid": "no uid"}, ""),
    ],
)
def test_rubbish_is_answered_beside_its_field_and_nothing_is_written(
    calling: Calling, typed: dict[str, str], says: str
) -> None:
    callback = calling.new()
    address = reverse("record-callback", args=[callback.pk])
    response = browser_of(calling.colleague).post(address, told(**typed), headers=ENGLISH)
    assert response.status_code == 422
    assert says in response.content.decode()
    assert not CallbackAttempt.objects.exists()


def test_who_comes_second_is_told_what_became_of_it(calling: Calling) -> None:
    callback = calling.new()
    browser = browser_of(calling.manager)
    calling.record(callback, Heard("refused"))
    response = browser.post(reverse("record-callback", args=[callback.pk]), told(), headers=ENGLISH)
    assert response.status_code == 422
    assert CallbackAttempt.objects.count() == 1


def test_answers_and_remarks_are_for_manager_and_compliance_masked(calling: Calling, people: dict[str, Staff]) -> None:
    callback = calling.new()
    name = callback.client.name
    heard = Heard("reached", {**SAFE, "others": "yes"}, f"{name}说由其顾问代为操作")
    calling.record(callback, heard)
    address = reverse("record-callback", args=[callback.pk])
    assert f"{name}说由" in body(browser_of(calling.manager), address)
    masked = body(browser_of(people["compliance"]), address)
    assert "说由其顾问代为操作" in masked
    assert name not in masked
    timeline = reverse("client-timeline", args=[callback.client_id])
    seen = body(browser_of(calling.own), timeline)
    assert "Call-back · reached" in seen
    assert "代为操作" not in seen
    assert "代为操作" in body(browser_of(calling.manager), timeline)
    assert name not in body(browser_of(people["compliance"]), timeline)


def test_a_finding_is_settled_on_the_page_and_leaves_the_list(calling: Calling) -> None:
    calling.record(calling.new(), Heard("reached", {**SAFE, "opened": QUESTIONS["opened"].risky}))
    browser, finding = browser_of(calling.manager), CallbackFinding.objects.get()
    address = reverse("settle-finding", args=[finding.pk])
    assert "does not know of the account" in body(browser, LIST)
    assert browser.post(address, {"note": ""}).status_code == 422
    assert browser.post(address, {"note": "已当面核实"}).status_code == 302
    assert "does not know of the account" not in body(browser, LIST)
    assert "已当面核实" in body(browser, address)
    other = browser_of(staff("second", "compliance")).post(address, {"note": "再核"}, headers=ENGLISH)
    assert other.status_code == 422
    assert "已当面核实" in other.content.decode()


def test_only_compliance_reads_of_a_restricted_client(calling: Calling, people: dict[str, Staff]) -> None:
    callback = calling.new()
    type(callback.client).objects.filter(pk=callback.client_id).update(is_restricted=True)
    address = reverse("record-callback", args=[callback.pk])
    asked = {who: browser_of(person).get(address).status_code for who, person in people.items()}
    assert asked == {**dict.fromkeys(people, 404), "compliance": 200}


def test_the_last_call_is_taken_back_from_where_it_is_read_by_whoever_recorded_it(calling: Calling) -> None:
    callback = calling.new()
    first, last = (calling.record(callback, Heard("unreached")) for _ in range(2))
    address = reverse("record-callback", args=[callback.pk])
    undo = [reverse("withdraw-callback", args=[attempt.pk]) for attempt in (first, last)]
    assert [path in body(browser_of(calling.colleague), address) for path in undo] == [False, True]
    assert not any(path in body(browser_of(calling.manager), address) for path in undo)
