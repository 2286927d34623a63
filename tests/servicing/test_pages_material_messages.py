"""A material in the forms of messages: chosen there or on its own page, refused beside the field, counted on the page."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse

from servicing.materials.deciding import usable_of
from servicing.materials.reading import open_share
from servicing.messages.sender import send_due
from servicing.models import MaterialShare, Message, Sending
from tests.crm.page_firm import browser_of, night, stand
from tests.servicing.desk import Desk
from tests.servicing.mailroom import AT, Provider, approved, going, later, lift_quiet_hours, make_desk, reachable, staff
from tests.servicing.material_mail import carrying, in_force

pytestmark = pytest.mark.django_db
SWAP = {"HX-Request": "true"}


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture(autouse=True)
def real_clock() -> None:
    lift_quiet_hours()


def drawer(client: Any) -> str:
    return reverse("write-message", args=[client.pk])


@pytest.fixture
def material(desk: Desk) -> Any:
    return in_force(desk, valid_until="2099-12-31")


def test_the_page_of_a_material_leads_over_the_client_to_the_message_with_it_chosen(desk: Desk, material: Any) -> None:
    client, browser = reachable(desk), browser_of(desk.advisor)
    page = browser.get(reverse("material-detail", args=[material.pk])).content.decode()
    choose = f"{reverse('choose-task-client')}?for=message&amp;material={material.pk}"
    assert choose in page
    found = browser.get(f"{choose.replace('&amp;', '&')}&q=沈", headers=SWAP).content.decode()
    assert f"{drawer(client)}?for=message&amp;material={material.pk}" in found
    assert browser.get(drawer(client), {"material": material.pk}).context["form"]["material"].value() == str(
        material.pk
    )
    for other in (staff("law", "compliance"), staff("root", "admin")):
        assert choose not in browser_of(other).get(reverse("material-detail", args=[material.pk])).content.decode()


def test_the_drawer_shows_where_the_link_stands_but_not_the_link(desk: Desk, material: Any) -> None:
    client, version, browser = reachable(desk), carrying(desk), browser_of(desk.advisor)
    shown = browser.get(drawer(client), {"text": version.pk, "material": material.pk}).content.decode()
    assert "/m/…" in shown
    without = browser.get(drawer(client), {"text": version.pk}).content.decode()
    assert "［资料链接］" in without
    assert "该模板需附投教资料" in without


@pytest.mark.parametrize("is_list", [False, True])
@pytest.mark.parametrize(("with_place", "field"), [(False, "text"), (True, "material")])
def test_what_does_not_go_together_is_refused_beside_the_field(
    desk: Desk, material: Any, is_list: bool, with_place: bool, field: str
) -> None:
    client, version = reachable(desk), carrying(desk) if with_place else approved(desk)
    stand(night(desk.branch), client)
    sent = {"text": version.pk, "uid": uuid4(), "material": "" if with_place else material.pk, "client": [client.pk]}
    answer = browser_of(desk.advisor).post(reverse("write-messages") if is_list else drawer(client), sent)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Sending.objects.exists()


@pytest.mark.parametrize("asked", ["999999", "x", "\0"])
def test_a_material_that_is_not_offered_is_refused_beside_the_field(desk: Desk, material: Any, asked: str) -> None:
    client, version = reachable(desk), carrying(desk)
    answer = browser_of(desk.advisor).post(drawer(client), {"text": version.pk, "uid": uuid4(), "material": asked})
    assert answer.status_code == 422
    assert "material" in answer.context["form"].errors


def test_who_is_not_suited_is_told_with_the_reason(desk: Desk) -> None:
    client, version, browser = reachable(desk), carrying(desk), browser_of(desk.advisor)
    risky = in_force(desk, product_risk="R3", valid_until="2099-12-31")
    sent = {"text": version.pk, "material": risky.pk}
    assert "资料所涉产品与客户不适当" in browser.get(drawer(client), sent).content.decode()
    assert browser.post(drawer(client), {**sent, "uid": uuid4()}).status_code == 422
    assert not Sending.objects.exists()


def test_the_page_of_a_sending_counts_who_opened_the_link_and_shows_them(desk: Desk, material: Any) -> None:
    clients = [reachable(desk, name) for name in ("甲一", "乙二", "丙三")]
    sending, browser = going(desk, clients, carrying(desk), material=material), browser_of(desk.advisor)
    send_due(desk.branch.pk, later(minutes=1), ways=Provider())
    share = MaterialShare.objects.get(client=clients[1])
    open_share(share, usable_of(material, AT), uid=uuid4(), at=AT)
    place = reverse("sending-detail", args=[sending.uid])
    page = browser.get(place)
    assert page.context["read_counts"] == (1, 3)
    assert reverse("material-detail", args=[material.pk]) in page.content.decode()
    assert share.uid.hex not in page.content.decode()
    assert [row["name"] for row in browser.get(place, {"read": "yes"}).context["rows"]] == ["乙二"]
    assert [row["name"] for row in browser.get(place, {"read": "no"}).context["rows"]] == ["甲一", "丙三"]
    assert "rows" not in browser.get(place, {"read": "x"}).context


def test_the_page_of_a_sending_asks_as_much_for_many_links_as_for_few(
    desk: Desk, material: Any, django_assert_max_num_queries: Any
) -> None:
    sending = going(desk, [reachable(desk, f"客{n}") for n in range(12)], carrying(desk), material=material)
    send_due(desk.branch.pk, later(minutes=1), ways=Provider())
    browser, place = browser_of(desk.advisor), reverse("sending-detail", args=[sending.uid])
    with django_assert_max_num_queries(11):
        assert len(browser.get(place, {"read": "no"}).context["rows"]) == 12


def test_a_double_click_is_one_message_whose_two_links_both_work(desk: Desk, material: Any) -> None:
    client, version, uid = reachable(desk), carrying(desk), uuid4()
    for _twice in range(2):
        sent = {"text": version.pk, "material": material.pk, "uid": uid}
        assert browser_of(desk.advisor).post(drawer(client), sent).status_code == 302
    assert Message.objects.count() == 1
    body = Message.objects.get().body
    places = {kind: f"/{kind}/{body.split(f'/{kind}/', 1)[1].split('/', 1)[0]}/" for kind in "om"}
    assert Browser().get(places["m"]).status_code == 410
    send_due(desk.branch.pk, later(days=9999), ways=Provider())
    MaterialShare.objects.update(expires_at="2099-12-31T00:00:00Z")
    assert [Browser().get(place).status_code for place in places.values()] == [200, 200]
