"""Loyalty on screen: the map and the lists behind it, the client's panel, referrals from the form to the account, points."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clients.grants import grant_until_evening
from clients.models import Client
from crm.models import AuditEvent, Staff
from segmentation.models import Standing
from servicing.complaints.receiving import Given, receive_complaint
from servicing.models import Referral
from servicing.referrals.working import contact_referral, lose_referral
from tests.crm.access import EVERYBODY, same
from tests.crm.access import browser_of as cast_browser
from tests.crm.cast import make_cast
from tests.crm.page_firm import browser_of, client
from tests.servicing.desk import AT, DAY
from tests.servicing.loyalty_desk import PHONE, LoyaltyDesk, make_desk, points_on

pytestmark = pytest.mark.django_db
MAP, LIST = reverse("loyalty-map"), reverse("referral-list")
SEEN, WRITERS = {"advisor", "manager", "compliance"}, {"advisor", "manager"}


@pytest.fixture
def desk() -> LoyaltyDesk:
    return make_desk()


def english(person: Staff) -> Browser:
    browser = browser_of(person)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def page(person: Staff, address: str) -> str:
    return english(person).get(address).content.decode()


def fields(**more: object) -> dict[str, Any]:
    return {"uid": str(uuid4()), "name": "公冶明远", "may_call": "on", "phone": PHONE, **more}


def test_each_number_of_the_map_opens_the_clients_behind_it(desk: LoyaltyDesk) -> None:
    both, neither = desk.person(), desk.person(("main",), opened_on=DAY, standing={"churn_score": 0.9})
    desk.person(advisor=desk.colleague)
    desk.keep()
    context = english(desk.manager).get(MAP).context
    places = {cell.code: cell for cell in context["places"]}
    steps = {cell.code: cell for cell in context["steps"]}
    assert {code: cell.sums.clients for code, cell in places.items()} == {
        "both": 2,
        "lasting": 0,
        "neither": 1,
        "depending": 0,
    }
    for cell in (*places.values(), *steps.values()):
        rows = english(desk.manager).get(cell.href).context["totals"]
        assert rows.count == cell.sums.clients, cell.code
    own = english(desk.advisor).get(MAP).context["places"]
    assert {cell.code: cell.sums.clients for cell in own}["both"] == 1
    shown = english(desk.advisor).get(places["both"].href).content.decode()
    assert both.client_number in shown
    assert neither.client_number not in shown


def test_before_the_first_night_the_map_says_so(desk: LoyaltyDesk) -> None:
    assert "No map yet" in page(desk.manager, MAP)


def test_another_branch_is_a_missing_one(desk: LoyaltyDesk) -> None:
    assert browser_of(desk.manager).get(f"{MAP}?branch=9999").status_code == 404


def test_the_clients_page_says_what_is_reached_and_what_is_missing(desk: LoyaltyDesk) -> None:
    who = desk.person(("main", "etf"))
    desk.keep()
    shown = page(desk.manager, reverse("client-detail", args=[who.pk]))
    assert "1 more is missing" in shown
    assert "nobody has asked the client yet" in shown
    assert "11 years with us, asked for 3" in shown
    assert "brought in 0, asked for 1" in shown
    assert "Points are off" in shown


def test_the_clients_page_tells_the_score_of_the_night_itself(desk: LoyaltyDesk) -> None:
    who = desk.person()
    desk.keep()
    Standing.objects.filter(client=who).update(churn_score=0.07)
    desk.keep()
    context = english(desk.manager).get(reverse("client-detail", args=[who.pk])).context
    assert context["loyalty"]["lasting"] == 97  # (100 + 93) / 2 = 96.5
    assert "93% likely to stay" in context["loyalty"]["lasting_words"]


def test_the_person_complained_about_reads_no_sign_of_it_and_the_manager_does(desk: LoyaltyDesk) -> None:
    who = desk.person()
    given = Given("conduct", "serious", "没有人回电", desk.advisor)
    receive_complaint(desk.branch, given, client=who, how="phone", uid=uuid4(), at=AT, by=desk.manager)
    desk.keep()
    address = reverse("client-detail", args=[who.pk])
    assert "a complaint is open" in page(desk.manager, address)
    assert "a complaint is open" not in page(desk.advisor, address)
    listed = f"{reverse('client-list')}?f=ladder:none"
    assert who.client_number in page(desk.manager, listed)
    assert who.client_number not in page(desk.advisor, listed)


def test_a_referral_goes_from_the_form_to_the_account(desk: LoyaltyDesk) -> None:
    who, browser = desk.person(), english(desk.advisor)
    sent = fields(note="牌友")
    for _ in range(2):  # a double click
        assert browser.post(reverse("name-referral", args=[who.pk]), sent).status_code == 302
    row = Referral.objects.get()
    detail = reverse("referral-detail", args=[row.pk])
    assert PHONE not in browser.get(detail).content.decode()
    browser.post(reverse("contact-referral", args=[row.pk]))
    new = client(desk.branch, "公冶明远", advisor=desk.advisor, opened_on=timezone.localdate() + timedelta(days=1))
    Referral.objects.update(named_on=timezone.localdate())
    missing = browser.post(reverse("open-referral", args=[row.pk]), {"client": "没有这个人"})
    assert missing.status_code == 422
    assert "no client of this name" in missing.content.decode()
    assert browser.post(reverse("open-referral", args=[row.pk]), {"client": new.client_number}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.client) == ("opened", new)
    assert "Recommended us to 公冶明远" in page(desk.advisor, reverse("client-detail", args=[who.pk]))
    assert "came by" in page(desk.advisor, reverse("client-detail", args=[new.pk]))


def test_what_is_wrong_is_told_beside_its_field(desk: LoyaltyDesk) -> None:
    browser, address = english(desk.advisor), reverse("name-referral", args=[desk.person().pk])
    for wrong, words in (
        (fields(may_call=""), "only of who agreed"),
        (fields(phone="12"), "telephone number"),
        (fields(next_step="约见"), "until when"),
        (fields(name=""), "This field is required"),
        (fields(next_on="2026-02-31", next_step="约见"), "valid date"),
    ):
        answer = browser.post(address, wrong)
        assert answer.status_code == 422, wrong
        assert words in answer.content.decode()
    assert not Referral.objects.exists()
    row = desk.recommend(desk.person())
    lost = browser.post(reverse("lose-referral", args=[row.pk]), {"reason": "other", "reason_text": ""})
    assert lost.status_code == 422
    assert "few words" in lost.content.decode()


def test_a_second_editor_sees_what_the_first_one_saved_and_may_keep_their_own(desk: LoyaltyDesk) -> None:
    row = desk.recommend(desk.person())
    address = reverse("edit-referral", args=[row.pk])
    mine = fields(uid=str(row.uid), version="1", note="先到先得", phone="")
    assert english(desk.manager).post(address, mine).status_code == 302
    browser = english(desk.advisor)
    theirs = browser.post(address, fields(uid=str(row.uid), version="1", note="晚了一步", phone=""))
    assert theirs.status_code == 422
    assert "Somebody else saved this referral" in theirs.content.decode()
    assert "先到先得" in theirs.content.decode()
    again = fields(uid=str(row.uid), version=theirs.context["form"]["version"].value(), note="晚了一步", phone="")
    assert browser.post(address, again).status_code == 302
    row.refresh_from_db()
    assert row.note == "晚了一步"


def test_what_somebody_else_did_meanwhile_is_told(desk: LoyaltyDesk) -> None:
    row = desk.recommend(desk.person())
    lose_referral(row, "price", by=desk.manager, at=AT)
    answer = english(desk.advisor).post(reverse("contact-referral", args=[row.pk]), follow=True)
    assert "stands as: lost" in answer.content.decode()


def test_compliance_reads_masked_and_writes_nothing(desk: LoyaltyDesk) -> None:
    row = desk.recommend(desk.person(name="沈慕云"), note="公冶明远想开两融")
    for address in (LIST, reverse("referral-detail", args=[row.pk])):
        shown = page(desk.compliance, address)
        assert "公冶明远" not in shown
        assert "沈慕云" not in shown
    assert "公••" in page(desk.compliance, LIST)


def test_who_is_hidden_is_read_by_compliance_alone(desk: LoyaltyDesk) -> None:
    row = desk.recommend(desk.person(), note="公冶明远的邻居")
    lose_referral(row, "price", text="公冶明远嫌贵", by=desk.advisor, at=AT)
    Referral.objects.update(is_restricted=True)
    shown = page(desk.manager, reverse("referral-detail", args=[row.pk]))
    assert "公冶明远" not in shown
    assert "5678" not in shown
    assert browser_of(desk.manager).get(reverse("edit-referral", args=[row.pk])).status_code == 404
    assert browser_of(desk.manager).get(reverse("reveal-referral-phone", args=[row.pk])).status_code == 404
    assert browser_of(desk.compliance).get(reverse("reveal-referral-phone", args=[row.pk])).status_code == 200


def test_a_phone_is_shown_after_a_reason_and_an_audit_row(desk: LoyaltyDesk) -> None:
    row = desk.recommend(desk.person())
    address = reverse("reveal-referral-phone", args=[row.pk])
    assert browser_of(desk.advisor).post(address, {"reason": ""}).status_code == 422
    assert PHONE in browser_of(desk.advisor).post(address, {"reason": "约见面"}).content.decode()
    told = AuditEvent.objects.get(action="reveal")
    assert (told.table, told.key) == ("servicing_referral", str(row.pk))
    assert PHONE not in str(told.detail)


ROUTES = [
    ("referral-detail", "get", SEEN),
    ("reveal-referral-phone", "get", SEEN),
    ("reveal-referral-phone", "post", SEEN),
    ("edit-referral", "get", WRITERS),
    ("edit-referral", "post", WRITERS),
    ("contact-referral", "post", WRITERS),
    ("open-referral", "post", WRITERS),
    ("lose-referral", "post", WRITERS),
    ("reopen-referral", "post", WRITERS),
]


def test_a_foreign_referral_is_a_missing_one() -> None:
    cast = make_cast()
    who = cast.clients["own"]
    desk = LoyaltyDesk(
        who.branch,
        *(cast.staff[name] for name in ("advisor", "colleague", "manager", "compliance")),
        cast.nights["1101"],
    )
    row = desk.recommend(who)
    for person in sorted(EVERYBODY):
        browser = cast_browser(cast, person)
        for route, method, allowed in ROUTES:
            answer = getattr(browser, method)(reverse(route, args=[row.pk]))
            assert (answer.status_code != 404) == (person in allowed), f"{person} on {route}: {answer.status_code}"
            assert answer.status_code < 500
            missing = getattr(browser, method)(reverse(route, args=[999_999]))
            assert missing.status_code == 404
            if person not in allowed:
                assert same(answer.content) == same(missing.content)


def test_nobody_is_linked_to_a_client_whom_they_do_not_see(desk: LoyaltyDesk) -> None:
    row = desk.recommend(desk.person())
    foreign = client(desk.branch, "别人", advisor=desk.colleague, opened_on=DAY + timedelta(days=1))
    address = reverse("open-referral", args=[row.pk])
    assert browser_of(desk.advisor).post(address, {"client": foreign.client_number}).status_code == 422
    assert browser_of(desk.manager).post(address, {"client": foreign.client_number}).status_code == 302


def test_filters_show_what_they_say(desk: LoyaltyDesk) -> None:
    stays, leaves = desk.person(), desk.person()
    named, spoken, lost, orphan = (
        desk.recommend(who, f"公冶{n}") for n, who in zip("甲乙丙丁", (stays, stays, stays, leaves), strict=True)
    )
    contact_referral(spoken, by=desk.advisor, at=AT)
    Referral.objects.filter(pk=spoken.pk).update(next_step="约见", next_on=DAY - timedelta(days=400))
    lose_referral(lost, "price", by=desk.advisor, at=AT)
    Client.objects.filter(pk=leaves.pk).update(closed_on=DAY)
    for state, rows in {
        "": {named, spoken, orphan}, "named": {named, orphan}, "contacted": {spoken}, "late": {spoken}, "lost": {lost},
        "opened": set(), "left": {orphan}, "rubbish": {named, spoken, orphan},
    }.items():  # fmt: skip
        shown = browser_of(desk.manager).get(LIST, {"state": state}).context["rows"]
        assert {told.row for told in shown} == rows, state
    assert [told.row.name for told in browser_of(desk.colleague).get(LIST).context["rows"]] == []
    Referral.objects.filter(pk=lost.pk).update(named_on=timezone.localdate() - timedelta(days=400))
    for stat in (
        browser_of(desk.manager).get(LIST).context["stats"]
    ):  # of twelve months, and so are the rows behind them
        rows = browser_of(desk.manager).get(stat["href"]).context["rows"] if "href" in stat else [None] * 3
        assert int(stat["figure"]) == len(rows), stat["label"]


def test_a_list_asks_as_much_whatever_its_length(
    desk: LoyaltyDesk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    who = desk.person()
    for number in range(60):
        desk.recommend(who, f"公冶{number}", phone="", may_call=False)
    browser = browser_of(desk.manager)
    with django_assert_max_num_queries(8):
        shown = browser.get(LIST)
    assert len(shown.context["rows"]) == 50
    assert shown.context["next_url"]
    assert len(browser.get(shown.context["next_url"]).context["rows"]) == 10


def test_who_received_the_client_today_is_offered_nothing_they_may_not_do(desk: LoyaltyDesk) -> None:
    points_on(desk)
    who = desk.person()
    desk.recommend(who)
    this_morning = datetime.combine(timezone.localdate(), time(), timezone.get_default_timezone())
    grant_until_evening(who, to=desk.colleague, key="x", reason="到店", by=desk.advisor, at=this_morning)
    address = reverse("client-detail", args=[who.pk])
    for offered in ("Note a referral", "Book points", reverse("referral-detail", args=[Referral.objects.get().pk])):
        assert offered in page(desk.advisor, address)
        assert offered not in page(desk.colleague, address)
