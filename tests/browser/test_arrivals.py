"""A client is here: the counter says so, the advisor sees it appear without reading the page anew, and takes it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances

pytestmark = pytest.mark.browser


def test_the_advisor_sees_within_seconds_that_a_client_is_here_and_takes_it(open_as: Open) -> None:
    advisor = open_as("advisor", "/today/")
    name = advisor.locator("#work [data-row] a.nm").first.inner_text()
    expect(advisor.locator("[data-arrival]")).to_have_count(0)

    counter = open_as("manager", "/arrivals/")
    counter.locator("#arrival-q").fill(name)
    found = counter.locator("[data-found]")
    expect(found).to_have_count(1)
    assert name not in found.inner_text()
    found.locator("button[value=here]").click()
    expect(counter.locator("#arrivals-today")).to_contain_text(name)

    notice = advisor.locator("[data-arrival]")
    expect(notice).to_contain_text(name, timeout=20_000)
    assert hindrances(advisor) == []
    notice.locator("button.pri").click()
    expect(notice.locator("a.pri")).to_be_visible()
    expect(counter.locator("[data-arrival]")).to_have_count(0, timeout=20_000)

    notice.locator("a[data-drawer]").click()
    advisor.locator("#drawer textarea").fill("到店取走资料。")
    advisor.locator("#drawer button[type=submit]").click()
    expect(notice).to_have_count(0)
    undo = advisor.locator(".tst form button").last
    undo.click()
    expect(advisor.locator("#work [data-row] a.nm").first).to_have_text(name)
