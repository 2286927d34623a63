"""Cards about a client in the drawer: two people at one card, undo in the message, no text lost."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.looks import hindrances

pytestmark = pytest.mark.browser


def preferences(page: Page) -> str:
    return page.locator("section[aria-labelledby=card-preferences]").inner_text()


def open_card(page: Page, card: str) -> None:
    page.locator(f"section[aria-labelledby=card-{card}] header a[href$='/cards/{card}/']").click()
    page.locator("#drawer[open] [name=token]").wait_for(state="attached")


def test_of_two_editors_the_second_sees_both_versions_and_keeps_the_text(open_as: Open) -> None:
    first = open_as("advisor", "/clients/", language="en")
    first.locator("[data-row] a.nm").first.click()
    first.wait_for_url("**/clients/*/")
    second = open_as("manager", first.url, language="en", expected={422})
    for page in (first, second):
        open_card(page, "preferences")
    first.fill("#card-seat", "by the window")
    first.get_by_role("button", name="Save").click()
    first.locator("#toasts .tst", has_text="Saved.").wait_for()
    assert not first.locator("#drawer[open]").count()
    assert "by the window" in preferences(first)

    second.fill("#card-seat", "third row")
    second.fill("#card-hobbies", "chess")
    second.get_by_role("button", name="Save").click()
    versions = second.locator(".versions")
    versions.wait_for()
    assert "by the window" in versions.inner_text()
    assert second.input_value("#card-hobbies") == "chess"
    assert hindrances(second) == []
    second.get_by_role("button", name="Keep mine").click()
    second.locator("#toasts .tst", has_text="Saved.").wait_for()
    assert "third row" in preferences(second)
    second.locator("#toasts").get_by_role("button", name="Undo").click()
    second.locator("#toasts .tst", has_text="Undone.").wait_for()
    assert "by the window" in preferences(second)
    assert "chess" not in preferences(second)


def test_what_is_typed_wrong_is_told_beside_its_field_and_the_drawer_stays(open_as: Open) -> None:
    page = open_as("advisor", "/clients/", language="en", expected={422})
    page.locator("[data-row] a.nm").first.click()
    page.wait_for_url("**/clients/*/")
    open_card(page, "background")
    page.fill("#card-elsewhere_fen", "a lot")
    page.fill("#card-elsewhere_source", "said so")
    page.get_by_role("button", name="Save").click()
    page.locator("#drawer .fld .e", has_text="Please type a figure").wait_for()
    assert page.input_value("#card-elsewhere_fen") == "a lot"
    assert page.input_value("#card-elsewhere_source") == "said so"
    assert hindrances(page) == []
