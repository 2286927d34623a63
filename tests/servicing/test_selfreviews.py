"""The quarterly self-assessment (S20): one per branch and quarter, handed in whole, fixed then; its actions have an owner."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from clients.models import Need
from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.models import SelfReview, SelfReviewAction
from servicing.quarters import Quarter
from servicing.selfreviews.actions import add_action, reopen_action, settle_action, withdraw_action
from servicing.selfreviews.facts import facts_of
from servicing.selfreviews.writing import (
    ReviewChanged,
    begin_review,
    hand_in_review,
    is_called_for,
    quarters_open,
    save_review,
)
from tests.crm.page_firm import client, staff
from tests.segmentation.nights import publish
from tests.servicing.desk import AT, DAY, TOMORROW, make_desk, talk

NOW = Quarter.of(DAY)
WHOLE = {question: {"text": f"答 {question}", "mark": 3} for question in SelfReview.Question.values}


@pytest.fixture
def desk(db):
    return make_desk()


def begun(desk, quarter=NOW):
    return begin_review(desk.branch, quarter, by=desk.manager, at=AT)


def hand_in(desk, review, answers=WHOLE):
    return hand_in_review(review, answers, version=review.version, by=desk.manager, at=AT)


def test_a_quarter_is_begun_once(desk):
    assert begun(desk).pk == begun(desk).pk
    assert AuditEvent.objects.filter(action="begin-self-review").count() == 1


def test_a_quarter_is_assessed_while_it_runs_or_in_the_next_one(desk):
    assert quarters_open(DAY) == [NOW, NOW.before]
    for quarter in (NOW.before.before, NOW.after):
        with pytest.raises(Refused):
            begun(desk, quarter)


def test_saving_the_same_twice_is_once_and_a_second_editor_is_told(desk):
    review = begun(desk)
    saved = save_review(review, WHOLE, version=1, by=desk.manager, at=AT)
    assert save_review(review, WHOLE, version=1, by=desk.manager, at=AT).version == saved.version == 2
    with pytest.raises(ReviewChanged) as told:
        save_review(review, {**WHOLE, "whom": {"text": "另一种说法", "mark": 2}}, version=1, by=desk.manager, at=AT)
    assert told.value.review.answer("whom")["text"] == "答 whom"


@pytest.mark.parametrize(
    ("said", "field"), [({"text": "", "mark": 3}, "offer_text"), ({"text": "有", "mark": None}, "offer_mark")]
)
def test_it_is_handed_in_only_with_every_answer_and_mark(desk, said, field):
    with pytest.raises(Refused) as refused:
        hand_in(desk, begun(desk), {**WHOLE, "offer": said})
    assert refused.value.field == field
    assert SelfReview.objects.get().is_draft


def test_once_handed_in_it_is_fixed_with_the_facts_of_the_day(desk):
    publish(desk.branch, DAY, {desk.client: {"tier": "vip"}})
    talk(desk)
    review = hand_in(desk, begun(desk))
    assert hand_in_review(review, WHOLE, version=1, by=desk.manager, at=AT).version == review.version
    for answers in (WHOLE, {**WHOLE, "whom": {"text": "改", "mark": 1}}):
        with pytest.raises(Refused):
            save_review(review, answers, version=review.version, by=desk.manager, at=AT)
    publish(desk.branch, DAY + timedelta(days=1), {client(desk.branch, "新"): {"tier": "small"}})
    kept = SelfReview.objects.get()
    assert kept.facts["tiers"] == {"vip": 1}
    assert kept.facts["channels"] == {"phone": 1}
    assert AuditEvent.objects.filter(action="hand-in-self-review").count() == 1


def test_the_facts_leave_out_restricted_clients(desk):
    secret = client(desk.branch, "密", advisor=desk.advisor, is_restricted=True)
    publish(desk.branch, DAY, {desk.client: {"tier": "vip"}, secret: {"tier": "vip"}})
    for one in (desk.client, secret):
        Need.objects.create(
            branch=desk.branch, changed_at=AT, client=one, kind="valued", strength=3, source="面谈", noted_on=DAY
        )
    facts = facts_of(desk.manager, desk.branch, NOW, DAY)
    assert (facts["tiers"], facts["needs"], facts["asked"]["need"]) == ({"vip": 1}, {"valued": 1}, 1)


def add(desk, review, **more):
    given = {"owner": desk.advisor, "due_on": TOMORROW, "uid": uuid4(), **more}
    return add_action(review, "补登需求卡", given["owner"], given["due_on"], uid=given["uid"], by=desk.manager, at=AT)


def test_an_action_is_added_once_and_is_done_and_opened_again(desk):
    review, uid = begun(desk), uuid4()
    action = add(desk, review, uid=uid)
    assert add(desk, review, uid=uid).pk == action.pk
    turns = [settle_action(action, by=desk.advisor, at=AT) for _ in range(2)]
    turns += [reopen_action(action, by=desk.advisor) for _ in range(2)]
    assert turns == [True, False, True, False]


@pytest.mark.parametrize("field", ["owner", "due_on"])
def test_an_action_has_an_owner_who_works_here_and_a_day_to_come(desk, field):
    wrong = {"owner": {"owner": staff("far", "advisor")}, "due_on": {"due_on": DAY - timedelta(days=1)}}[field]
    with pytest.raises(Refused) as refused:
        add(desk, begun(desk), **wrong)
    assert refused.value.field == field


def test_the_database_keeps_no_action_without_an_owner(desk):
    review = begun(desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        SelfReviewAction.objects.create(review=review, text="谁来", due_on=TOMORROW, made_by=desk.manager, made_at=AT)


def test_what_was_handed_in_keeps_its_actions_which_are_still_done(desk):
    review = begun(desk)
    action = add(desk, review)
    review = hand_in(desk, review)
    assert not withdraw_action(action, by=desk.manager, at=AT)
    assert settle_action(action, by=desk.advisor, at=AT)
    with pytest.raises(Refused):
        add(desk, review)


def test_it_is_called_for_in_the_last_two_weeks_of_a_quarter_until_it_is_handed_in(desk):
    mine = desk.manager.branches.all()
    assert [is_called_for(mine, day) for day in (date(2026, 12, 17), date(2026, 12, 18))] == [None, NOW]
    hand_in(desk, begun(desk))
    assert is_called_for(mine, date(2026, 12, 31)) is None
