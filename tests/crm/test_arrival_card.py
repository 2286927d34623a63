"""Client X is here: one page says how to address them, what they like, what we promised, what was said last (S16)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from clients.models import CardChange, Consent
from crm.demo.cards_of_clients import write_cards
from servicing.models import Contact, Promise
from tests.clients.profile_firm import Editor, Firm, browser, make_firm
from tests.crm import page_firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(db: None) -> Firm:
    return make_firm()


def talk(firm: Firm, summary: str, days_ago: int) -> Contact:
    at = page_firm.NOW - timedelta(days=days_ago)
    common = {"branch": firm.branch, "client": firm.client, "staff": firm.advisor, "recorded_at": at}
    return Contact.objects.create(happened_at=at, channel="phone", summary=summary, **common)


def promise(firm: Firm, contact: Contact, text: str, state: str = "open") -> None:
    common = {"branch": firm.branch, "client": firm.client, "contact": contact, "owner": firm.advisor}
    Promise.objects.create(text=text, due_on=date(2026, 11, 23), state=state, **common)


def test_the_arrival_card_has_what_the_colleague_needs(firm: Firm) -> None:
    Editor(firm.advisor, firm.client, "person").save(form_of_address="沈老师")
    Editor(firm.advisor, firm.client, "preferences").save(seat="二楼 A07", taboos="基金亏损")
    talks = [talk(firm, f"第{number}次谈话", number) for number in range(1, 5)]
    Contact.objects.filter(pk=talks[0].pk).update(withdrawn_at=page_firm.NOW)
    talk(firm, "第五次谈话", 40)
    promise(firm, talks[1], "寄中期策略纸质版")
    promise(firm, talks[1], "已经办完的事", "kept")
    html = browser(firm.manager).get(reverse("arrival-card", args=[firm.client.pk])).content.decode()
    for text in ("沈老师", "二楼 A07", "基金亏损", "寄中期策略纸质版", "第2次谈话", "第3次谈话", "第4次谈话"):
        assert text in html
    for text in ("第1次谈话", "第五次谈话", "已经办完的事"):
        assert text not in html


def test_the_demonstration_writes_its_cards_once(firm: Firm) -> None:
    night = page_firm.night(firm.branch)
    for client in (firm.client, firm.other):
        page_firm.account(client, client.client_number)
        page_firm.stand(night, client)
    written = write_cards(at=page_firm.NOW, seed=1)
    assert written == CardChange.objects.count() > 10
    assert write_cards(at=page_firm.NOW, seed=1) == 0
    assert Consent.objects.count() == 2
    assert not CardChange.objects.filter(at__gt=page_firm.NOW).exists()
    assert browser(firm.advisor).get(reverse("client-detail", args=[firm.client.pk])).status_code == 200
