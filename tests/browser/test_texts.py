"""A script from its first words to the phone: what may not be said is marked while one types, somebody else approves it, and
it is read beside the contact form."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PHONE

pytestmark = pytest.mark.browser


def test_a_script_is_written_approved_and_talked_by(open_as: Open) -> None:
    page = open_as("advisor", "/texts/new/", language="en")
    page.get_by_label("Name", exact=True).fill("问候近况")
    page.get_by_label("What it is for").fill("很久没有联系的客户")
    wording = page.get_by_label("Wording", exact=True)
    wording.fill("您好，这只产品保 本。")
    expect(page.locator("#told mark.ban").first).to_have_text("保 本")
    found = {"wide": too_wide(page), "light": hindrances(page)}
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found["phone"] = too_wide(page)
    wording.fill("您好，近来可好？")
    page.get_by_role("button", name="branch", exact=True).click()
    expect(page.locator("#told .letter")).to_contain_text("近来可好？")
    expect(page.locator("#told mark.ban")).to_have_count(0)
    page.get_by_role("button", name="Save as a draft").click()
    page.get_by_role("button", name="Put forward for approval").click()
    expect(page.locator("main")).to_contain_text("waits for approval")

    second = open_as("manager", "/approvals/", language="en")
    row = second.locator(".mini", has_text="问候近况")
    found["approvals"] = hindrances(second)
    row.get_by_role("button", name="Approve").click()
    expect(second.locator(".mini", has_text="问候近况")).to_have_count(0)

    page = open_as("advisor", "/clients/")
    page.locator("[data-row] a.nm").first.click()
    page.wait_for_url("**/clients/*/")
    page.keyboard.press("c")
    drawer = page.locator("#drawer")
    drawer.locator("[name=script]").select_option(label="问候近况")
    expect(drawer.locator(".reading .wording")).to_contain_text("近来可好？")
    found["drawer"] = hindrances(page)
    drawer.locator("[name=summary]").fill("按话术问候，一切都好")
    page.keyboard.press("Control+Enter")
    expect(drawer).not_to_be_visible()
    page.reload()
    expect(page.locator(".ev", has_text="按话术问候").first).to_contain_text("话术：问候近况")
    assert {place: what for place, what in found.items() if what} == {}
