"""Cards about a client are edited in place: history, undo, and a second editor who is told (P3, P6, P7, P8)."""

import re

import pytest
from django.urls import reverse

from clients.models import Background, CardChange, CloseContact, Consent, HouseholdLink, Need, PreferenceCard
from clients.profile.contacts import open_phone
from crm.models import AuditEvent
from tests.clients.profile_firm import Editor, Firm, browser, make_firm
from tests.crm import page_firm

pytestmark = pytest.mark.django_db
PHONE = "16412345678"


@pytest.fixture
def firm(db: None) -> Firm:
    return make_firm()


def seat(firm: Firm) -> str:
    return PreferenceCard.objects.get(client=firm.client).seat


def test_an_advisor_writes_the_preferences_card_with_history_and_audit(firm: Firm) -> None:
    editor = Editor(firm.advisor, firm.client, "preferences")
    assert editor.save(seat="二楼 A07", taboos="2018 年的基金亏损") == 200
    assert "二楼 A07" in editor.html
    change = CardChange.objects.get()
    assert (change.before, change.staff, change.version) == (None, firm.advisor, 1)
    assert change.after["seat"] == "二楼 A07"
    event = AuditEvent.objects.get(action="add-card")
    assert event.detail["fields"] == ["seat", "drink", "call_time", "hobbies", "taboos"]
    assert "基金" not in str(event.detail)


def test_the_head_of_the_page_says_the_form_of_address_at_once_and_after_the_undo(firm: Firm) -> None:
    head = r'<span class="m2"\s+id="client-addressed"\s*(hx-swap-oob="true")?\s*(hidden)?>([^<]*)</span>'
    page = browser(firm.advisor).get(reverse("client-detail", args=[firm.client.pk])).content.decode()
    assert re.findall(head, page) == [("", "hidden", "")]
    editor = Editor(firm.advisor, firm.client, "person")
    assert editor.save(form_of_address="沈老师") == 200
    assert re.findall(head, editor.html) == [('hx-swap-oob="true"', "", "addressed as “沈老师”")]
    page = browser(firm.advisor).get(reverse("client-detail", args=[firm.client.pk])).content.decode()
    assert re.findall(head, page) == [("", "", "addressed as “沈老师”")]
    undone = editor.browser.post(editor.undo_address).content.decode()
    assert re.findall(head, undone) == [('hx-swap-oob="true"', "hidden", "")]


def test_saving_twice_is_once(firm: Firm) -> None:
    editor = Editor(firm.advisor, firm.client, "preferences")
    sent = {**editor.fields, "seat": "二楼 A07"}
    for _click in range(2):
        assert editor.browser.post(editor.address, sent).status_code == 200
    assert CardChange.objects.count() == PreferenceCard.objects.count() == 1


def test_a_second_editor_sees_both_versions_and_loses_no_text(firm: Firm) -> None:
    Editor(firm.advisor, firm.client, "preferences").save(seat="一楼", drink="温水", hobbies="钓鱼")
    first, second = (Editor(person, firm.client, "preferences") for person in (firm.advisor, firm.manager))
    first.save(seat="二楼", drink="龙井")
    assert second.save(seat="三楼", hobbies="围棋") == 422
    assert "员工advisor saved this meanwhile" in second.html
    for text in ("二楼", "三楼", "围棋", "龙井"):
        assert text in second.html
    assert seat(firm) == "二楼"
    # keep mine: what the second did not touch stays as the first wrote it
    assert second.save() == 200
    card = PreferenceCard.objects.get()
    assert (card.seat, card.drink, card.hobbies, card.version) == ("三楼", "龙井", "围棋", 3)


def test_a_third_edit_while_the_second_decides_is_told_too(firm: Firm) -> None:
    Editor(firm.advisor, firm.client, "preferences").save(seat="一楼")
    second = Editor(firm.manager, firm.client, "preferences")
    Editor(firm.advisor, firm.client, "preferences").save(seat="二楼")
    assert second.save(seat="三楼") == 422
    Editor(firm.advisor, firm.client, "preferences").save(seat="四楼")
    assert second.save() == 422
    assert "四楼" in second.html
    assert seat(firm) == "四楼"
    assert second.save() == 200
    assert seat(firm) == "三楼"


def test_two_first_words_on_one_card_are_a_conflict_too(firm: Firm) -> None:
    first, second = (Editor(person, firm.client, "preferences") for person in (firm.advisor, firm.manager))
    first.save(seat="二楼")
    assert second.save(seat="三楼") == 422
    assert seat(firm) == "二楼"


