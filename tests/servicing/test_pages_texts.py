"""Scripts, templates, banned phrases and approvals on screen: who reads, who writes, who decides, and what is told."""

from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from crm.models import ListExport, Staff
from servicing.models import BannedPhrase, MessageText, TextVersion
from servicing.texts.writing import Wording, save_wording
from tests.crm.access import same
from tests.crm.page_firm import browser_of
from tests.servicing.desk import AT
from tests.servicing.text_desk import HELLO, Writers, approved, draft, make_writers, waiting

pytestmark = pytest.mark.django_db
LIST, NEW, CHECK = reverse("text-list"), reverse("create-text"), reverse("check-text")
PHRASES, APPROVALS = reverse("phrase-list"), reverse("approval-list")


@pytest.fixture
def writers() -> Writers:
    return make_writers()


def fields(**more: object) -> dict[str, Any]:
    return {
        "uid": str(uuid4()), "kind": "script", "channel": "phone", "branch": "1101", "language": "zh", "name": "年终致意",
        "purpose": "先问近况", "body": HELLO, **more,
    }  # fmt: skip


def address(name: str, version: TextVersion) -> str:
    return reverse(name, args=[version.text_id, version.number])


def texts_in(response: Any) -> list[str]:
    return [row.text.name for row in response.context["rows"]]


def test_the_list_shows_the_firms_texts_and_the_own_branchs_by_kind_channel_and_state(writers: Writers) -> None:
    approved(writers, name="甲")
    waiting(writers, name="乙", kind="template", channel="sms")
    draft(writers, name="丙", by=writers.admin)
    for person in (writers.advisor, writers.manager, writers.compliance, writers.admin):
        assert texts_in(browser_of(person).get(LIST)) == ["丙", "乙", "甲"]
    assert texts_in(browser_of(writers.stranger).get(LIST)) == ["丙"]
    browser = browser_of(writers.advisor)
    found = {"kind=template": ["乙"], "channel=phone": ["丙", "甲"], "state=waiting": ["乙"], "state=approved": ["甲"]}
    for asked, names in found.items():
        assert texts_in(browser.get(f"{LIST}?{asked}")) == names, asked
    assert texts_in(browser.get(f"{LIST}?kind=rubbish&channel=%00&state=rubbish")) == ["丙", "乙", "甲"]
    assert browser.get(f"{LIST}?after=%00~1").status_code == 404


def test_a_text_of_another_branch_is_missing_whatever_is_done_to_it(writers: Writers) -> None:
    version = waiting(writers)
    browser = browser_of(writers.stranger)
    for name in ("text-detail", "save-text", "end-text", "restore-text"):
        method = browser.get if name in {"text-detail", "save-text"} else browser.post
        theirs, missing = (method(reverse(name, args=[pk])) for pk in (version.text_id, 999_999))
        assert (theirs.status_code, missing.status_code) == (404, 404), name
        assert same(theirs.content) == same(missing.content)
    for name in ("ask-text", "take-back-text", "decide-text"):
        response = browser.post(address(name, version), {"decision": "approve"})
        assert response.status_code == 404, name
    version.refresh_from_db()
    assert version.state == "waiting"


def test_who_may_not_write_or_decide_finds_no_way_to_it(writers: Writers) -> None:
    ours, firms = waiting(writers), waiting(writers, by=writers.admin)
    allowed = {
        "ask-text": {"advisor", "manager"},
        "take-back-text": {"advisor", "manager"},
        "decide-text": {"manager", "law"},
        "save-text": {"advisor", "manager"},
        "end-text": {"advisor", "manager", "law"},
    }
    for name, people in allowed.items():
        for person in (writers.advisor, writers.manager, writers.compliance, writers.admin):
            one_version = name in {"ask-text", "take-back-text", "decide-text"}
            place = address(name, ours) if one_version else reverse(name, args=[ours.text_id])
            response = browser_of(person).post(place, {"decision": "nonsense"})
            assert (response.status_code != 404) == (person.username in people), (name, person.username)
    assert browser_of(writers.manager).post(address("decide-text", firms), {"decision": "approve"}).status_code == 404
    assert browser_of(writers.compliance).get(NEW).status_code == 404


