"""Who may serve which tier and offer which product (S21): the rule with its days, and the gates that ask it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Client
from crm.lib.refusals import Refused
from crm.models import AuditEvent, Staff
from servicing.competence.gaps import endings_told
from servicing.competence.papers import (
    PaperConflict,
    Written,
    correct_paper,
    enter_paper,
    restore_paper,
    withdraw_paper,
)
from servicing.competence.requirements import needs_on, supersede_requirement
from servicing.competence.rules import FOREVER, KINDS, Held, held_until, judge, may_offer, may_serve
from servicing.competence.serving import MayNotServe, not_served
from servicing.handovers import hand_over
from servicing.models import Paper, PaperRequirement, Promise
from servicing.shares import deal
from tests.crm.page_firm import client, night, staff, stand
from tests.servicing import mailroom
from tests.servicing.concession_desk import asked as ask_fee
from tests.servicing.concession_desk import make_office
from tests.servicing.desk import AT, DAY, Desk, due, make_desk, talk

pytestmark = pytest.mark.django_db
NEEDS: Mapping[str, Sequence[str]] = {
    "tier:vip": ("adviser", "t_suitability"),
    "risk:R3": ("securities",),
    "risk:R4": ("options",),
}
ONE = timedelta(days=1)


def require(subject: str, *needs: str, by: Staff, **more: Any) -> PaperRequirement:
    row = PaperRequirement(subject=subject, needs=list(needs), **{"from_day": DAY, "source": "总部规定", **more})
    return supersede_requirement(row, by=by, at=AT)


def licence(kind: str = "adviser", until: date | None = None, **more: Any) -> Written:
    return Written(**{"kind": kind, "from_day": DAY - ONE, "until_day": until, "number": "S0990123456", **more})


def training(kind: str = "t_suitability", **more: Any) -> Written:
    return Written(**{"kind": kind, "from_day": DAY - ONE, "until_day": None, "course": "年度培训", "hours": 8, **more})


def give(person: Staff, told: Written, by: Staff, **more: Any) -> Paper:
    return enter_paper(person, told, **{"uid": uuid4(), "by": by, "at": AT, **more})


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def test_what_nobody_decided_on_is_asked_of_nobody() -> None:
    assert may_serve([], "small", NEEDS, DAY).passes
    assert may_offer([], "R2", NEEDS, DAY).passes
    assert may_offer([], "R9", {}, DAY).passes


@pytest.mark.parametrize(
    ("held", "kind", "ended"),
    [
        ([], "adviser", None),
        ([Held("adviser", DAY)], "t_suitability", None),
        ([Held("adviser", DAY, DAY), Held("t_suitability", DAY, DAY)], "", None),
        ([Held("adviser", DAY - ONE * 9, DAY - ONE), Held("t_suitability", DAY)], "adviser", DAY - ONE),
        ([Held("adviser", DAY + ONE), Held("t_suitability", DAY)], "adviser", None),
        ([Held("adviser", DAY - ONE * 9, DAY - ONE), Held("adviser", DAY), Held("t_suitability", DAY)], "", None),
    ],
    ids=["nothing", "one of two", "the last day counts", "ended yesterday", "begins tomorrow", "renewed"],
)
def test_a_tier_is_served_by_whoever_holds_every_paper_on_the_day(
    held: list[Held], kind: str, ended: date | None
) -> None:
    verdict = may_serve(held, "vip", NEEDS, DAY)
    assert (verdict.passes, verdict.kind, verdict.ended_on) == (not kind, kind, ended)


@pytest.mark.parametrize(
    ("kinds", "allowed"),
    [([], {"R1", "R2"}), (["securities"], {"R1", "R2", "R3"}), (["options"], {"R1", "R2"}),
     (["securities", "options"], {"R1", "R2", "R3", "R4", "R5", "unrated"})],
)  # fmt: skip
def test_what_a_risk_level_asks_for_is_asked_for_above_it_too(kinds: list[str], allowed: set[str]) -> None:
    held = [Held(kind, DAY) for kind in kinds]
    levels = ("R1", "R2", "R3", "R4", "R5", "unrated")
    assert {level for level in levels if may_offer(held, level, NEEDS, DAY).passes} == allowed


def test_renewals_follow_one_another_without_a_gap() -> None:
    first, second = Held("fund", DAY, DAY + ONE * 4), Held("fund", DAY + ONE * 5, DAY + ONE * 9)
    assert held_until([second, first], DAY) == DAY + ONE * 9
    assert held_until([first, Held("fund", DAY + ONE * 6)], DAY) == DAY + ONE * 4
    assert held_until([first, Held("fund", DAY - ONE)], DAY) == FOREVER
    assert held_until([second], DAY) is None


DAYS = st.integers(-20, 20).map(lambda n: DAY + timedelta(days=n))
PAPERS = st.builds(
    lambda kind, begins, days: Held(kind, begins, None if days is None else begins + timedelta(days=days)),
    st.sampled_from(KINDS), DAYS, st.none() | st.integers(0, 30),
)  # fmt: skip


@given(st.lists(PAPERS, max_size=6), PAPERS, st.sets(st.sampled_from(KINDS), max_size=4), DAYS)
def test_a_paper_more_never_turns_a_yes_into_a_no(held: list[Held], more: Held, kinds: set[str], day: date) -> None:
    before, after = judge(held, kinds, day), judge([*held, more], kinds, day)
    assert after.passes or not before.passes
    if before.passes:
        assert after.until >= before.until
        assert all(judge(held, kinds, one).passes for one in (day, min(before.until, day + ONE * 60)))


@given(st.lists(PAPERS, max_size=6), DAYS)
def test_whoever_may_offer_a_riskier_product_may_offer_a_calmer_one(held: list[Held], day: date) -> None:
    answers = [may_offer(held, level, NEEDS, day).passes for level in ("R1", "R2", "R3", "R4", "R5")]
    assert answers == sorted(answers, reverse=True)


def test_a_branchs_own_requirement_counts_before_the_firms_and_may_ask_for_nothing(desk: Desk) -> None:
    admin = staff("root", "admin")
    require("tier:vip", "adviser", by=admin)
    assert needs_on(desk.branch, DAY) == {"tier:vip": ("adviser",)}
    assert needs_on(desk.branch, DAY - ONE) == {}
    require("tier:vip", by=desk.manager, branch=desk.branch)
    assert needs_on(desk.branch, DAY) == {}
    with pytest.raises(Refused) as refused:
        require("tier:vip", "fund", by=desk.manager)
    assert refused.value.field == "from_day"


@pytest.mark.parametrize(
    ("more", "field"),
    [({"from_day": DAY - ONE}, "from_day"), ({"subject": "tier:gold"}, "subject"), ({"needs": ["magic"]}, "needs")],
)
def test_what_cannot_be_asked_for_is_refused_beside_its_field(desk: Desk, more: dict[str, Any], field: str) -> None:
    row = PaperRequirement(**{"subject": "tier:vip", "needs": ["fund"], "from_day": DAY, "source": "x", **more})
    with pytest.raises(Refused) as refused:
        supersede_requirement(row, by=desk.manager, at=AT)
    assert refused.value.field == field


def test_a_paper_is_entered_once_and_never_by_whom_it_is_of(desk: Desk) -> None:
    uid = uuid4()
    first = give(desk.advisor, licence(), desk.manager, uid=uid)
    assert give(desk.advisor, licence(), desk.manager, uid=uid).pk == first.pk
    with pytest.raises(Refused):
        give(desk.advisor, licence(), desk.manager)
    with pytest.raises(Refused):
        give(desk.manager, licence(), desk.manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=first.pk).update(made_by=desk.advisor)
    event = AuditEvent.objects.get(action="enter-paper")
    assert "0990" not in str(event.detail)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (licence(until=DAY - ONE * 9), "until_day"),
        (licence(number=""), "number"),
        (training(hours=501), "hours"),
        (training(mark=101), "mark"),
    ],
)
def test_a_paper_that_cannot_be_is_refused_beside_its_field(desk: Desk, told: Written, field: str) -> None:
    with pytest.raises(Refused) as refused:
        give(desk.advisor, told, desk.manager)
    assert refused.value.field == field


def test_a_correction_replaces_and_the_second_editor_is_told(desk: Desk) -> None:
    paper, other = give(desk.advisor, licence(), desk.manager), staff("root", "admin")
    told = licence(until=DAY)
    row = correct_paper(paper, told, uid=uuid4(), by=desk.manager, at=AT)
    assert list(Paper.objects.standing()) == [row]
    with pytest.raises(PaperConflict) as conflict:
        correct_paper(paper, licence(until=DAY + ONE), uid=uuid4(), by=other, at=AT)
    assert conflict.value.current == row
    last = correct_paper(row, licence(until=DAY + ONE), uid=uuid4(), by=other, at=AT)
    assert correct_paper(last, licence(until=DAY + ONE), uid=uuid4(), by=other, at=AT) == last
    assert Paper.objects.count() == 3


def test_what_is_taken_off_counts_no_more_until_it_is_restored(desk: Desk) -> None:
    paper = give(desk.advisor, licence(), desk.manager)
    assert withdraw_paper(paper, by=desk.manager, at=AT)
    assert not withdraw_paper(paper, by=desk.manager, at=AT)
    assert not Paper.objects.standing().exists()
    with pytest.raises(Refused):
        correct_paper(paper, licence(until=DAY), uid=uuid4(), by=desk.manager, at=AT)
    assert restore_paper(paper, by=desk.manager)
    assert not restore_paper(paper, by=desk.manager)
    assert Paper.objects.standing().get() == paper


@pytest.fixture
def branch_of_five(desk: Desk) -> list[Client]:
    """Two VIP and three small clients of the advisor; a VIP is served with the licence of an adviser."""
    published = night(desk.branch)
    found = [client(desk.branch, f"客户{n}", advisor=desk.advisor) for n in range(5)]
    for n, who in enumerate(found):
        stand(published, who, tier="vip" if n < 2 else "small")
    require("tier:vip", "adviser", by=staff("root", "admin"))
    return found


def test_a_receiver_without_the_paper_is_given_no_client_of_the_tier(desk: Desk, branch_of_five: list[Client]) -> None:
    heir = staff("heir", "advisor", desk.branch)
    lacking = not_served(branch_of_five, heir, DAY)
    assert sorted(lacking) == [one.pk for one in branch_of_five[:2]]
    told: dict[str, Any] = {"to": heir, "by": desk.manager, "at": AT, "reason": "调岗"}
    with pytest.raises(MayNotServe):
        hand_over(branch_of_five, **told)
    assert not Client.objects.filter(advisor=heir).exists()
    moved = hand_over([one for one in branch_of_five if one.pk not in lacking], **told)
    assert moved.clients.count() + len(lacking) == len(branch_of_five)
    hand_over(branch_of_five, **told, anyway=True)
    assert AuditEvent.objects.filter(action="hand-over").latest("pk").detail["without_papers"] == 2
    assert Client.objects.filter(advisor=heir).count() == 5


def test_a_licence_that_ends_takes_no_client_and_no_promise_away(desk: Desk, branch_of_five: list[Client]) -> None:
    give(desk.advisor, licence(until=DAY), desk.manager)
    talk(desk, promise=due())
    assert not_served(branch_of_five, desk.advisor, DAY) == {}
    assert len(not_served(branch_of_five, desk.advisor, DAY + ONE)) == 2
    assert Client.objects.filter(advisor=desk.advisor).count() == 6
    assert Promise.objects.get(state="open").owner == desk.advisor
    assert [(one.person, one.until) for one in endings_told(desk.manager, DAY + ONE)] == [(desk.advisor, DAY)]
    assert [one.person for one in endings_told(desk.advisor, DAY)] == [desk.advisor]


def test_each_kind_of_client_is_dealt_among_those_who_may(desk: Desk, branch_of_five: list[Client]) -> None:
    able, other = staff("able", "advisor", desk.branch), staff("other", "advisor", desk.branch)
    give(able, licence(), desk.manager)
    barred = {one.pk: not_served(branch_of_five, one, DAY) for one in (able, other)}
    shares = deal(branch_of_five, [able, other], barred)
    assert set(branch_of_five[:2]) <= set(shares[able])
    assert sorted(len(some) for some in shares.values()) == [2, 3]
    assert deal(branch_of_five, [other], barred) == {other: branch_of_five[2:]}


def test_a_product_is_written_about_by_whoever_may_offer_it(desk: Desk) -> None:
    person = mailroom.reachable(desk, risk_level="C4", risk_expires_on=DAY + ONE * 90)
    version = mailroom.approved(desk, product_risk="R3")
    assert mailroom.states(mailroom.planned(desk, [person], version)) == ["queued"]
    require("risk:R3", "fund", by=staff("root", "admin"))
    assert mailroom.states(mailroom.planned(desk, [person], version)) == ["left_out unlicensed"]
    give(desk.advisor, licence("fund"), desk.manager)
    assert mailroom.states(mailroom.planned(desk, [person], version)) == ["queued"]
    calm = mailroom.approved(desk)
    Paper.objects.update(until_day=DAY - ONE)
    assert mailroom.states(mailroom.planned(desk, [person], calm)) == ["queued"]


def test_a_fee_is_agreed_on_by_whoever_has_the_paper_of_its_class() -> None:
    office = make_office()
    require("class:stock", "securities", by=office.manager, branch=office.branch)
    with pytest.raises(Refused) as refused:
        ask_fee(office)
    assert refused.value.field == "product"
    give(office.advisor, licence("securities"), office.manager)
    assert ask_fee(office).pk


def test_a_training_counts_once_it_is_passed(desk: Desk, branch_of_five: list[Client]) -> None:
    require("tier:small", "t_service", by=staff("head", "admin"))
    failed = give(desk.advisor, training("t_service", mark=41, is_passed=False), desk.manager)
    assert len(not_served(branch_of_five, desk.advisor, DAY)) == 5
    give(desk.advisor, licence(), desk.manager)
    correct_paper(failed, training("t_service", mark=80), uid=uuid4(), by=desk.manager, at=AT)
    assert not_served(branch_of_five, desk.advisor, DAY) == {}
