"""The pages of self-assessments: the manager writes, compliance reads what was handed in, an owner does what it asks."""

from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from crm.models import Branch
from servicing.leaving import end_work
from servicing.models import SelfReview, SelfReviewAction
from servicing.quarters import Quarter
from servicing.selfreviews.actions import add_action
from servicing.selfreviews.writing import begin_review, hand_in_review, save_review
from tests.crm.page_firm import browser_of, staff
from tests.servicing.desk import AT, DAY, TOMORROW, make_desk

ENGLISH = {"accept-language": "en"}
NOW = Quarter.of(DAY)
WHOLE = {question: {"text": f"答 {question}", "mark": 3} for question in SelfReview.Question.values}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def desk(db):
    return make_desk()


@pytest.fixture
def review(desk):
    return begin_review(desk.branch, NOW, by=desk.manager, at=AT)


def typed(version=1, **more):
    found = {"version": version}
    for question, said in WHOLE.items():
        found |= {f"{question}_text": said["text"], f"{question}_mark": said["mark"]}
    return {**found, **more}


def sent(person, name, *args, **data):
    return browser_of(person).post(reverse(name, args=args), data, headers=ENGLISH)


def seen(person, name, *args):
    return browser_of(person).get(reverse(name, args=args), headers=ENGLISH)


def test_a_manager_begins_saves_and_hands_in(desk):
    begun = sent(desk.manager, "begin-self-review", branch="1101", quarter=str(NOW))
    review = SelfReview.objects.get()
    assert begun.headers["Location"] == reverse("self-review-detail", args=[review.pk])
    sent(desk.manager, "begin-self-review", branch="1101", quarter=str(NOW))
    sent(desk.manager, "self-review-detail", review.pk, **typed(offer_text="", offer_mark=""))
    refused = sent(desk.manager, "self-review-detail", review.pk, **typed(2, offer_text="", offer_mark=""), hand_in="1")
    assert refused.status_code == 422
    assert "Every question is answered before it is handed in." in refused.content.decode()
    sent(desk.manager, "self-review-detail", review.pk, **typed(2), hand_in="1")
    assert not SelfReview.objects.get().is_draft
    assert "<textarea" not in seen(desk.manager, "self-review-detail", review.pk).content.decode()
    assert "答 asking" in seen(desk.manager, "print-self-review", review.pk).content.decode()


def test_a_second_editor_sees_both_versions_and_nothing_is_saved(desk, review):
    save_review(review, WHOLE, version=1, by=staff("other", "manager", desk.branch), at=AT)
    told = sent(desk.manager, "self-review-detail", review.pk, **typed(1, whom_text="我的说法"))
    body = told.content.decode()
    assert told.status_code == 409
    assert "我的说法" in body
    assert "答 whom" in body
    assert "员工other has saved this meanwhile" in body
    assert SelfReview.objects.get().answer("whom")["text"] == "答 whom"
    sent(desk.manager, "self-review-detail", review.pk, **typed(2, whom_text="我的说法"))
    assert SelfReview.objects.get().answer("whom")["text"] == "我的说法"


@pytest.mark.parametrize("wrong", [{"whom_text": "长" * 2001}, {"whom_mark": "6"}, {"version": "x"}])
def test_what_cannot_be_kept_is_said_beside_the_field(desk, review, wrong):
    assert sent(desk.manager, "self-review-detail", review.pk, **typed() | wrong).status_code == 422
    assert SelfReview.objects.get().version == 1


def test_compliance_reads_what_was_handed_in_and_writes_nothing(desk, review):
    reader = staff("reader", "compliance")
    assert seen(reader, "self-review-detail", review.pk).status_code == 404
    assert seen(reader, "self-review-list").context["rows"] == []
    hand_in_review(review, WHOLE, version=1, by=desk.manager, at=AT)
    assert "答 whom" in seen(reader, "self-review-detail", review.pk).content.decode()
    assert sent(reader, "self-review-detail", review.pk, **typed(2)).status_code == 404