def test_who_changed_nothing_overwrites_nothing(firm: Firm) -> None:
    Editor(firm.advisor, firm.client, "preferences").save(seat="一楼")
    idle = Editor(firm.manager, firm.client, "preferences")
    Editor(firm.advisor, firm.client, "preferences").save(seat="二楼")
    assert idle.save() == 200
    assert seat(firm) == "二楼"
    assert CardChange.objects.count() == 2


def test_the_last_edit_is_undone_and_only_the_last(firm: Firm) -> None:
    Editor(firm.advisor, firm.client, "preferences").save(seat="一楼")
    edit = Editor(firm.advisor, firm.client, "preferences")
    edit.save(seat="二楼")
    undo = edit.undo_address
    assert browser(firm.advisor).post(undo).status_code == 200
    assert seat(firm) == "一楼"
    again = browser(firm.advisor).post(undo)
    assert again.status_code == 422
    assert "nothing was undone" in again.content.decode()
    assert seat(firm) == "一楼"
    assert AuditEvent.objects.filter(action="undo-card").count() == 1


def test_an_undone_first_word_leaves_an_empty_card(firm: Firm) -> None:
    edit = Editor(firm.advisor, firm.client, "preferences")
    edit.save(seat="一楼")
    browser(firm.advisor).post(edit.undo_address)
    assert seat(firm) == ""


def test_a_need_is_withdrawn_kept_in_the_history_and_comes_back_by_undo(firm: Firm) -> None:
    Editor(firm.advisor, firm.client, "need").save(kind="learning", strength="3", source="面谈", noted_on="2026-11-02")
    need = Need.objects.get()
    open_form = Editor(firm.advisor, firm.client, "need", need.pk)
    address = reverse("withdraw-card", args=[firm.client.pk, "need", need.pk])
    for _click in range(2):
        response = open_form.browser.post(address, open_form.fields)
        assert response.status_code == 200
    assert not Need.objects.standing().exists()
    told = open_form.browser.get(reverse("card-history", args=[firm.client.pk, "need"])).content.decode()
    assert "withdrew it" in told
    assert "learning to trade" in told
    change = CardChange.objects.get(after__isnull=True, card="need")
    browser(firm.advisor).post(reverse("undo-card", args=[firm.client.pk, "need", change.pk]))
    assert Need.objects.standing().get().strength == 3


def test_a_row_that_somebody_edited_is_not_withdrawn_unseen(firm: Firm) -> None:
    Editor(firm.advisor, firm.client, "need").save(kind="learning", strength="1", source="面谈", noted_on="2026-11-02")
    need = Need.objects.get()
    stale = Editor(firm.manager, firm.client, "need", need.pk)
    Editor(firm.advisor, firm.client, "need", need.pk).save(strength="3")
    response = stale.browser.post(reverse("withdraw-card", args=[firm.client.pk, "need", need.pk]), stale.fields)
    assert response.status_code == 422
    assert "It was not withdrawn" in response.content.decode()
    assert Need.objects.standing().get().strength == 3


def test_text_typed_into_a_withdrawn_row_is_kept_and_can_be_written_anew(firm: Firm) -> None:
    Editor(firm.advisor, firm.client, "contact").save(name="贺兰亭", relation="introducer")
    contact = CloseContact.objects.get()
    late = Editor(firm.manager, firm.client, "contact", contact.pk)
    early = Editor(firm.advisor, firm.client, "contact", contact.pk)
    early.browser.post(reverse("withdraw-card", args=[firm.client.pk, "contact", contact.pk]), early.fields)
    assert late.save(can_tell="书法同好") == 422
    assert "书法同好" in late.html
    assert late.save() == 200
    assert CloseContact.objects.standing().get().can_tell == "书法同好"


def test_the_phone_of_a_contact_is_sealed_masked_and_kept_when_left_empty(firm: Firm) -> None:
    editor = Editor(firm.advisor, firm.client, "contact")
    sent = {**editor.fields, "name": "贺兰亭", "relation": "introducer", "phone": PHONE}
    for _click in range(2):
        editor.html = editor.browser.post(editor.address, sent).content.decode()
    contact = CloseContact.objects.get()
    assert open_phone(contact) == PHONE
    assert PHONE not in contact.phone_sealed
    assert PHONE not in str(CardChange.objects.get().after)
    assert PHONE not in str(list(AuditEvent.objects.values_list("detail", flat=True)))
    form = Editor(firm.advisor, firm.client, "contact", contact.pk)
    assert PHONE not in form.html
    assert "164••••5678" in form.html
    form.save(can_tell="只谈行程")
    contact.refresh_from_db()
    assert (open_phone(contact), contact.can_tell) == (PHONE, "只谈行程")
    assert PHONE not in browser(firm.advisor).get(reverse("client-detail", args=[firm.client.pk])).content.decode()


