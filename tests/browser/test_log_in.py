"""Coming in: everybody lands on the page they begin the day with; a wrong password says so, five of them close the door."""

import pytest

from tests.browser.conftest import Open
from tests.browser.firm import LOCKED_OUT
from tests.browser.site import PASSWORD, Site, log_in

pytestmark = pytest.mark.browser

FIRST_PAGES = {
    "advisor": ("/today/", "今日"),
    "manager": ("/branch/", "营业部"),
    "admin": ("/imports/", "导入"),
    "compliance": ("/branch/", "营业部"),
}


@pytest.mark.parametrize("role", FIRST_PAGES)
def test_everybody_lands_on_the_page_they_begin_the_day_with(site: Site, open_as: Open, role: str) -> None:
    page = open_as(None, "/log-in/")
    log_in(page, site.people[role], PASSWORD)
    page.wait_for_selector("nav.side")
    address, word = FIRST_PAGES[role]
    assert page.url.startswith(site.address + address)
    assert word in page.locator("nav.side [aria-current=page]").inner_text()
    page.locator("nav.side form[action='/log-out/'] button").click()
    page.wait_for_selector("input[name=password]")
    page.goto(address)
    assert "/log-in/" in page.url


def test_who_is_not_logged_in_comes_to_the_page_asked_for_afterwards(site: Site, open_as: Open) -> None:
    page = open_as(None, "/clients/?tier=vip")
    assert "/log-in/" in page.url
    log_in(page, site.people["advisor"], PASSWORD)
    page.wait_for_url("**/clients/?tier=vip")


def test_a_wrong_password_says_so_and_five_lock_the_log_in_for_a_while(open_as: Open) -> None:
    page = open_as(None, "/log-in/", language="en", expected={429})
    for _ in range(4):
        log_in(page, LOCKED_OUT, "not the pass phrase")
        page.wait_for_selector("[role=alert]")
        assert page.locator("input[name=username]").input_value() == LOCKED_OUT
        assert page.locator("input[name=password]").input_value() == ""
    log_in(page, LOCKED_OUT, "not the pass phrase")
    assert page.get_by_role("heading", level=1).inner_text() == "Log-in is locked for a while"
    page.get_by_role("link", name="Back to the log-in").click()
    log_in(page, LOCKED_OUT, PASSWORD)
    assert page.get_by_role("heading", level=1).inner_text() == "Log-in is locked for a while"
