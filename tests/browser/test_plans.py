"""A service plan from the standard: made in one click, adjusted, saved, printed."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PHONE

pytestmark = pytest.mark.browser


def test_a_plan_is_made_from_the_standard_adjusted_saved_and_printed(open_as: Open) -> None:
    page = open_as("manager", "/plans/", language="en")
    page.get_by_role("button", name="Make a plan").first.click()
    page.get_by_label("Goal").fill("Fewer single holdings")
    rows = page.locator(".plan-row")
    rows.last.get_by_label("What to do").fill("Send the overview")
    rows.last.get_by_label("On, or from").fill("2099-01-04")
    found: dict[str, object] = {"wide form": too_wide(page), "form": hindrances(page)}
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as revision 2.")).to_be_visible()
    found |= {"wide": too_wide(page), "light": hindrances(page)}
    page.get_by_role("link", name="Revision 2").click()
    expect(page.get_by_role("cell", name="Send the overview")).to_be_visible()
    page.get_by_role("link", name="Back to the plan").click()
    page.get_by_role("link", name="Close the phase").click()
    page.get_by_label("What came of it").fill("The needs are known")
    page.get_by_role("button", name="Close and open the next").click()
    expect(page.get_by_text("The needs are known")).to_be_visible()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found["phone"] = too_wide(page)
    page.get_by_role("link", name="Print page").click()
    expect(page.get_by_text("Fewer single holdings")).to_be_visible()
    found["phone print"] = too_wide(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    assert {place: what for place, what in found.items() if what} == {}
