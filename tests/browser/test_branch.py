"""The manager's morning: from a band of the movements to its clients to one client, by mouse and by keyboard."""

import json
import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def movements(page: Page) -> dict[str, int]:
    """The addresses of the bands, and how many clients each says it holds."""
    told = json.loads(page.locator("#moves-data").text_content() or "")
    return {
        href.partition("?")[2]: count
        for (_before, _after, count), href in zip(told["flows"], told["links"][0], strict=True)
    }


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_from_a_band_to_its_clients_to_one_client(open_as: Open, language: str) -> None:
    page = open_as("manager", "/branch/", language=language)
    page.wait_for_load_state("networkidle")
    bands = movements(page)
    drawn = page.locator("[data-chart=sankey] svg path[fill-opacity='0.38']")
    assert drawn.count() == len(bands) > 0
    drawn.first.scroll_into_view_if_needed()
    box = drawn.first.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url("**/branch/flows/clients/?*")
    assert page.locator("tbody [data-row], tbody tr[data-row]").count() == bands[page.url.partition("?")[2]]
    page.locator("[data-row] a.nm").first.click()
    page.wait_for_url("**/clients/*/")
    assert page.locator(".who h1").inner_text()


def test_the_table_of_the_bands_is_walked_by_keyboard(open_as: Open) -> None:
    page = open_as("manager", "/branch/", language="en")
    card = page.locator("[data-chart-card]", has=page.locator("[data-chart=sankey]"))
    card.locator("button[data-show=table]").focus()
    page.keyboard.press("Enter")
    link = card.locator("tbody a").first
    link.focus()
    count = int(link.inner_text())
    page.keyboard.press("Enter")
    page.wait_for_url("**/branch/flows/clients/?*")
    assert re.match(rf"{count} client", page.locator(".bar2").inner_text())


def test_a_scenario_is_calculated_and_rubbish_is_told_beside_the_field(open_as: Open) -> None:
    page = open_as("manager", "/branch/scenarios/", language="en", expected={422})
    page.locator("[name=complaints]").fill("100")
    page.locator("section", has=page.locator("[name=complaints]")).get_by_role("button").click()
    page.wait_for_url("**complaints=100**")
    assert page.get_by_role("heading", name="100 complaints stand for 1,000 dissatisfied clients").is_visible()
    page.locator("[name=reputation]").fill("-5")
    page.locator("section", has=page.locator("[name=reputation]")).get_by_role("button").click()
    page.wait_for_url("**reputation=-5**")
    assert page.locator(".fld", has=page.locator("[name=reputation]")).locator(".e").is_visible()
