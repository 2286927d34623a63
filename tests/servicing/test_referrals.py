"""Referrals (S19): written down once, worked by whoever looks after the client, opened or lost with a reason, hidden in time."""

from datetime import timedelta
from uuid import uuid4

import pytest

from clients.models import Client
from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.models import Referral, Task
from servicing.openings.phones import masked_phone
from servicing.referrals.figures import conversion_of
from servicing.referrals.hiding import hide_lost
from servicing.referrals.linking import proposals
from servicing.referrals.naming import Named, ReferralConflict, edit_referral
from servicing.referrals.working import contact_referral, lose_referral, open_referral, reopen_referral
from servicing.rounds.words import reason_of, title_of
from tests.crm.page_firm import client
from tests.servicing.desk import AT, DAY
from tests.servicing.loyalty_desk import PHONE, LoyaltyDesk, make_desk
from tests.servicing.rounds import Rounds, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> LoyaltyDesk:
    return make_desk()


def newcomer(desk: LoyaltyDesk, **more: object) -> Client:
    return client(desk.branch, "公冶明远", **{"advisor": desk.advisor, "opened_on": DAY, **more})


def test_a_double_click_writes_one_person_down_and_the_phone_is_sealed(desk: LoyaltyDesk) -> None:
    uid, who = uuid4(), desk.person()
    first, second = (desk.recommend(who, uid=uid) for _ in range(2))
    assert first == second
    assert AuditEvent.objects.filter(action="name-referral").count() == 1
    assert PHONE not in first.phone_sealed
    assert masked_phone(first) == "164••••5678"
    with pytest.raises(Refused):
        desk.recommend(desk.person(), uid=uid)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "  "}, "name"),
        ({"may_call": False}, "may_call"),
        ({"next_step": "约见"}, "next_on"),
        ({"next_on": DAY}, "next_step"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(desk: LoyaltyDesk, said: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.recommend(desk.person(), **said)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not Referral.objects.exists()


def test_who_takes_the_agreement_back_loses_the_number_too(desk: LoyaltyDesk) -> None:
    row = desk.recommend(desk.person())
    edit_referral(row, Named(row.name, note="改天再说"), version=1, by=desk.advisor)
    row.refresh_from_db()
    assert (row.may_call, row.phone_sealed, row.phone_index, row.version) == (False, "", "", 2)


def test_a_second_editor_is_told_and_nothing_of_theirs_is_written(desk: LoyaltyDesk) -> None:
    row = desk.recommend(desk.person())
    edit_referral(row, Named(row.name, may_call=True, note="先到先得"), version=1, by=desk.advisor)
    with pytest.raises(ReferralConflict) as conflict:
        edit_referral(row, Named(row.name, may_call=True, note="晚了一步"), version=1, by=desk.manager)
    assert conflict.value.current.note == "先到先得"
    assert masked_phone(conflict.value.current) == "164••••5678"  # left empty, the number stays
    same = edit_referral(row, Named(row.name, may_call=True, note="先到先得"), version=1, by=desk.manager)
    assert same.version == 2


def test_each_step_is_taken_once_and_can_be_undone(desk: LoyaltyDesk) -> None:
    row, new = desk.recommend(desk.person()), newcomer(desk)
    assert contact_referral(row, by=desk.advisor, at=AT)
    assert not contact_referral(row, by=desk.advisor, at=AT)
    assert open_referral(row, new, by=desk.advisor, at=AT)
    assert not open_referral(row, new, by=desk.advisor, at=AT)
    assert not lose_referral(row, "price", by=desk.manager, at=AT)  # somebody was quicker
    row.refresh_from_db()
    assert (row.state, row.client, row.ended_on) == ("opened", new, DAY)
    assert reopen_referral(row, by=desk.advisor)
    row.refresh_from_db()
    assert (row.state, row.client, row.ended_on) == ("contacted", None, None)
    assert lose_referral(row, "price", by=desk.advisor, at=AT)
    actions = AuditEvent.objects.filter(table="servicing_referral").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["name-referral", "contact-referral", "open-referral", "reopen-referral", "lose-referral"]


def test_only_who_came_after_being_named_and_by_nobody_else_was_brought_in(desk: LoyaltyDesk) -> None:
    who = desk.person()
    row, other = desk.recommend(who), desk.recommend(desk.person(), "另一人")
    known, new = newcomer(desk, opened_on=DAY - timedelta(days=1)), newcomer(desk)
    for wrong in (known, who):
        with pytest.raises(Refused):
            open_referral(row, wrong, by=desk.advisor, at=AT)
    open_referral(other, new, by=desk.advisor, at=AT)
    with pytest.raises(Refused, match="另一条推荐"):
        open_referral(row, new, by=desk.advisor, at=AT)
    row.refresh_from_db()
    assert row.state == "named"


def test_a_newcomer_with_the_same_phone_is_proposed(desk: LoyaltyDesk) -> None:
    row = desk.recommend(desk.person())
    new = newcomer(desk)
    Client.objects.filter(pk=new.pk).update(phone_index=row.phone_index, phone_tail_index=row.phone_tail_index)
    assert proposals(row, desk.advisor) == [new]
    assert proposals(row, desk.colleague) == []
    assert proposals(desk.recommend(desk.person(), phone="", may_call=False), desk.advisor) == []


def test_a_loss_says_why(desk: LoyaltyDesk) -> None:
    row = desk.recommend(desk.person())
    for reason, text in (("", ""), ("no such", ""), ("other", " ")):
        with pytest.raises(Refused):
            lose_referral(row, reason, text=text, by=desk.advisor, at=AT)
    assert lose_referral(row, "other", text="出国了", by=desk.advisor, at=AT)


def test_the_conversion_counts_the_named_and_tells_who_lost_their_referrer(desk: LoyaltyDesk) -> None:
    stays, leaves = desk.person(), desk.person()
    opened, lost, waiting, orphan = (
        desk.recommend(who, f"某{n}") for n, who in enumerate((stays, stays, stays, leaves))
    )
    open_referral(opened, newcomer(desk), by=desk.advisor, at=AT)
    lose_referral(lost, "price", by=desk.advisor, at=AT)
    Client.objects.filter(pk=leaves.pk).update(closed_on=DAY)
    desk.recommend(stays, "很久以前", on=DAY - timedelta(days=400))
    found = conversion_of(desk.manager, desk.branch.pk, DAY - timedelta(days=364), DAY)
    assert (found.named, found.waiting, found.opened, found.lost, found.left) == (4, 2, 1, 1, 1)
    assert found.rate == 0.25
    assert found.reasons == {"price": 1}
    assert set(Referral.objects.visible_to(desk.manager).without_referrer()) == {orphan}
    assert conversion_of(desk.colleague, None, DAY, DAY).rate is None
    assert waiting.state == "named"


def test_the_night_asks_for_the_call_once_and_the_call_settles_it(desk: LoyaltyDesk) -> None:
    firm = Rounds.__new__(Rounds)
    firm.branch, firm.advisor, firm.night = desk.branch, desk.advisor, desk.night
    who = desk.person(standing={"tier": "small"})
    row = desk.recommend(who)
    desk.recommend(who, "不愿接电话", phone="", may_call=False)
    for _ in range(2):
        firm.make()
    task = Task.objects.get(rule="referral")
    assert (task.client, task.owner, task.state) == (who, desk.advisor, "open")
    assert "推荐" in title_of(task) or "recommended" in title_of(task)
    assert row.name not in f"{title_of(task)}{reason_of(task)}{task.slots}"
    contact_referral(row, by=desk.advisor, at=at(DAY + timedelta(days=2)))
    task.refresh_from_db()
    assert task.state == "done"
    firm.make(DAY + timedelta(days=3))
    assert Task.objects.filter(rule="referral", state="open").count() == 0


def test_lost_people_are_hidden_in_time_and_stay_counted(desk: LoyaltyDesk) -> None:
    row = desk.recommend(desk.person())
    lose_referral(row, "price", by=desk.advisor, at=AT)
    assert hide_lost(desk.branch, day=DAY + timedelta(days=180)) == {"hidden": 0}
    assert hide_lost(desk.branch, day=DAY + timedelta(days=181)) == {"hidden": 1}
    assert hide_lost(desk.branch, day=DAY + timedelta(days=182)) == {"hidden": 0}
    row.refresh_from_db()
    with pytest.raises(Refused):
        reopen_referral(row, by=desk.advisor)
    with pytest.raises(Refused):
        edit_referral(row, Named("新名字"), version=1, by=desk.advisor)
    assert conversion_of(desk.manager, None, DAY, DAY).lost == 1
    assert AuditEvent.objects.filter(action="restrict-referrals").count() == 1
