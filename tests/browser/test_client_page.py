"""The client page: figures for who may see them, personal values only for a reason."""

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.firm import COLLEAGUE
from tests.browser.looks import hindrances, too_wide

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


def busiest(page: Page) -> None:
    """Open the client who brings the most, who has traded on more days than one page of the timeline holds."""
    page.goto("/clients/?sort=-measure")
    first_client(page)
    page.locator("#timeline .ev").first.wait_for()


def test_the_timeline_is_filtered_in_the_address_and_goes_on_where_it_ends(open_as: Open) -> None:
    page = open_as("advisor", "/", language="en")
    busiest(page)
    events = page.locator("#timeline .ev")
    page.locator("#timeline .chips a", has_text="Trades").click()
    page.wait_for_url("**/?show=trades")
    page.locator("#timeline .chips a[aria-current]", has_text="Trades").wait_for()
    assert page.locator("#timeline .ev").count() == page.locator("#timeline .ev details").count() == 30
    page.locator("#timeline .older a").click()
    events.nth(30).wait_for()
    places = events.evaluate_all("all => all.map((one) => one.dataset.place)")
    assert len(places) == len(set(places))
    assert places == sorted(places, reverse=True)
    page.reload()
    assert page.locator("#timeline .chips a[aria-current]").inner_text().startswith("Trades")
    page.go_back()
    page.locator("#timeline .chips a[aria-current]", has_text="All").wait_for()


def test_the_trades_of_a_day_open_in_place(open_as: Open) -> None:
    page = open_as("advisor", "/", language="en")
    busiest(page)
    day = page.locator("#timeline .day-trades").first
    day.locator("summary").click()
    day.locator(".day-trade").first.wait_for()
    said = int(re.match(r"\d+", day.locator("summary").inner_text())[0])
    assert day.locator(".day-trade").count() == said
    assert hindrances(page) == []


def test_on_the_phone_everything_is_under_the_thumb_and_folds(open_as: Open) -> None:
    page = open_as("advisor", "/", size=(390, 844))
    busiest(page)
    assert too_wide(page) == []
    bar = page.locator(".client-bar")
    for target in bar.locator("a").all():
        assert target.bounding_box()["height"] >= 44
    fold = page.locator("#accounts [data-fold]")
    fold.click()
    assert fold.get_attribute("aria-expanded") == "false"
    assert not page.locator("#accounts table").is_visible()
    page.reload()
    page.locator("#accounts [data-fold][aria-expanded=false]").wait_for()
    assert not page.locator("#accounts table").is_visible()
    bar.locator("a[href='#timeline']").click()
    page.locator("#timeline .ev").first.scroll_into_view_if_needed()
    assert hindrances(page) == []


def test_the_page_prints_on_one_sheet_of_a4(open_as: Open) -> None:
    for language in ("zh-CN", "en"):
        page = open_as("advisor", "/", language=language)
        busiest(page)
        page.locator("[data-chart] svg").first.wait_for()
        sheet = page.pdf(format="A4", prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
        page.emulate_media(media="print")
        for gone in (".side", ".client-bar", ".chips", ".client-do"):
            assert not page.locator(gone).first.is_visible()
        assert page.locator("#timeline .ev").count() <= 30
