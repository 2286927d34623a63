"""Another tier scheme: who would move is seen before it is saved."""

import pytest

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PHONE

pytestmark = pytest.mark.browser


def test_who_would_move_is_seen_before_the_scheme_is_saved(open_as: Open) -> None:
    page = open_as("manager", "/schemes/new/", language="en")
    page.get_by_label("VIP: best % of clients").fill("6")
    page.get_by_label("Why, and who decided").fill("more attention for the best")
    page.get_by_role("button", name="Who would move?").click()
    save = page.get_by_role("button", name="Save and take over")
    save.wait_for()
    moved = page.locator("section.card", has=save)
    assert "up" in moved.get_by_role("heading").first.inner_text()
    assert moved.locator("tbody tr").count() >= 4
    found = {"wide": too_wide(page), "light": hindrances(page)}
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found["phone"] = too_wide(page)
    assert {place: what for place, what in found.items() if what} == {}
    page.goto("/schemes/")
    assert page.locator("main tbody tr").count() == 1
