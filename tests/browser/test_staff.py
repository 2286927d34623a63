"""Somebody new: invited by the admin, in by the link, and out at once when the access ends."""

import pytest

from tests.browser.conftest import Open
from tests.browser.site import log_in

pytestmark = pytest.mark.browser
CHOSEN = "a slow train through hills"


def test_a_new_advisor_comes_in_by_the_link_and_is_out_when_the_access_ends(open_as: Open) -> None:
    admin = open_as("admin", "/staff/new/", language="en", expected={410})
    admin.get_by_label("Name", exact=True).fill("赵亦然")
    admin.get_by_label("User name").fill("zhaoyiran")
    admin.get_by_role("combobox", name="Branches").click()
    admin.locator(".ts-dropdown .option").first.click()
    admin.get_by_role("button", name="Add and make the link").click()
    link = admin.get_by_label("Hand this link over").input_value()

    guest = open_as(None, link, language="en")
    guest.get_by_label("Password").fill(CHOSEN)
    guest.get_by_label("The same again").fill(CHOSEN)
    guest.get_by_role("button", name="Set the password").click()
    log_in(guest, "zhaoyiran", CHOSEN)
    guest.wait_for_url("**/today/")
    guest.goto(link)
    assert guest.get_by_role("heading", name="This link does not work").is_visible()

    admin.get_by_role("link", name="赵亦然").click()
    admin.get_by_role("button", name="End the access").click()
    admin.locator("#ask [data-ask-yes]").click()
    admin.get_by_text("Has left").first.wait_for()
    guest.goto("/today/")
    assert guest.url.endswith("/log-in/?next=/today/")
