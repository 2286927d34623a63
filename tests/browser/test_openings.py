"""A visitor on the way to an account: written down, moved on by a click, taken back, dropped, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PHONE

pytestmark = pytest.mark.browser


def test_a_visitor_is_written_down_and_moves_from_step_to_step(open_as: Open) -> None:
    page = open_as("advisor", "/openings/", language="en")
    page.keyboard.press("n")
    page.get_by_label("Name", exact=True).fill("欧阳若水")
    page.goto("/openings/")  # the session ends, the page is closed by mistake: what was typed is kept
    page.keyboard.press("n")
    expect(page.get_by_label("Name", exact=True)).to_have_value("欧阳若水")
    page.get_by_label("Phone").fill("16400001234")
    page.get_by_text("bank channel").click()
    page.get_by_role("button", name="Save").dblclick()
    first, second = (page.get_by_role("region", name=name) for name in ("Branch chosen", "Form"))
    expect(first.get_by_text("欧阳若水")).to_have_count(1)
    first.get_by_role("button", name="Branch chosen done: 欧阳若水").click()
    expect(second.get_by_text("欧阳若水")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(first.get_by_text("欧阳若水")).to_have_count(1)
    first.get_by_role("link", name="欧阳若水").click()
    drawer = page.locator("#drawer")
    expect(drawer.get_by_text("164••••1234")).to_be_visible()
    found = {"drawer": hindrances(page)}
    drawer.get_by_role("link", name="Drop").click()
    drawer.get_by_text("no answer").click()
    drawer.get_by_role("button", name="Drop").click()
    expect(page.get_by_text("Dropped: 欧阳若水")).to_be_visible()
    expect(first.get_by_text("欧阳若水")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(first.get_by_text("欧阳若水")).to_have_count(1)
    found |= {"wide": too_wide(page), "light": hindrances(page)}
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found["phone"] = too_wide(page)
    assert {place: what for place, what in found.items() if what} == {}


def test_a_client_is_dragged_forward_and_asked_why_on_the_way_back(open_as: Open) -> None:
    page = open_as("advisor", "/funnel/", language="en", expected={422})
    first, second = page.locator("[data-lane=a]"), page.locator("[data-lane=b]")
    name = first.locator("a.nm").first.inner_text()
    first.locator("[data-move]").first.drag_to(page.locator("#stage-b"))
    expect(second.get_by_role("link", name=name, exact=True)).to_have_count(1)
    second.locator("[data-move]").filter(has_text=name).drag_to(page.locator("#stage-a"))
    drawer = page.locator("#drawer")
    drawer.get_by_role("button", name="Save").click()
    expect(drawer.get_by_text("Say why the client leaves this stage.")).to_be_visible()
    drawer.get_by_label("Why the client leaves the stage before").fill("wants to wait")
    drawer.get_by_role("button", name="Save").click()
    expect(first.get_by_text("wants to wait")).to_have_count(1)
    found = {"wide": too_wide(page), "light": hindrances(page)}
    assert {place: what for place, what in found.items() if what} == {}
