"""Points on screen: booked on the page of the client where compliance has switched them on, and missing where it has not."""

from uuid import uuid4

import pytest
from django.urls import reverse

from servicing.models import PointEntry
from tests.crm.access import same
from tests.crm.page_firm import browser_of, staff
from tests.servicing.loyalty_desk import LoyaltyDesk, make_desk, points_on
from tests.servicing.test_pages_loyalty import english, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> LoyaltyDesk:
    return make_desk()


def test_points_are_booked_where_they_are_on_and_missing_where_they_are_off(desk: LoyaltyDesk) -> None:
    who, browser = desk.person(), english(desk.advisor)
    address = reverse("book-points", args=[who.pk])
    assert browser.get(address).status_code == 404
    assert browser.post(address, {"uid": str(uuid4()), "kind": "event", "note": "两融讲座"}).status_code == 404
    points_on(desk)
    sent = {"uid": str(uuid4()), "kind": "event", "note": "两融讲座"}
    for _ in range(2):
        assert browser.post(address, sent).status_code == 302
    for wrong, words in (
        ({"kind": "spent", "points": "11", "note": "换书"}, "Only 10 points"),
        ({"kind": "spent", "note": "换书"}, "At least one"),
        ({"kind": "event", "note": "两融讲座"}, "already"),
        ({"kind": "referral"}, "left to reward"),
        ({"kind": "counter"}, "valid choice"),
    ):
        answer = browser.post(address, {"uid": str(uuid4()), **wrong})
        assert answer.status_code == 422, wrong
        assert words in answer.content.decode()
    entry = PointEntry.objects.get()
    shown = page(desk.advisor, reverse("client-detail", args=[who.pk]))
    assert "10 points" in shown
    assert "90 to the next level" in shown
    browser.post(reverse("counter-points", args=[entry.pk]), {"note": ""})
    assert PointEntry.objects.count() == 1
    browser.post(reverse("counter-points", args=[entry.pk]), {"note": "记错了"})
    assert PointEntry.objects.of_client(who).total() == 0
    told = page(desk.manager, reverse("client-detail", args=[who.pk]))
    assert "Points · counter entry" in told
    assert "记错了" in told


def test_a_foreign_client_has_no_points_to_book(desk: LoyaltyDesk) -> None:
    points_on(desk)
    who = desk.person()
    browser_of(desk.advisor).post(
        reverse("book-points", args=[who.pk]), {"uid": str(uuid4()), "kind": "event", "note": "两融讲座"}
    )
    entry = PointEntry.objects.get()
    for person in (desk.colleague, desk.compliance, staff("root", "admin")):
        browser = browser_of(person)
        assert browser.get(reverse("book-points", args=[who.pk])).status_code == 404
        answer = browser.post(reverse("counter-points", args=[entry.pk]), {"note": "记错了"})
        assert answer.status_code == 404
        assert same(answer.content) == same(
            browser.post(reverse("counter-points", args=[999_999]), {"note": "记错了"}).content
        )
    assert PointEntry.objects.count() == 1
