"""The timeline page by page: filters, places and what a page costs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from clients.models import CashTransfer
from crm.lib.keyset import BadCursor
from crm.models import Branch, Staff
from crm.pages.timeline.events import place_of
from crm.pages.timeline.reading import read_page, sources_of
from tests.crm.page_firm import DAY, NOW, account, browser_of, client, night, staff, stand
from tests.crm.timeline_facts import FRAGMENT, IN_ENGLISH, KINDS, contact, fact, happened, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def boss(branch: Branch) -> Staff:
    return staff("boss", "manager", branch)


def test_the_filters_stand_in_the_address_with_their_counts(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    own = account(who)
    for n in range(3):
        trade(own, DAY - timedelta(days=n), n)
    CashTransfer.objects.create(**fact(own), moved_on=DAY, transfer_key="1", amount_minor=-30_000_000, bank="临江银行")
    contact(who, boss, NOW)
    page = browser_of(boss).get(reverse("client-detail", args=[who.pk]), {"show": "transfers"}, headers=IN_ENGLISH)
    body = page.content.decode()
    assert {str(chip.label): (chip.words, chip.is_on) for chip in page.context["chips"]} == {
        "All": ("5", False),
        "Trades": ("3", False),
        "Transfers": ("1", True),
        "Contacts": ("1", False),
    }
    assert "−300,000.00" in body
    assert "临江银行" in body
    assert body.count('class="ev"') == 1
    turned = {str(chip.label): chip.page_url for chip in page.context["chips"]}
    assert turned["Trades"].endswith("?show=trades,transfers")
    assert turned["Transfers"] == reverse("client-detail", args=[who.pk])
    unknown = browser_of(boss).get(reverse("client-timeline", args=[who.pk]), {"show": "nonsense,"}, headers=FRAGMENT)
    assert unknown.content.decode().count('class="ev"') == 5


def test_older_events_follow_by_the_address_of_the_button(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    own = account(who)
    for n in range(70):
        trade(own, DAY - timedelta(days=n), n)
    browser, seen = browser_of(boss), []
    response = browser.get(reverse("client-detail", args=[who.pk]), {"show": "trades"})
    while True:
        seen += [event.place.day for event in response.context["timeline"].events]
        older = response.context["older_url"]
        if not older:
            break
        assert "show=trades" in older
        response = browser.get(older, headers=FRAGMENT)
        assert b"<html" not in response.content
    assert seen == [DAY - timedelta(days=n) for n in range(70)]


def test_a_page_that_begins_within_a_day_does_not_write_the_day_again(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    for n in range(35):
        contact(who, boss, NOW + timedelta(minutes=n))
    browser = browser_of(boss)
    first = browser.get(reverse("client-timeline", args=[who.pk]), headers=FRAGMENT)
    rest = browser.get(first.context["older_url"], headers=FRAGMENT).content.decode()
    assert first.content.decode().count('class="day"') == 1
    assert rest.count('class="ev"') == 5
    assert rest.count('class="day"') == 0


@pytest.mark.parametrize(
    "place",
    ["junk", "2026-11-20~trade~0", "2026-11-20~nobody~0~1", "2026-13-20~trade~0~1", "9999-12-31~trade~0~1",
     f"2026-11-20~contact~{10**30}~1", f"2026-11-20~cash~0~{2**70}", "2026-11-20~cash~x~1", "2026-11-20~audit~0~1"],
)  # fmt: skip
def test_a_place_that_no_page_wrote_is_missing(branch: Branch, boss: Staff, place: str) -> None:
    who = client(branch)
    address = reverse("client-timeline", args=[who.pk])
    for headers in (FRAGMENT, {}):
        assert browser_of(boss).get(address, {"after": place}, headers=headers).status_code == 404
    with pytest.raises(BadCursor):
        read_page(sources_of(who, boss), after=place)


def test_counting_stops_at_a_limit_and_says_so(branch: Branch, boss: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.pages.timeline.reading.COUNTED_TO", 3)
    who = client(branch)
    for n in range(5):
        contact(who, boss, NOW + timedelta(minutes=n))
    words = [chip.words for chip in browser_of(boss).get(reverse("client-detail", args=[who.pk])).context["chips"]]
    assert words == ["3+", "3+"]


@pytest.mark.parametrize(("asked", "budget"), [({}, 25), ({"show": "trades"}, 6), ({"show": "contacts,data"}, 11)])
def test_a_page_costs_the_same_at_any_length_of_the_history(
    branch: Branch, boss: Staff, asked: dict[str, str], budget: int
) -> None:
    who = client(branch)
    stand(night(branch), who)
    owners = [account(who, f"88000000{n:04d}") for n in range(2)]
    browser, address = browser_of(boss), reverse("client-timeline", args=[who.pk])

    def queries() -> list[int]:
        """Of the first page and of the one behind it."""
        found, url = [], address
        for data in (asked, None):
            with CaptureQueriesContext(connection) as done:
                response = browser.get(url, data, headers=FRAGMENT)
            found.append(len(done))
            url = response.context["older_url"] or address
        return found

    def fill(first: int, last: int) -> None:
        for n in range(first, last):
            for kind in KINDS:
                happened(kind, n, 100 * n, who, owners, boss)

    fill(0, 40)
    few = queries()
    fill(40, 90)
    assert queries() == few
    assert max(few) <= budget


def test_a_moment_survives_its_way_through_the_address() -> None:
    moment = datetime(2026, 11, 20, 8, 30, 15, 123_457, tzinfo=UTC)
    place = place_of(moment, "contact", 7)
    assert place.moment == moment
    assert str(place) == f"2026-11-20~contact~{place.at}~7"
    with translation.override("en"):
        assert place.day == date(2026, 11, 20)
