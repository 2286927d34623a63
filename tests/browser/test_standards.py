"""Another service standard: what it asks of the advisors is seen before it is saved."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PHONE

pytestmark = pytest.mark.browser


def test_what_a_standard_asks_is_seen_before_it_is_saved(open_as: Open) -> None:
    page = open_as("manager", "/standards/new/", language="en")
    page.get_by_label("Tier", exact=True).select_option("key")
    expect(page.locator("[name=cadence_days]")).to_have_value("60")
    page.get_by_label("A contact every so many days").fill("3")
    page.get_by_role("button", name="What would it ask?").click()
    save = page.get_by_role("button", name="Save and take over")
    save.wait_for()
    card = page.locator("section.card", has=save)
    assert card.get_by_role("heading").first.inner_text().startswith("Key clients (")
    assert card.locator("tbody tr").count() == 5
    found = {"wide": too_wide(page), "light": hindrances(page)}
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found["phone"] = too_wide(page)
    assert {place: what for place, what in found.items() if what} == {}
    page.goto("/standards/")
    assert page.locator("main section.card").count() == 1