def test_a_text_is_written_put_forward_approved_and_then_in_force(writers: Writers) -> None:
    author, second = browser_of(writers.advisor), browser_of(writers.manager)
    sent = fields()
    for _twice in range(2):
        assert author.post(NEW, sent).status_code == 302
    version = TextVersion.objects.get()
    assert author.post(address("ask-text", version)).status_code == 302
    waits = second.get(APPROVALS)
    assert "年终致意" in waits.content.decode()
    told = {"decision": "approve", "why": "", "from-approvals": "1"}
    assert second.post(address("decide-text", version), told).headers["Location"] == APPROVALS
    version.refresh_from_db()
    assert (version.state, version.decided_by) == ("approved", writers.manager)
    assert "年终致意" not in second.get(APPROVALS).content.decode()


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("body", {"body": ""}),
        ("body", {"body": "{姓名}"}),
        ("subject", {"kind": "template", "channel": "letter"}),
        ("channel", {"kind": "template"}),
        ("shelf_hours", {"shelf_hours": "0"}),
        ("branch", {"branch": "1102"}),
        ("branch", {"branch": "firm"}),
        ("name", {"name": "\0"}),
        ("uid", {"uid": "x"}),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(writers: Writers, field: str, more: dict[str, Any]) -> None:
    response = browser_of(writers.advisor).post(NEW, fields(**more))
    assert response.status_code == 422
    assert field in {**response.context["heading"].errors, **response.context["form"].errors}
    assert not MessageText.objects.exists()


def test_a_second_writer_sees_the_others_version_keeps_the_own_words_and_saves_over_it(writers: Writers) -> None:
    version = draft(writers)
    save_wording(version.text, Wording("", "同事的说法"), seen=1, by=writers.colleague, at=AT)
    browser, place = browser_of(writers.advisor), reverse("save-text", args=[version.text_id])
    told = browser.post(place, {"seen": "1", "body": "我的说法"})
    assert told.status_code == 422
    assert "同事的说法" in told.content.decode()
    assert "我的说法" in told.content.decode()
    seen = told.context["form"]["seen"].value()
    assert browser.post(place, {"seen": seen, "body": "我的说法"}).status_code == 302
    assert version.text.versions.latest("number").body == "我的说法"


