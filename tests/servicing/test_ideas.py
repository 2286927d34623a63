"""Ideas of clients (S19): an owner and a day for the answer from the first moment, decided on with reasons, and moving with the
client."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from crm.lib.refusals import Refused
from crm.models import AuditEvent, Branch
from servicing.contacts import Said, record_contact
from servicing.handovers import hand_over, undo_hand_over
from servicing.ideas.answering import answer_idea, take_back_answer
from servicing.ideas.changes import IdeaConflict
from servicing.ideas.figures import asked_by, topics_of
from servicing.ideas.moving import link_idea, move_idea, unlink_idea
from servicing.ideas.taking import reassign_idea, take_idea
from servicing.invariants import broken
from servicing.models import Contact, Idea
from tests.crm.page_firm import client, staff
from tests.servicing.desk import AT, DAY, Desk, make_desk, talk

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=3)


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def idea_of(desk: Desk, text: str = "大厅希望有充电插座", **more: Any) -> Idea:
    values = {"client": desk.client, "uid": uuid4(), "by": desk.manager, "at": AT, **more}
    return take_idea(desk.branch, text, values.pop("topic", "place"), **values)


def call_after(desk: Desk) -> Contact:
    """A call of ours after the idea."""
    said = Said(LATER, "phone", "out", "答复建议")
    return record_contact(desk.client, said, uid=uuid4(), by=desk.advisor, at=LATER)


def moved(idea: Idea, to: str, by: Any, **more: Any) -> Idea:
    return move_idea(idea, to, version=idea.version, by=by, at=LATER, **more)


def test_an_idea_is_the_advisors_from_the_first_moment_and_answered_within_ten_working_days(desk: Desk) -> None:
    uid = uuid4()
    idea = idea_of(desk, uid=uid)
    assert idea_of(desk, uid=uid) == idea
    assert (idea.owner, idea.state, idea.answer_due_on) == (desk.advisor, "new", DAY + timedelta(days=14))
    assert AuditEvent.objects.filter(action="take-idea").count() == 1
    assert idea_of(desk, client=None).owner == desk.manager


@pytest.mark.parametrize(("text", "elsewhere", "field"), [(" ", False, "text"), ("插座", True, "client_number")])
def test_an_idea_that_cannot_be_is_refused(desk: Desk, text: str, elsewhere: bool, field: str) -> None:
    far = Branch.objects.create(code="1102", name="望湖营业部")
    with pytest.raises(Refused) as refused:
        idea_of(desk, text, client=client(far) if elsewhere else desk.client)
    assert refused.value.field == field


def test_it_is_looked_at_accepted_and_done_and_a_step_back_is_a_step(desk: Desk) -> None:
    idea = idea_of(desk)
    for state in ("looked", "accepted", "done", "accepted"):
        idea = moved(idea, state, desk.advisor)
    assert moved(idea, "accepted", desk.advisor).version == idea.version  # twice is once
    with pytest.raises(Refused):
        moved(idea, "new", desk.advisor)


def test_declining_needs_a_reason_which_goes_when_it_is_looked_at_again(desk: Desk) -> None:
    idea = idea_of(desk)
    with pytest.raises(Refused) as refused:
        moved(idea, "declined", desk.advisor)
    assert refused.value.field == "reason"
    idea = moved(idea, "declined", desk.advisor, reason="公司统一规定")
    assert idea.reason == "公司统一规定"
    assert moved(idea, "looked", desk.advisor).reason == ""


def test_whoever_read_it_before_somebody_wrote_is_told(desk: Desk) -> None:
    idea = idea_of(desk)
    moved(idea, "looked", desk.advisor)
    writes: tuple[Callable[[], Idea], ...] = (
        lambda: moved(idea, "accepted", desk.manager),
        lambda: reassign_idea(idea, desk.manager, version=idea.version, by=desk.manager),
        lambda: answer_idea(idea, "已加装", contact=None, version=idea.version, by=desk.manager, at=LATER),
    )
    for write in writes:
        with pytest.raises(IdeaConflict) as conflict:
            write()
        assert conflict.value.current.state == "looked"


def test_a_client_is_answered_in_a_contact_after_the_idea_and_its_moment_counts(desk: Desk) -> None:
    before = talk(desk, "更早的电话")
    idea = idea_of(desk)
    others = client(desk.branch, "陆怀瑾", advisor=desk.advisor)
    for contact in (None, before, talk(Desk(desk.branch, desk.advisor, desk.manager, others))):
        with pytest.raises(Refused) as refused:
            answer_idea(idea, "已加装", contact=contact, version=idea.version, by=desk.advisor, at=LATER)
        assert refused.value.field == "contact"
    call = call_after(desk)
    for _again in range(2):
        done = answer_idea(
            idea, "已加装", contact=call, version=idea.version, by=desk.advisor, at=AT + timedelta(days=9)
        )
    assert (done.answered_at, done.answered_by, done.answer_contact) == (LATER, desk.advisor, call)
    with pytest.raises(Refused):
        answer_idea(done, "另一说法", contact=call, version=done.version, by=desk.advisor, at=LATER)
    assert [take_back_answer(done, by=desk.advisor) for _again in range(2)] == [True, False]
    assert Idea.objects.unanswered().get() == idea


def test_a_visitors_answer_needs_no_contact(desk: Desk) -> None:
    idea = idea_of(desk, client=None)
    done = answer_idea(idea, "已加装", contact=None, version=idea.version, by=desk.manager, at=LATER)
    assert done.answered_at == LATER


def test_ideas_that_say_the_same_go_with_the_first_and_count_people_not_notes(desk: Desk) -> None:
    lead, other = idea_of(desk), client(desk.branch, "陆怀瑾", advisor=desk.advisor)
    again = [idea_of(desk, client=who) for who in (other, other, None, desk.client)]
    for one in again:
        for _again in range(2):
            link_idea(one, lead, version=one.version, by=desk.manager, at=AT)
    assert asked_by([lead]) == {lead.pk: 3}
    lead.refresh_from_db()
    moved(lead, "declined", desk.manager, reason="没有地方")
    assert set(Idea.objects.values_list("state", "reason")) == {("declined", "没有地方")}
    follower = Idea.objects.get(pk=again[0].pk)
    with pytest.raises(Refused):
        moved(follower, "looked", desk.manager)
    assert [unlink_idea(follower, by=desk.manager) for _again in range(2)] == [True, False]
    follower.refresh_from_db()
    assert moved(follower, "looked", desk.manager).state == "looked"


def test_what_went_with_an_idea_goes_on_with_the_one_that_it_says_again(desk: Desk) -> None:
    first, second, third = idea_of(desk), idea_of(desk), idea_of(desk)
    link_idea(third, second, version=third.version, by=desk.manager, at=AT)
    link_idea(second, first, version=second.version, by=desk.manager, at=AT)
    assert list(first.alike.order_by("pk")) == [second, third]
    for lead in (first, second):
        with pytest.raises(Refused):
            link_idea(first, lead, version=first.version, by=desk.manager, at=AT)


def test_the_figures_count_topics_states_and_answers_in_time(desk: Desk) -> None:
    prompt, late, waits = (idea_of(desk, client=None) for _n in range(3))
    answer_idea(prompt, "好", contact=None, version=1, by=desk.manager, at=LATER)
    answer_idea(late, "好", contact=None, version=1, by=desk.manager, at=AT + timedelta(days=20))
    idea_of(desk, topic="fees")
    place = topics_of(Idea.objects.all(), DAY)[0]
    assert (place.topic, place.counts, place.in_time, place.judged) == ("place", [3, 0, 0, 0, 0], 1, 2)
    assert topics_of(Idea.objects.all(), waits.answer_due_on + timedelta(days=1))[0].share == pytest.approx(1 / 3)


def test_open_ideas_move_with_the_client_and_come_back_with_the_undo(desk: Desk) -> None:
    colleague = staff("colleague", "advisor", desk.branch)
    open_one, over = idea_of(desk), idea_of(desk)
    Idea.objects.filter(pk=over.pk).update(
        state="done", answered_at=AT, answered_by=desk.advisor, answer="好"
    )  # what is over stays with whoever did it
    done = hand_over([desk.client], to=colleague, by=desk.manager, at=AT, reason="轮岗", uid=UUID(int=1))
    assert (Idea.objects.get(pk=open_one.pk).owner, Idea.objects.get(pk=over.pk).owner) == (colleague, desk.advisor)
    undo_hand_over(done, by=desk.manager, at=AT)
    assert Idea.objects.get(pk=open_one.pk).owner == desk.advisor


def test_an_open_idea_whose_owner_is_gone_is_found(desk: Desk) -> None:
    idea = idea_of(desk)
    assert not list(broken(desk.branch))
    desk.advisor.branches.clear()
    assert "1101: 1 open ideas whose owner does not work here" in list(broken(desk.branch))
    with pytest.raises(Refused):
        reassign_idea(idea, staff("far", "advisor"), version=1, by=desk.manager)
    reassign_idea(idea, desk.manager, version=1, by=desk.manager)
    assert not [sentence for sentence in broken(desk.branch) if "ideas" in sentence]
