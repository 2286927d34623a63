"""How far the year of call-backs is: counted, each number opening its rows, the sample drawn again, the card on Today."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from servicing.callbacks.recording import Heard
from servicing.models import Callback, CallbackSample
from tests.crm.page_firm import browser_of
from tests.servicing.calling import JANUARY, LIST, SAFE, Calling, at, body


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(at(JANUARY, 11), tick=False):
        yield


@pytest.fixture
def calling(db: None) -> Calling:
    return Calling()


def figures(text: str) -> dict[str, int]:
    found = re.findall(r"<span>([^<]+)</span>\s*<b>([\d,+]+)", text)
    return {label: int(number.strip("+").replace(",", "")) for label, number in found}


def test_the_year_is_counted_by_kind_month_and_caller_and_each_number_opens_its_rows(calling: Calling) -> None:
    for _ in range(30):
        calling.person()
    calling.make()
    Callback.objects.filter(kind="year").update(caller=calling.colleague)
    new = [calling.new() for _ in range(3)]
    calling.record(new[0], Heard("reached", SAFE))
    calling.record(new[1], Heard("refused"))
    calling.record(Callback.objects.filter(kind="year").order_by("due_on")[0], Heard("reached", SAFE))
    Callback.objects.filter(pk=new[2].pk).update(due_on=date(2026, 1, 2))
    text = body(browser_of(calling.manager), LIST)
    assert figures(text) == {
        "Year&#x27;s sample reached": 1,
        "New accounts reached": 1,
        "Without an answer": 1,
        "Open": 3,
        "Overdue": 1,
        "Findings to settle": 0,
    }
    browser = browser_of(calling.manager)
    assert body(browser, LIST, show="reached").count("data-row>") == 2
    assert body(browser, LIST, show="reached", kind="new").count("data-row>") == 1
    assert body(browser, LIST, show="late").count("data-row>") == 1
    assert body(browser, LIST, show="reached", month="2").count("data-row>") == 1
    assert body(browser, LIST, show="open", caller=str(calling.own.pk)).count("data-row>") == 0
    for rubbish in ({"show": "x"}, {"month": "13"}, {"caller": "9" * 30}, {"year": "x"}, {"branch": "x"}):
        assert browser.get(LIST, rubbish).status_code == 200
    assert browser.get(LIST, {"after": "rubbish"}).status_code == 404


def test_drawing_again_says_whether_everything_agrees(calling: Calling) -> None:
    for _ in range(20):
        calling.person()
    calling.make()
    sample, browser = CallbackSample.objects.get(), browser_of(calling.manager)
    address = reverse("check-sample", args=[sample.pk])
    page = body(browser, LIST)
    assert sample.checksum in page
    assert sample.seed in page
    assert "everything agrees" in body(browser, address)
    first, second = Callback.objects.order_by("place")[:2]
    Callback.objects.filter(pk=second.pk).update(place=5)
    Callback.objects.filter(pk=first.pk).update(place=6)
    assert "not those that the seed draws" in body(browser, address)


def test_today_shows_the_next_calls_and_how_many_are_due_in_a_week(calling: Calling) -> None:
    for n in range(7):
        callback = calling.new()
        Callback.objects.filter(pk=callback.pk).update(due_on=date(2026, 1, 6 + n))
    text = body(browser_of(calling.colleague), "/today/")
    card = text[text.index('id="callbacks-title"') :].split("</section>")[0]
    assert card.count("/call-backs/") == 6, "five calls and the link to all"
    assert re.search(r'<span class="n">7</span>', card)
    assert 'id="callbacks-title"' not in body(browser_of(calling.own), "/today/")


@pytest.mark.parametrize("who", ["colleague", "manager"])
def test_a_page_asks_no_more_for_more_call_backs(calling: Calling, who: str) -> None:
    browser = browser_of(getattr(calling, who))

    def asked() -> int:
        browser.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(LIST).status_code == 200
        return len(queries)

    def more(count: int) -> None:
        for n in range(count):
            callback = calling.new()
            if n % 2:
                calling.record(callback, Heard("wrong"))

    more(4)
    some = asked()
    more(12)
    assert asked() == some <= 14
