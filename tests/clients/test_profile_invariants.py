"""`check_invariants` says when a card has lost its history or its owner."""

import pytest

from clients.models import CardChange, CommissionRate, Need
from clients.profile.invariants import broken_cards
from crm.models import Branch
from tests.clients.profile_firm import Editor, Firm, make_firm
from tests.crm import page_firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(db: None) -> Firm:
    found = make_firm()
    account = page_firm.account(found.client)
    Editor(found.advisor, found.client, "need").save(kind="valued", strength="2", source="面谈", noted_on="2026-11-02")
    rate = {"account": str(account.pk), "product": "etf", "rate_e6": "1", "minimum_fen": "0", "basis": "net"}
    Editor(found.advisor, found.client, "rate").save(**rate, from_day="2026-11-02")
    return found


def test_cards_that_were_written_by_the_pages_are_whole(firm: Firm) -> None:
    Editor(firm.advisor, firm.client, "need", Need.objects.get().pk).save(strength="3")
    assert list(broken_cards(firm.branch)) == []


def test_a_lost_history_and_a_strange_owner_are_said(firm: Firm) -> None:
    CardChange.objects.filter(card="need").delete()
    CommissionRate.objects.update(account=page_firm.account(firm.other, "880012340000"))
    there = Branch.objects.create(code="1102", name="望湖营业部")
    Need.objects.update(branch=there)
    assert list(broken_cards(firm.branch)) == ["1101: rate cards: 1 rows of accounts of another client"]
    assert list(broken_cards(there)) == [
        "1102: need cards: 1 rows without their whole history",
        "1102: need cards: 1 rows of clients of another branch",
    ]