def test_a_reveal_of_a_contacts_phone_leaves_an_audit_row(firm: Firm) -> None:
    Editor(firm.advisor, firm.client, "contact").save(name="贺兰亭", relation="introducer", phone=PHONE)
    contact = CloseContact.objects.get()
    address = reverse("reveal-contact-field", args=[firm.client.pk, "phone", contact.pk])
    assert PHONE not in browser(firm.advisor).get(address).content.decode()
    assert PHONE in browser(firm.advisor).post(address, {"reason": "asked for"}).content.decode()
    event = AuditEvent.objects.get(action="reveal")
    assert (event.table, event.key) == ("clients_closecontact", str(contact.pk))


def test_a_household_link_is_one_from_either_end(firm: Firm) -> None:
    first, second = (Editor(firm.advisor, client, "household") for client in (firm.client, firm.other))
    assert first.save(other=str(firm.other.pk), relation="parent") == 200
    assert second.save(other=str(firm.client.pk), relation="parent") == 200
    assert HouseholdLink.objects.count() == 1
    page = browser(firm.advisor).get(reverse("client-detail", args=[firm.other.pk])).content.decode()
    assert "沈慕云" in page.split('id="card-household"')[1]


def test_only_clients_of_the_branch_whom_the_editor_sees_are_found_and_linked(firm: Firm) -> None:
    colleague = page_firm.staff("colleague", "advisor", firm.branch)
    foreign = page_firm.client(firm.branch, "沈客", advisor=colleague)
    found = browser(firm.advisor).get(reverse("find-relatives", args=[firm.client.pk]), {"q": "沈"}).content.decode()
    assert "沈知夏" in found
    for name in ("沈慕云", "沈客"):
        assert name not in found
    for pk in (foreign.pk, firm.client.pk, 999_999):
        editor = Editor(firm.advisor, firm.client, "household")
        assert editor.save(other=str(pk), relation="parent") == 422
        assert "choose a client of the list" in editor.html
    assert not HouseholdLink.objects.exists()


def test_a_linked_client_of_a_colleague_is_not_named(firm: Firm) -> None:
    colleague = page_firm.staff("colleague", "advisor", firm.branch)
    theirs = page_firm.client(firm.branch, "尉迟远", advisor=colleague)
    Editor(firm.manager, firm.client, "household").save(other=str(theirs.pk), relation="business")
    address = reverse("client-detail", args=[firm.client.pk])
    assert "尉迟远" in browser(firm.manager).get(address).content.decode()
    page = browser(firm.advisor).get(address).content.decode()
    assert "尉迟远" not in page
    assert "a client of a colleague" in page
    theirs.is_restricted = True
    theirs.save()
    assert "company and owner" not in browser(firm.advisor).get(address).content.decode()


def test_a_later_word_on_a_need_supersedes_the_earlier(firm: Firm) -> None:
    for day, strength in (("2026-11-02", "1"), ("2026-11-09", "3")):
        Editor(firm.advisor, firm.client, "need").save(kind="valued", strength=strength, source="面谈", noted_on=day)
    page = browser(firm.advisor).get(reverse("client-detail", args=[firm.client.pk])).content.decode()
    told = page.split('id="card-need"')[1].split("</section>")[0]
    assert "2026-11-09" in told
    assert "2026-11-02" not in told
    assert Need.objects.standing().count() == 2


def test_consent_is_a_word_with_a_day_and_a_source_for_each_channel(firm: Firm) -> None:
    editor = Editor(firm.advisor, firm.client, "consent")
    assert editor.save(phone="given", quiet_from="21:00") == 422
    assert editor.html.count("Please say when and how the client said so.") == 2
    assert "Quiet hours need both ends." in editor.html
    said = {"phone_on": "2026-11-02", "phone_source": "授权书", "email": "refused", "email_on": "2026-11-02"}
    assert editor.save(**said, email_source="电话", quiet_until="08:30") == 200
    assert "21:00–8:30 do not disturb" in editor.html
    consent = Consent.objects.get()
    assert (consent.phone, consent.email, consent.sms) == ("given", "refused", "")


def test_the_share_of_wallet_says_as_of_when_and_is_exact(firm: Firm) -> None:
    editor = Editor(firm.advisor, firm.client, "background")
    assert editor.save(wallet_share_e4="61.25%", elsewhere_fen="4,000,000.05") == 422
    assert editor.save(elsewhere_on="2026-11-02", elsewhere_source="客户口述", is_strategic="on") == 200
    row = Background.objects.get()
    assert (row.wallet_share_e4, row.elsewhere_fen, row.is_strategic) == (6125, 4_000_000_05, True)
    assert "61.25%" in editor.html
    assert "¥4,000,000.05" in editor.html