def test_a_form_sent_by_the_page_itself_goes_to_the_text_as_a_whole(writers: Writers) -> None:
    answer = browser_of(writers.advisor).post(NEW, fields(), headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"] == reverse("text-detail", args=[MessageText.objects.get().pk])


def test_while_one_types_a_promise_is_marked_in_its_place_and_nothing_is_saved(writers: Writers) -> None:
    browser = browser_of(writers.advisor)
    body = browser.post(
        CHECK, {"body": "{称呼}，这只<b>稳　赚</b>", "channel": "sms", "language": "zh"}
    ).content.decode()
    assert "稳　赚</mark>" in body
    assert "&lt;b&gt;" in body
    assert "沈老师，这只" in body
    broken = browser.post(CHECK, {"body": "{姓名}", "channel": "\0", "language": "x", "branch": "1102"})
    assert broken.status_code == 200
    assert broken.context["shown"].preview is None
    assert not MessageText.objects.exists()


def test_an_sms_tells_what_it_is_charged_as_with_its_links(writers: Writers) -> None:
    def parts_of(body: str) -> int:
        told = browser_of(writers.advisor).post(CHECK, {"body": body, "channel": "sms", "language": "zh"})
        return told.context["shown"].segments

    opt_out = len(f"\n退订：{settings.SERVED_AT}/o//") + 32  # what every SMS ends with
    assert parts_of("好" * (70 - opt_out)) == 1
    assert parts_of("好" * (71 - opt_out)) == 2
    assert parts_of("好" * (71 - opt_out) + "{资料链接}") == 2
    assert parts_of("好" * (134 - opt_out) + "{资料链接}") == 3


def test_a_page_of_a_text_shows_what_a_version_changes_and_offers_what_may_be_done(writers: Writers) -> None:
    first = approved(writers)
    save_wording(first.text, Wording("", HELLO + "近来可好？"), seen=1, by=writers.advisor, at=AT)
    place = reverse("text-detail", args=[first.text_id])
    page = browser_of(writers.advisor).get(place)
    assert page.context["pieces"] == [("same", HELLO), ("new", "近来可好？")]
    assert (page.context["may_ask"], page.context["may_edit"], page.context["may_decide"]) == (True, True, False)
    earlier = browser_of(writers.compliance).get(place, {"version": "1"})
    assert (earlier.context["version"], earlier.context["base"]) == (first, None)
    assert browser_of(writers.advisor).get(place, {"version": "9"}).status_code == 404


def test_a_promise_is_refused_with_its_words_and_stays_a_draft(writers: Writers) -> None:
    version = draft(writers, "{称呼}，保本")
    response = browser_of(writers.advisor).post(address("ask-text", version), follow=True)
    assert "保本" in " ".join(str(message) for message in response.context["messages"])
    version.refresh_from_db()
    assert version.state == "draft"


def test_the_list_of_phrases_is_read_by_all_and_kept_by_compliance_and_admin(writers: Writers) -> None:
    told = {"phrase": "准能", "why": "说得过满"}
    for person in (writers.advisor, writers.manager):
        browser = browser_of(person)
        assert browser.get(PHRASES).context["form"] is None
        assert browser.post(PHRASES, told).status_code == 404
    seed = BannedPhrase.objects.get(folded="保本")
    for person, lifts, confirms in (
        (writers.manager, 404, 404),
        (writers.admin, 302, 404),
        (writers.compliance, 302, 302),
    ):
        browser = browser_of(person)
        assert browser.post(reverse("confirm-ban", args=[seed.pk])).status_code == confirms
        assert browser.post(reverse("lift-ban", args=[999_999])).status_code == 404
        assert browser.post(reverse("lift-ban", args=[seed.pk])).status_code == lifts
    approved(writers, "{称呼}，准能办到")
    answer = browser_of(writers.admin).post(PHRASES, told, follow=True)
    assert "久未联系的问候" in " ".join(str(message) for message in answer.context["messages"])
    assert browser_of(writers.admin).post(PHRASES, {"phrase": "准", "why": "x"}).status_code == 422


def export(asked_by: Staff, writers: Writers) -> ListExport:
    return ListExport.objects.create(
        asked_by=asked_by, asked_at=AT, branch=writers.branch, columns="tier", format="csv", reason="年终回访名单",
        row_count=3000, has_money=False, state="waiting",
    )  # fmt: skip


def test_approvals_hold_texts_and_exports_of_others_and_an_export_comes_back_to_them(writers: Writers) -> None:
    asked = export(writers.advisor, writers)
    waiting(writers)
    waiting(writers, by=writers.manager, name="我写的")
    page = browser_of(writers.manager).get(APPROVALS)
    assert [len(one["rows"]) for one in page.context["kinds"]] == [1, 1]
    assert "我写的" not in page.content.decode()
    place = reverse("decide-export", args=[asked.uid])
    told = {"decision": "refuse", "from-approvals": "1"}
    assert browser_of(writers.manager).post(place, told).headers["Location"] == APPROVALS
    assert browser_of(writers.stranger).get(APPROVALS).context["kinds"] == []


def test_lists_cost_no_more_for_more_texts(
    writers: Writers, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        waiting(writers, name=f"问候{number}")
        export(writers.advisor, writers)
    version = approved(writers)
    for place, most in ((LIST, 8), (APPROVALS, 9), (PHRASES, 6), (reverse("text-detail", args=[version.text_id]), 9)):
        browser = browser_of(writers.manager)
        browser.get(place)
        with django_assert_max_num_queries(most):
            assert browser.get(place).status_code == 200
