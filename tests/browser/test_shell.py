"""What every page has: the language, light and dark, keys."""

import pytest

from tests.browser.conftest import Open
from tests.browser.site import PHONE

pytestmark = pytest.mark.browser


def test_the_browser_chooses_the_language_and_a_person_may_change_it_without_leaving_the_page(open_as: Open) -> None:
    page = open_as("manager", "/clients/?sort=rank", language="en-US")
    assert page.get_by_role("heading", level=1).inner_text() == "Clients"
    page.get_by_role("button", name="中文").click()
    page.wait_for_selector("html[lang=zh-CN]")
    assert page.url.endswith("/clients/?sort=rank")
    assert page.get_by_role("heading", level=1).inner_text() == "客户"
    page.goto("/branch/")
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_dark_stays_dark_on_the_next_page(open_as: Open) -> None:
    page = open_as("advisor", "/today/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="浅色或深色").click()
    page.locator("[data-theme-set=dark]:visible").click()
    page.goto("/clients/")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_a_client_is_found_and_opened_by_keys_alone(open_as: Open) -> None:
    page = open_as("advisor", "/clients/")
    name = page.locator("[data-row] a.nm").first.inner_text()
    page.keyboard.press("Control+k")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=**")
    page.locator("[data-row] a.nm").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clients/*/")
    assert page.get_by_role("heading", level=1).inner_text() == name


def test_on_the_phone_the_pages_are_in_the_tab_bar(open_as: Open) -> None:
    page = open_as("advisor", "/today/", size=PHONE)
    assert not page.locator("nav.side").is_visible()
    page.locator(".tabbar a", has_text="客户").click()
    page.wait_for_url("**/clients/")


def test_a_page_that_is_not_there_says_so_in_words(open_as: Open) -> None:
    page = open_as("advisor", "/clients/999999/", expected={404})
    assert "404" in page.inner_text("main")
    assert page.locator("nav.side").count() + page.get_by_role("link").count() > 0
