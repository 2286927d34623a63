"""What was said about a risk alert: noted in the drawer by keyboard, gone from the open ones, back by undo."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PHONE, Site

pytestmark = pytest.mark.browser


def test_what_was_said_about_an_alert_is_noted_and_taken_back(site: Site, open_as: Open) -> None:
    site.prepare("alerts", site.people["advisor"])  # a night that another test ran found that they are over
    page = open_as("advisor", "/alerts/", language="en")
    rows = page.locator("#alerts [data-row]")
    expect(rows).to_have_count(2)
    name = rows.first.locator("a.nm").inner_text()
    rows.first.get_by_role("link", name="Note").click()
    note = page.locator("#drawer textarea")
    expect(note).to_be_focused()
    note.fill("Called; the client knows and changes nothing.")
    found = {"drawer": hindrances(page)}
    note.press("Control+Enter")
    expect(rows).to_have_count(1)
    expect(page.get_by_text(f"Noted: Drawdown, {name}")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(2)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found["phone"] = too_wide(page)
    assert {place: what for place, what in found.items() if what} == {}
