"""The advisor's morning by keyboard and by thumb: log a call in the row, take it back, lose no text when the session ends."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PASSWORD, PHONE, Site, log_in

pytestmark = pytest.mark.browser
FORM = "form[data-log]"
IS_ON_TOP = """(toast) => {
    const at = toast.getBoundingClientRect();
    return toast.contains(document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2));
}"""
WORDS = "说下周二到店看持仓，想先要一份三季度持仓诊断。"


def first(page: Page) -> str:
    return page.locator("#work [data-row] a.nm").first.inner_text()


def top(page: Page) -> str:
    """The first row whole: client, action, reason, amount."""
    return page.locator("#work [data-row]").first.inner_text()


def open_log(page: Page) -> None:
    """The log of the first row, by keyboard."""
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator(f"{FORM} textarea")).to_be_focused()


def test_a_call_is_logged_in_the_row_and_taken_back_without_leaving_the_page(open_as: Open) -> None:
    page = open_as("advisor", "/today/", expected={422})
    client, row, address = first(page), top(page), page.url
    open_log(page)
    page.keyboard.type(WORDS)
    page.locator(f"{FORM} input[name=promise]").fill("带家庭资产清单到店")
    assert hindrances(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"{FORM} .e")).to_have_count(1)  # a promise has a day
    assert page.locator(f"{FORM} textarea").input_value() == WORDS
    page.locator(f"{FORM} [data-fill]").first.click()
    page.locator(f"{FORM} textarea").press("Control+Enter")
    expect(page.locator(".tst")).to_contain_text(client)
    expect(page.locator("#promises")).to_contain_text("带家庭资产清单到店")
    assert top(page) != row
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:'))") == []

    page.locator(".tst form button").click()
    expect(page.locator("#promises")).not_to_contain_text("带家庭资产清单到店")
    assert top(page) == row
    assert page.url == address


def test_a_row_is_postponed_and_done_and_comes_back_each_time(open_as: Open) -> None:
    page = open_as("advisor", "/today/")
    client, row = first(page), page.locator("#work [data-row]").first
    told = row.locator(".what").inner_text()
    page.locator("#work [data-row] .do summary").first.click()
    page.locator("#work details[open] button").first.click()
    expect(page.locator(".tst")).to_contain_text(client)
    expect(row.locator(".what")).not_to_have_text(told)
    page.locator(".tst form button").click()
    expect(row.locator(".what")).to_have_text(told)
    page.locator("#work [data-row] .inline-form button").first.click()
    expect(row.locator(".what")).not_to_have_text(told)
    page.locator(".tst form button").last.click()
    expect(row.locator(".what")).to_have_text(told)


def test_a_session_that_ends_in_the_middle_of_a_note_loses_no_text(site: Site, open_as: Open) -> None:
    page = open_as(None, "/log-in/?next=/today/")
    log_in(page, site.people["advisor"], PASSWORD)
    open_log(page)
    page.keyboard.type(WORDS)
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"{FORM} [data-draft-expired]")).to_be_visible()
    assert page.locator(f"{FORM} textarea").input_value() == WORDS
    page.locator(f"{FORM} [data-draft-login]").click()
    log_in(page, site.people["advisor"], PASSWORD)
    page.wait_for_url("**/today/")
    client, what = first(page), page.locator("#work [data-row] .what").first
    told = what.inner_text()
    open_log(page)
    expect(page.locator(f"{FORM} [data-draft-found]")).to_be_visible()
    assert page.locator(f"{FORM} textarea").input_value() == WORDS
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tst")).to_contain_text(client)
    expect(what).not_to_have_text(told)
    page.locator(".tst form button").click()
    expect(what).to_have_text(told)
    page.locator("#work [data-log-open]").first.click()
    expect(page.locator(f"{FORM} textarea")).to_have_value("")


def is_read(to: Route) -> bool:
    return to.request.method == "GET"


def test_a_refusal_is_read_and_dismissed_above_the_open_drawer(open_as: Open) -> None:
    page = open_as("advisor", "/today/")
    refusal = {"HX-Trigger": json.dumps({"toast": {"text": "Somebody was quicker", "stay": True}})}
    page.route(
        re.compile("/contact/"), lambda to: to.continue_() if is_read(to) else to.fulfill(status=204, headers=refusal)
    )
    page.locator("#work [data-row] a.nm").first.click()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("c")
    page.locator("#drawer textarea").fill(WORDS)
    page.keyboard.press("Control+Enter")
    told = page.get_by_role("dialog").get_by_role("status").locator(".tst", has_text="Somebody was quicker")
    expect(told).to_be_visible()
    assert told.evaluate(IS_ON_TOP)
    assert hindrances(page) == []
    told.locator("[data-dismiss]").click()
    expect(page.locator("#drawer textarea")).to_have_value(WORDS)
    page.keyboard.press("Escape")
    expect(page.locator("body > #toasts")).to_have_count(1)


def test_on_the_phone_a_call_is_logged_with_a_thumb(open_as: Open) -> None:
    page = open_as("advisor", "/today/", size=PHONE)
    client = first(page)
    page.locator("#work [data-row] .do a.only-s").first.click()
    sheet = page.locator("#drawer form")
    expect(sheet.locator("textarea")).to_be_focused()
    assert too_wide(page) == []
    assert hindrances(page) == []
    small = page.locator("#drawer :is(button, .seg label, .form-control):visible").evaluate_all(
        "all => all.filter((one) => one.getBoundingClientRect().height < 24).map((one) => one.outerHTML)"
    )
    assert small == []
    sheet.locator("textarea").fill(WORDS)
    sheet.locator("button[type=submit]").click()
    expect(page.locator(".tst")).to_contain_text(client)
    page.locator(".tst form button").click()
    expect(page.locator("#work [data-row] a.nm").first).to_have_text(client)
