"""A call-back is recorded and taken back again, without leaving the page."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PHONE

pytestmark = pytest.mark.browser


def test_a_call_back_is_recorded_and_taken_back(open_as: Open) -> None:
    page = open_as("manager", "/call-backs/", language="en", expected={422})
    row = page.locator("#rows [data-row]").last
    row.locator("a.btn").click()
    drawer = page.locator("#drawer")
    drawer.get_by_role("button", name="Show the number").click()
    assert drawer.locator(".revealed").inner_text().isdecimal()
    questions = drawer.locator("fieldset.asked")
    expect(questions).to_be_hidden()
    drawer.get_by_text("reached", exact=True).click()
    expect(questions).to_be_visible()
    record = drawer.get_by_role("button", name="Record the call")
    record.click()
    expect(questions.get_by_text("Yes or no?")).to_have_count(5)
    for answer in ("yes", "yes", "yes", "no", "no"):
        unanswered = questions.locator(".seg:not(:has(:checked))").first
        unanswered.get_by_text(answer, exact=True).click()
    found = {"drawer": hindrances(page)}
    record.click()
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("Recorded: reached")
    assert found == {"drawer": []}
    with page.expect_response("**/call-backs/"):  # the list reads itself anew
        toast.get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text("Open again")
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    found = {"wide": too_wide(page), "light": hindrances(page)}
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found["phone"] = too_wide(page)
    page.goto("/festivals/")
    found["festivals"] = [*too_wide(page), *hindrances(page)]
    assert {place: what for place, what in found.items() if what} == {}
