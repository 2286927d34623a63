"""The day's settlement from the admin's hand to the advisor's eye, through the real worker."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.looks import hindrances
from tests.browser.site import Site, drag

pytestmark = pytest.mark.browser


def count(page: Page, word: str) -> int:
    """A figure of the dry run or the report by its word."""
    shown = page.locator("dl.cnt > div", has=page.locator("dt", has_text=word)).locator("dd").first
    return int(shown.inner_text().replace(",", ""))


def test_a_dropped_settlement_is_tiers_on_the_client_page_the_same_evening(site: Site, open_as: Open) -> None:
    admin = open_as("admin", "/imports/", language="en")
    drag(admin, site.last_day)
    card = admin.locator("a.file.on")
    assert "GB18030" in card.inner_text() or "GBK" in card.inner_text()
    commit = admin.get_by_role("button", name="Commit", exact=False)
    commit.wait_for(timeout=60_000)
    assert "Settlements" in admin.locator("section.card header").first.inner_text()
    new = count(admin, "New")
    assert new > 0
    assert (count(admin, "Changed"), count(admin, "Rejected")) == (0, 0)
    commit.click()
    admin.get_by_role("button", name="Undo…").wait_for(timeout=60_000)
    assert count(admin, "New") == new
    admin.get_by_role("button", name="Undo…").click()
    assert count(admin, "Rows that go") >= new
    assert hindrances(admin) == []
    admin.get_by_role("link", name="Leave it as it is").click()

    admin.goto("/nights/")
    admin.locator("input[name=day]").fill(site.until)
    admin.get_by_role("button", name="Run now").click()
    admin.locator(".nights a.pick:not(.open)").wait_for(timeout=90_000)
    assert f"{site.until}: done" in str(admin.locator(".nights a.pick").get_attribute("title"))

    advisor = open_as("advisor", "/clients/", language="en")
    assert site.until in advisor.locator("header.top").inner_text()
    advisor.locator("[data-row] a.nm").first.click()
    advisor.wait_for_url("**/clients/*/")
    assert advisor.locator(".who .tier").inner_text() in {"VIP", "Key", "Ordinary", "Small"}
    assert "rank" in advisor.locator(".who").inner_text()


def test_rows_that_cannot_be_true_are_named_and_the_file_can_be_thrown_away(site: Site, open_as: Open) -> None:
    page = open_as("admin", "/imports/", language="en")
    drag(page, site.broken)
    page.get_by_role("button", name="Dry run again").wait_for(timeout=60_000)
    assert count(page, "Rejected") == 3
    rejected = page.locator("section.card", has=page.get_by_role("heading", name="Rejected rows"))
    assert rejected.locator("tbody tr").count() == 3
    rejected.get_by_role("textbox").fill("to correct them with the counter")
    with page.expect_download() as download:
        rejected.get_by_role("button", name="Download").click()
    assert "99990001" in download.value.path().read_text("utf-8-sig")
    page.get_by_role("button", name="Throw away").click()
    page.locator("#ask[open] [data-ask-yes]").click()
    page.wait_for_url("**/imports/")
    assert "was thrown away" in page.locator("#toasts").inner_text()
