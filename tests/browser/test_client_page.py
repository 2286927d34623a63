"""The client page: figures for who may see them, personal values only for a reason."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.firm import COLLEAGUE

pytestmark = pytest.mark.browser


def first_client(page: Page) -> str:
    """Open the first client of the list; its address."""
    page.locator("[data-row] a.nm").first.click()
    page.wait_for_url("**/clients/*/")
    return page.url


def test_a_phone_number_is_shown_for_a_reason_only_and_not_kept(open_as: Open) -> None:
    page = open_as("advisor", "/clients/?kind=individual", language="en", expected={422})
    first_client(page)
    assert not re.search(r"\b1\d{10}\b", page.inner_text("body"))
    page.locator(".who .line a[data-drawer][href*=phone]").click()
    drawer = page.locator("#drawer[open]")
    drawer.get_by_role("button", name="Show").click()
    assert drawer.locator("[name=reason]:invalid").count() == 1
    assert drawer.locator(".revealed").count() == 0
    drawer.locator("[name=reason]").fill("calls back about the dividend")
    drawer.get_by_role("button", name="Show").click()
    shown = drawer.locator(".revealed")
    shown.wait_for()
    assert re.fullmatch(r"1\d{10}", shown.inner_text().replace(" ", ""))
    page.keyboard.press("Escape")
    page.reload()
    assert not re.search(r"\b1\d{10}\b", page.inner_text("body"))


def test_somebody_elses_client_is_not_there(open_as: Open) -> None:
    address = first_client(open_as("advisor", "/clients/"))
    for role in (COLLEAGUE, "admin"):
        page = open_as(role, address, expected={404, 403})
        assert "404" in page.inner_text("main")


def test_every_chart_has_its_numbers_as_a_table(open_as: Open) -> None:
    page = open_as("advisor", "/clients/", language="en")
    first_client(page)
    cards = page.locator("[data-chart-card]")
    cards.locator("svg").first.wait_for()
    for card in cards.all():
        assert card.locator("[data-chart] svg").count() == 1
        card.get_by_role("button", name="Show as a table").click()
        assert card.locator("table tbody tr").count() > 0
        assert not card.locator("[data-part=chart]").is_visible()
