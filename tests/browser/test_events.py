"""An event from its page: a client registers, the answer is taken back by the toast, and a double click invites nobody twice."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.site import Site

pytestmark = pytest.mark.browser


def test_a_client_registers_for_an_event_and_the_toast_takes_it_back(site: Site, open_as: Open) -> None:
    page = open_as("manager", "/events/", language="en")
    page.locator("[data-row] a.nm").first.click()
    row = page.locator("#guests [data-row]").filter(has=page.get_by_role("button", name="Registers")).first
    name = row.locator("a.nm").inner_text()
    row.get_by_role("button", name="Registers").click()
    answered = page.locator("#guests [data-row]").filter(has=page.get_by_role("link", name=name, exact=True))
    expect(answered.get_by_role("button", name="Does not come")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(answered.get_by_role("button", name="Registers")).to_be_visible()


def test_clients_of_the_list_are_counted_before_they_are_invited(site: Site, open_as: Open) -> None:
    page = open_as("manager", "/clients/", language="en")
    for number in range(3):
        page.locator("[data-row] input[type=checkbox]").nth(number).check()
    page.get_by_role("button", name="Invite", exact=True).click()
    page.get_by_role("button", name="See who would be invited").click()
    counts = page.locator("#drawer-body dl.kv dd")
    expect(counts.first).to_be_visible()
    assert sum(int(text) for text in counts.all_inner_texts()) == 3
