"""Writing to clients: the advisor sees who would get it before anything goes, and the client reads nothing of this house."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PHONE

pytestmark = pytest.mark.browser


def hinders(page: Page) -> dict[str, object]:
    """What is wrong with the look of a page, wide and on the phone."""
    found: dict[str, object] = {"wide": too_wide(page), "light": hindrances(page)}
    size = page.viewport_size
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found["phone"] = too_wide(page)
    if size:
        page.set_viewport_size(size)
    return {place: what for place, what in found.items() if what}


def test_who_gets_it_is_seen_before_anything_goes(open_as: Open) -> None:
    page = open_as("advisor", "/clients/")
    for number in range(3):
        page.locator("tbody input[type=checkbox]").nth(number).check()
    page.locator("[data-bulk]").get_by_role("button", name="发消息").click()
    drawer = page.locator("#drawer-body")
    drawer.get_by_label("模板").select_option(label="生日祝福")
    drawer.get_by_role("button", name="查看发送对象").click()
    page.wait_for_url(re.compile(r"/messages/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("heading", name="3 位客户")).to_be_visible()
    counts = page.locator("#counts dl").first.locator("dd").all_inner_texts()
    assert sum(int(count) for count in counts) == 3
    assert hinders(page) == {}
    page.locator("#counts dl a").first.click()
    page.locator("main .mini a.nm").first.click()
    page.get_by_role("link", name="发消息").first.click()
    drawer.get_by_label("模板").select_option(label="生日祝福")
    expect(drawer.locator(".said")).to_contain_text("生日快乐")
    assert hindrances(page) == []
    page.goto("/messages/")
    assert hinders(page) == {}
    page.locator("tr", has_text="草稿").first.get_by_role("link").click()
    page.get_by_role("button", name="放弃").click()
    expect(page.locator("#counts")).to_contain_text("已停止")
