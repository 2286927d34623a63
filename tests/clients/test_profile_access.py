"""Who reads and who edits the cards of a client; somebody else's are missing, and masked roles read no names."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from clients.models import CloseContact, CommissionRate, Consent, Need
from clients.profile import consent_chips, profile_cards
from crm.models import Branch, Staff
from tests.clients.profile_firm import Editor, Firm, browser, make_firm
from tests.crm import page_firm
from tests.crm.access import same

pytestmark = pytest.mark.django_db
CARDS = ("person", "preferences", "background", "consent", "contact", "household", "need", "permission", "rate")


@pytest.fixture
def firm(db: None) -> Firm:
    found = make_firm()
    Editor(found.advisor, found.client, "contact").save(name="贺兰亭", relation="introducer", phone="16412345678")
    Editor(found.advisor, found.client, "person").save(form_of_address="沈老师", email="shen.muyun@example.com")
    return found


def people(firm: Firm) -> dict[str, Staff]:
    there = Branch.objects.create(code="1102", name="望湖营业部")
    return {
        "colleague": page_firm.staff("colleague", "advisor", firm.branch),
        "manager_elsewhere": page_firm.staff("elsewhere", "manager", there),
        "admin": page_firm.staff("admin", "admin"),
        "compliance": page_firm.staff("compliance", "compliance"),
    }


def addresses(pk: int, contact: int) -> dict[str, Callable[[Staff], object]]:
    """Every way to touch a card, by what it does."""
    paths = {f"form {card}": reverse("add-card", args=[pk, card]) for card in CARDS}
    paths |= {"row": reverse("edit-card", args=[pk, "contact", contact])}
    paths |= {"find": reverse("find-relatives", args=[pk])}
    posts = {
        "save": reverse("add-card", args=[pk, "preferences"]),
        "save row": reverse("edit-card", args=[pk, "contact", contact]),
        "withdraw": reverse("withdraw-card", args=[pk, "contact", contact]),
        "undo": reverse("undo-card", args=[pk, "contact", 1]),
    }
    gets = {name: (lambda who, path=path: browser(who).get(path)) for name, path in paths.items()}
    return gets | {
        name: (lambda who, path=path: browser(who).post(path, {"seat": "x"})) for name, path in posts.items()
    }


def test_nobody_but_the_advisor_and_the_manager_of_the_branch_edits(firm: Firm) -> None:
    contact = CloseContact.objects.get()
    here, missing = addresses(firm.client.pk, contact.pk), addresses(999_999, contact.pk)
    for who, person in people(firm).items():
        for what in here:
            answer, nothing = here[what](person), missing[what](person)
            assert answer.status_code == nothing.status_code == 404, f"{who}: {what}"
            assert same(answer.content) == same(nothing.content)
    contact.refresh_from_db()
    assert (contact.version, contact.withdrawn_at) == (1, None)
    for person in (firm.advisor, firm.manager):
        for card in CARDS:
            assert browser(person).get(reverse("add-card", args=[firm.client.pk, card])).status_code == 200


def test_the_phone_of_a_contact_is_revealed_to_those_who_see_the_client(firm: Firm) -> None:
    contact = CloseContact.objects.get()
    allowed = {"compliance": people(firm)["compliance"], "advisor": firm.advisor, "manager": firm.manager}
    others = {who: Staff.objects.get(username=who) for who in ("colleague", "elsewhere", "admin")}
    for who, person in (allowed | others).items():
        for pk in (firm.client.pk, firm.other.pk, 999_999):
            for field in ("phone", "name"):
                address = reverse("reveal-contact-field", args=[pk, field, contact.pk])
                answer = browser(person).post(address, {"reason": "asked for"})
                is_allowed = who in allowed and pk == firm.client.pk and field == "phone"
                assert answer.status_code == (200 if is_allowed else 404), f"{who} {pk} {field}"


def test_a_row_is_reached_through_its_own_client_only(firm: Firm) -> None:
    contact = CloseContact.objects.get()
    through_another = addresses(firm.other.pk, contact.pk)
    for what in ("row", "save row", "withdraw", "undo"):
        assert through_another[what](firm.advisor).status_code == 404, what
    for card in ("preferences", "need", "nonsense"):
        assert browser(firm.advisor).get(reverse("edit-card", args=[firm.client.pk, card, 999])).status_code == 404
    assert browser(firm.advisor).get(reverse("card-history", args=[firm.client.pk, "nonsense"])).status_code == 404


def test_compliance_reads_masked_and_finds_nothing_to_edit(firm: Firm) -> None:
    reader = people(firm)["compliance"]
    pk = firm.client.pk
    pages = [reverse("client-detail", args=[pk]), reverse("arrival-card", args=[pk])]
    pages += [reverse("card-history", args=[pk, card]) for card in CARDS]
    for address in pages:
        html = browser(reader).get(address).content.decode()
        for secret in ("贺兰亭", "沈老师", "shen.muyun", "16412345678"):
            assert secret not in html, address
        assert "data-drawer" not in html or "/cards/preferences/&quot;" not in html
    page = browser(reader).get(pages[0]).content.decode()
    assert "贺••" in page
    assert reverse("add-card", args=[pk, "preferences"]) + '"' not in page
    assert "员工advisor" in browser(reader).get(reverse("card-history", args=[pk, "contact"])).content.decode()


def test_the_cards_are_read_in_six_queries_whatever_they_hold(
    firm: Firm, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    account = page_firm.account(firm.client)
    for number in range(1, 9):
        day = f"2026-11-{number:02d}"
        Editor(firm.advisor, firm.client, "need").save(kind="valued", strength="2", source="面谈", noted_on=day)
        rate = {"account": str(account.pk), "product": "etf", "rate_e6": "1", "minimum_fen": "0", "basis": "net"}
        Editor(firm.advisor, firm.client, "rate").save(**rate, from_day=day)
        relative = page_firm.client(firm.branch, "沈某", advisor=firm.advisor)
        Editor(firm.advisor, firm.client, "household").save(other=str(relative.pk), relation="siblings")
        Editor(firm.advisor, firm.client, "contact").save(name=f"某{number}", relation="child")
    with django_assert_max_num_queries(6):
        found = profile_cards(firm.client, firm.advisor, today=page_firm.DAY)
    assert (len(found["contacts"]), len(found["household"])) == (9, 8)
    assert Need.objects.count() == CommissionRate.objects.count() == 8
    with django_assert_max_num_queries(1):
        assert [chip.mark for chip in consent_chips(firm.client)] == [""] * 5
    assert not Consent.objects.exists()


def test_an_empty_card_says_what_to_do_next(firm: Firm) -> None:
    page = browser(firm.advisor).get(reverse("client-detail", args=[firm.other.pk])).content.decode()
    profile = page.split('id="profile"')[1]
    for card in ("preferences", "background", "contact", "household", "need", "permission", "rate"):
        part = profile.split(f'id="card-{card}"')[1].split("</section>")[0]
        assert part.count(reverse("add-card", args=[firm.other.pk, card]) + '"') == 2, card
    assert profile.count("· not asked") == 5
