"""The client list in the browser: conditions typed under the list, work on chosen rows, the way back to a row."""

import pytest

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PHONE

pytestmark = pytest.mark.browser


def test_a_condition_is_typed_corrected_and_taken_away_again(open_as: Open) -> None:
    page = open_as("manager", "/clients/?tier=vip", language="en", expected={422})
    everybody = page.locator("#client-rows .bar2 b").inner_text()
    page.get_by_role("link", name="Condition", exact=True).click()
    box = page.locator("#condition-pop")
    assert hindrances(page) == []
    box.get_by_role("link", name="Net assets", exact=True).click()
    box.locator("[name=c_low]").fill("a lot")
    box.get_by_role("button", name="Apply").click()
    assert "500000" in box.locator("[role=alert]").inner_text()
    assert box.locator("[name=c_low]").input_value() == "a lot"
    box.locator("[name=c_low]").fill("999万")
    box.get_by_role("button", name="Apply").click()
    page.wait_for_url("**f=assets:9990000..")
    assert page.locator("#client-rows .bar2 b").inner_text() != everybody
    assert hindrances(page) == []
    page.locator("#chips .x").last.click()
    page.wait_for_url("**/clients/?tier=vip")
    assert page.locator("#client-rows .bar2 b").inner_text() == everybody


def test_rows_are_chosen_by_keys_tagged_and_untagged_again(open_as: Open) -> None:
    page = open_as("manager", "/clients/?sort=rank", language="en")
    for key in "jxjx":
        page.keyboard.press(key)
    assert page.locator("[data-bulk-count]").inner_text() == "2"
    assert hindrances(page) == []
    page.get_by_role("button", name="Tag", exact=True).click()
    drawer = page.locator("#drawer")
    drawer.locator("[name=name]").fill("深套")
    assert hindrances(page) == []
    drawer.get_by_role("button", name="Apply").click()
    told = page.locator(".tst")
    told.wait_for()
    assert "2 clients tagged" in told.inner_text()
    assert page.locator("#client-rows td .tag", has_text="深套").count() == 2
    told.get_by_role("button", name="Undo").click()
    page.locator(".tst", has_text="Taken back").wait_for()
    assert page.locator("#client-rows td .tag", has_text="深套").count() == 0


def test_who_comes_back_from_a_client_finds_the_row(open_as: Open) -> None:
    page = open_as("manager", "/clients/?size=25&sort=-assets", language="en")
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**after=**")
    page.locator("[data-row]").nth(24).wait_for()
    here, row = page.url, page.locator("[data-row]").nth(20)
    name = row.get_attribute("id")
    for way in ("back", "menu"):
        page.locator(f"#{name} a.nm").click()
        page.wait_for_url("**/clients/*/")
        if way == "back":
            page.go_back()
        else:
            page.locator(".side a[href='/clients/']").click()
        page.locator(f"#{name}.cur").wait_for()
        assert page.url == here, way
        assert page.evaluate("scrollY") > 0, way


def test_the_list_is_worked_with_a_thumb(open_as: Open) -> None:
    page = open_as("advisor", "/clients/?f=band:high,raised,watch|last_contact:30d..&f=assets:1..", size=PHONE)
    assert too_wide(page) == []
    page.locator(".adder > a").click()
    page.locator("#condition-pop").wait_for()
    assert too_wide(page) == []
    assert hindrances(page) == []
    page.keyboard.press("Escape")
    page.locator(".pick").first.check()
    page.locator("details.columns summary").click()
    assert too_wide(page) == []