def test_other_branches_and_advisors_read_none(desk, review):
    far = staff("far", "manager", Branch.objects.create(code="1102", name="望湖营业部"))
    for person in (far, desk.advisor, staff("admin", "admin")):
        assert seen(person, "self-review-detail", review.pk).status_code == 404
        assert seen(person, "print-self-review", review.pk).status_code == 404
        assert sent(person, "add-self-review-action", review.pk, text="x").status_code == 404
        assert sent(person, "begin-self-review", branch="1101", quarter=str(NOW)).status_code == 404
    assert sent(desk.manager, "begin-self-review", branch="1101", quarter="2026-9").status_code == 404


def test_an_action_is_added_with_its_owner_or_refused_beside_the_field(desk, review):
    given = {"uid": uuid4(), "text": "补登需求卡", "due_on": TOMORROW.isoformat()}
    refused = sent(desk.manager, "add-self-review-action", review.pk, **given, owner="")
    assert refused.status_code == 422
    late = sent(
        desk.manager, "add-self-review-action", review.pk, **given | {"due_on": "2026-11-01"}, owner=desk.advisor.pk
    )
    assert "This day has passed." in late.content.decode()
    for _ in range(2):
        sent(desk.manager, "add-self-review-action", review.pk, **given, owner=desk.advisor.pk)
    assert SelfReviewAction.objects.get().owner == desk.advisor


def test_an_owner_finds_the_action_and_does_it_and_nobody_elses(desk, review):
    action = add_action(review, "补登需求卡", desk.advisor, TOMORROW, uid=uuid4(), by=desk.manager, at=AT)
    assert "补登需求卡" in seen(desk.advisor, "self-review-list").content.decode()
    colleague = staff("colleague", "advisor", desk.branch)
    for name in ("settle-self-review-action", "reopen-self-review-action", "withdraw-self-review-action"):
        assert sent(colleague, name, action.pk).status_code == 404
    assert sent(desk.advisor, "withdraw-self-review-action", action.pk).status_code == 404
    done = sent(desk.advisor, "settle-self-review-action", action.pk)
    assert done.headers["Location"] == reverse("self-review-list")
    assert SelfReviewAction.objects.get().done_by == desk.advisor
    sent(desk.manager, "reopen-self-review-action", action.pk)
    sent(desk.manager, "withdraw-self-review-action", action.pk)
    assert "补登需求卡" not in seen(desk.manager, "self-review-detail", review.pk).content.decode()


def test_the_manager_is_reminded_at_the_end_of_a_quarter(desk, review):
    with time_machine.travel(AT.replace(month=12, day=21), tick=False):
        assert "is to be handed in by 2026-12-31" in seen(desk.manager, "today").content.decode()
        assert "is to be handed in by" not in seen(desk.advisor, "today").content.decode()
        hand_in_review(review, WHOLE, version=1, by=desk.manager, at=AT)
        assert "is to be handed in by" not in seen(desk.manager, "today").content.decode()


def test_what_was_left_behind_says_so_to_the_manager_who_may_take_it_over(desk, review):
    action = add_action(review, "补登需求卡", desk.advisor, TOMORROW, uid=uuid4(), by=desk.manager, at=AT)
    assert end_work(desk.advisor, left_on=DAY, by=staff("admin", "admin"), at=AT)
    page = seen(desk.manager, "self-review-detail", review.pk).content.decode()
    assert "ended: who was to do it has left" in page
    row = seen(desk.manager, "self-review-list").context["rows"][0][0]
    assert (row.open_count, row.action_count) == (0, 1)
    assert "has left" in seen(desk.manager, "print-self-review", review.pk).content.decode()
    sent(desk.manager, "reopen-self-review-action", action.pk)
    assert SelfReviewAction.objects.get().owner == desk.manager
