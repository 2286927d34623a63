"""A material that goes with a message (S13, S15): one link for each message, suitability and validity asked before and at the
claim, and no link that stands where nothing went."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest

from clients.models import Client
from crm.lib.links import LinkGone
from crm.lib.refusals import Refused
from servicing.materials.deciding import usable_of
from servicing.materials.invariants import broken_materials
from servicing.materials.reading import open_share, read_link
from servicing.materials.sharing import withdraw_share
from servicing.messages import outbox
from servicing.messages.gateways import NotSent, Outcome, Sent, Unclear
from servicing.messages.invariants import broken
from servicing.messages.letters import settle_batch, take_batch
from servicing.messages.optouts import opt_out
from servicing.messages.sender import send_due
from servicing.messages.sendings import decide_sending, send_test, start_sending, stop_sending
from servicing.messages.unknown import settle_unknown
from servicing.models import Material, MaterialShare, Message
from tests.servicing.desk import Desk
from tests.servicing.mailroom import AT, Provider, going, later, make_desk, planned, reachable, states
from tests.servicing.material_mail import LAST, carrying, in_force, standing, sums

pytestmark = pytest.mark.django_db
RATED = {"risk_level": "C3", "risk_expires_on": date(2027, 6, 1)}
NO_WAY, LATER, MAYBE = NotSent("no"), NotSent("busy", again=True), Unclear("lost")


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def token_in(body: str) -> str:
    return body.split("/m/")[1].split("/", maxsplit=1)[0]


def run(desk: Desk, *answers: Outcome, **after: float) -> Provider:
    provider = Provider(list(answers))
    send_due(desk.branch.pk, later(**(after or {"minutes": 1})), ways=provider)
    return provider


@pytest.mark.parametrize("channel", ["sms", "wecom", "email"])
def test_each_client_gets_an_own_link_that_opens_once_it_went_and_is_logged(desk: Desk, channel: str) -> None:
    material = in_force(desk)
    clients = [reachable(desk, name) for name in ("甲一", "乙二")]
    sending = going(desk, clients, carrying(desk, channel), material=material)
    queued = token_in(Message.objects.order_by("pk")[0].body)
    with pytest.raises(LinkGone):
        read_link(queued, AT)
    assert standing() == 0
    bodies = [one.body for one in run(desk).got]
    shares = [read_link(token_in(body), AT + timedelta(hours=1))[0] for body in bodies]
    assert [share.client for share in shares] == clients
    assert {(share.channel, share.made_by_id) for share in shares} == {(channel, desk.advisor.pk)}
    assert sums(material) == (2, 0)
    open_share(shares[0], usable_of(material, AT), uid=uuid4(), at=AT + timedelta(hours=1))
    assert sums(material) == (2, 1)
    carried = MaterialShare.objects.carried_by(Message.objects.filter(sending=sending))
    assert carried.exclude(opened_at=None).get() == shares[0]
    assert all("/o/" in body for body in bodies)
    assert [*broken(AT), *broken_materials(desk.branch)] == []


def test_what_does_not_suit_a_client_is_a_reason_of_its_own_and_the_counts_add_up(desk: Desk) -> None:
    clients = [
        reachable(desk, "甲", **RATED),
        reachable(desk, "乙", **RATED | {"risk_level": "C2"}),
        reachable(desk, "丙"),
        reachable(desk, "丁", said="refused"),
    ]
    sending = planned(desk, clients, carrying(desk), material=in_force(desk, product_risk="R3"))
    assert states(sending) == ["queued", "left_out material", "left_out material", "left_out opted_out"]
    assert sending.size == sum(Message.objects.counted([sending.pk])[sending.pk].values()) == 4


def less_suitable(material: Material) -> None:
    Client.objects.update(risk_level="C1")


def ended(material: Material) -> None:
    Material.objects.filter(pk=material.pk).update(ended_at=AT)


def not_approved(material: Material) -> None:
    material.versions.update(state="ended")


def past(material: Material) -> None:
    material.versions.update(valid_until=date(2026, 11, 19))


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        (less_suitable, "material"),
        (ended, "no_material"),
        (not_approved, "no_material"),
        (past, "no_material"),
    ],
)
def test_it_is_asked_again_at_the_claim(desk: Desk, meanwhile: Callable[[Material], None], reason: str) -> None:
    material = in_force(desk, product_risk="R3")
    sending = going(desk, [reachable(desk, **RATED)], carrying(desk), material=material)
    meanwhile(material)
    assert run(desk).got == []
    assert states(sending) == [f"cancelled {reason}"]
    assert not MaterialShare.objects.exists()


@pytest.mark.parametrize(
    ("with_place", "with_material", "field"),
    [(False, True, "text"), (True, False, "material"), (True, True, "material")],
)
def test_a_text_with_a_place_and_a_material_that_may_be_given_go_together(
    desk: Desk, with_place: bool, with_material: bool, field: str
) -> None:
    material = in_force(desk, valid_until=LAST if field == "text" else date(2026, 11, 19)) if with_material else None
    version = carrying(desk) if with_place else carrying(desk, body="{称呼}您好。")
    with pytest.raises(Refused) as told:
        planned(desk, [reachable(desk)], version, material=material)
    assert told.value.field == field


def test_a_material_that_ended_meanwhile_stops_the_start_the_decision_and_the_test(desk: Desk) -> None:
    material = in_force(desk)
    sending = planned(desk, [reachable(desk)], carrying(desk), material=material)
    ended(material)
    for step in (
        lambda: start_sending(sending, by=desk.advisor, at=AT),
        lambda: decide_sending(sending, approve=True, by=desk.manager, at=AT),
        lambda: send_test(sending, to="16400000000", by=desk.advisor, at=AT),
    ):
        sending.refresh_from_db()
        with pytest.raises(Refused):
            step()


def test_a_test_shows_where_the_link_stands_and_makes_none(desk: Desk) -> None:
    sending = planned(desk, [reachable(desk)], carrying(desk), material=in_force(desk))
    send_test(sending, to="16400000000", by=desk.advisor, at=AT)
    (got,) = run(desk).got
    assert "（此处为资料链接）" in got.body
    assert "/m/" not in got.body
    assert not MaterialShare.objects.exists()


def test_the_same_form_twice_and_a_second_attempt_make_one_link(desk: Desk) -> None:
    material, client, version, uid = in_force(desk), reachable(desk), carrying(desk), uuid4()
    for _twice in range(2):
        going(desk, [client], version, material=material, uid=uid)
    first = run(desk, LATER).got + run(desk, Sent("p"), minutes=10).got
    assert len({token_in(one.body) for one in first}) == 1
    assert MaterialShare.objects.count() == 1
    assert sums(material) == (1, 0)


def test_two_claims_of_one_message_make_one_link(desk: Desk) -> None:
    going(desk, [reachable(desk)], carrying(desk), material=in_force(desk))
    key = Message.objects.get().pk
    assert [outbox.claim(key, AT) is None for _twice in range(2)] == [False, True]
    assert MaterialShare.objects.count() == 1


def test_a_link_that_was_taken_back_or_has_ended_is_not_sent_again(desk: Desk) -> None:
    material, version = in_force(desk, valid_until=date(2027, 6, 1)), carrying(desk)
    taken, old = (going(desk, [reachable(desk, name)], version, material=material) for name in ("甲", "乙"))
    run(desk, LATER, LATER)
    first, second = MaterialShare.objects.order_by("pk")
    assert withdraw_share(first, by=desk.advisor, at=AT)
    MaterialShare.objects.filter(pk=second.pk).update(expires_at=AT)
    assert run(desk, minutes=10).got == []
    assert states(taken) == states(old) == ["cancelled link_closed"]
    assert [*broken(AT), *broken_materials(desk.branch)] == []


def refused_by_the_provider(desk: Desk) -> None:
    run(desk, NO_WAY)


def stopped_after_an_attempt(desk: Desk) -> None:
    run(desk, LATER)
    stop_sending(Message.objects.get().sending, by=desk.advisor, at=AT)


def opted_out_after_an_attempt(desk: Desk) -> None:
    run(desk, LATER)
    opt_out(Message.objects.get(), AT)


def kept_back_after_an_attempt(desk: Desk) -> None:
    run(desk, LATER)
    Client.objects.update(state="frozen")
    run(desk, minutes=10)


def known_not_to_have_gone(desk: Desk) -> None:
    run(desk, MAYBE)
    assert standing() == 1  # it may have gone
    settle_unknown(Message.objects.get(), sent=False, note="已核对", by=desk.advisor, at=AT)


@pytest.mark.parametrize(
    "ends",
    [
        refused_by_the_provider,
        stopped_after_an_attempt,
        opted_out_after_an_attempt,
        kept_back_after_an_attempt,
        known_not_to_have_gone,
    ],
)
def test_where_nothing_went_no_link_stands(desk: Desk, ends: Callable[[Desk], None]) -> None:
    material = in_force(desk)
    going(desk, [reachable(desk)], carrying(desk), material=material)
    ends(desk)
    assert Message.objects.get().state in {"cancelled", "failed"}
    assert (standing(), MaterialShare.objects.count(), sums(material)) == (0, 1, (0, 0))
    assert [*broken(AT), *broken_materials(desk.branch)] == []


def test_a_link_that_was_read_stays_whatever_is_said_of_its_message(desk: Desk) -> None:
    material = in_force(desk)
    going(desk, [reachable(desk)], carrying(desk), material=material)
    run(desk, MAYBE)
    open_share(MaterialShare.objects.get(), usable_of(material, AT), uid=uuid4(), at=AT)
    settle_unknown(Message.objects.get(), sent=False, note="已核对", by=desk.advisor, at=AT)
    assert sums(material) == (1, 1)
    assert [*broken(AT), *broken_materials(desk.branch)] == []


def test_letters_carry_it_from_the_batch_on_and_a_stopped_batch_closes_it(desk: Desk) -> None:
    sending = going(desk, [reachable(desk)], carrying(desk, "letter"), material=in_force(desk))
    assert take_batch(sending, by=desk.advisor, at=AT) == 1
    assert MaterialShare.objects.get().channel == "letter"
    settle_batch(sending, printed=False, by=desk.advisor, at=AT)
    stop_sending(sending, by=desk.advisor, at=AT)
    assert standing() == 0


def test_a_batch_that_was_not_printed_after_a_stop_stays_here_and_its_links_close(desk: Desk) -> None:
    sending = going(desk, [reachable(desk)], carrying(desk, "letter"), material=in_force(desk))
    take_batch(sending, by=desk.advisor, at=AT)
    stop_sending(sending, by=desk.advisor, at=AT)
    assert settle_batch(sending, printed=False, by=desk.advisor, at=AT) == 1
    assert (states(sending), standing()) == (["cancelled stopped"], 0)
    assert list(broken(AT)) == []


def test_the_invariant_tells_of_a_link_that_nobody_received_and_of_a_message_without_one(desk: Desk) -> None:
    going(desk, [reachable(desk)], carrying(desk), material=in_force(desk))
    run(desk)
    Message.objects.update(state="failed")
    assert "link" in next(broken(AT))
    Message.objects.update(state="sent", uid=uuid4())
    assert "link" in next(broken(AT))


def test_a_plan_with_a_material_asks_as_much_for_many_clients_as_for_one(
    desk: Desk, django_assert_max_num_queries: Callable[..., object]
) -> None:
    many = [reachable(desk, f"客{n}", **RATED) for n in range(20)]
    version, material = carrying(desk), in_force(desk, product_risk="R3")
    with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
        planned(desk, many, version, material=material)
