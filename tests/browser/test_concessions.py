"""A fee concession from the client's page to its decision: the floor is told beside the field, a double click asks once, and
an approval says that the rate still has to be set."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PHONE, Site

pytestmark = pytest.mark.browser
REASON = "客户比较多家券商，申请下调"


def test_a_concession_is_asked_for_above_the_floor_and_approved_by_somebody_else(site: Site, open_as: Open) -> None:
    page = open_as("advisor", "/clients/", language="en", expected={422})
    page.locator("[data-row] a.nm").nth(30).click()
    page.wait_for_url("**/clients/*/")
    page.locator("#concessions").get_by_role("link", name="Ask for a concession").click()
    page.get_by_label("Rate per 10,000").fill("0.1")
    page.get_by_label("Minimum per trade").fill("5")
    page.get_by_label("Last day").fill((date.fromisoformat(site.until) + timedelta(days=120)).isoformat())
    page.get_by_label("Reason").fill(REASON)
    send = page.get_by_role("button", name="Put forward for approval")
    send.click()
    expect(page.locator(".fld .e")).to_contain_text("Below the floor")
    found = {"form": hindrances(page), "wide": too_wide(page)}
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found["phone"] = too_wide(page)
    page.get_by_label("Rate per 10,000").fill("1.5")
    send.dblclick()
    expect(page.locator("main")).to_contain_text("waits for a decision")
    found["detail"] = hindrances(page)

    second = open_as("manager", "/approvals/", language="en")
    row = second.locator(".mini", has_text=REASON)
    expect(row).to_have_count(1)
    found["approvals"] = hindrances(second)
    row.get_by_role("button", name="Approve").click()
    expect(second.locator("main")).not_to_contain_text(REASON)
    page.reload()
    expect(page.locator("main")).to_contain_text("Not seen in the rates")
    assert {place: what for place, what in found.items() if what} == {}
