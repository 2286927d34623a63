"""A complaint arrives by link on a client's phone and is worked through to closing."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PHONE

pytestmark = pytest.mark.browser
TEXT = "三次留言没有人回电，持仓到期也没有提醒。"


def test_a_complaint_by_link_is_worked_through_to_closing(open_as: Open) -> None:
    advisor = open_as("advisor", "/clients/", language="en")
    advisor.locator("[data-row] a.nm").first.click()
    advisor.locator(".client-do details.menu summary").click()
    advisor.get_by_role("button", name="Link for complaining").click()
    link = urlsplit(advisor.get_by_label("Send this link to the client").input_value()).path
    phone = open_as(None, link, size=PHONE)
    found = {"link": too_wide(phone), "link, axe": hindrances(phone)}
    phone.get_by_label("关于什么？").select_option("conduct")
    phone.get_by_label("发生了什么？").fill(TEXT)
    phone.get_by_label("投诉的是我的服务人员").check()
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("heading", name="谢谢您")).to_be_visible()

    manager = open_as("manager", "/complaints/", language="en")
    manager.locator("[data-row]", has_text=TEXT).locator("a.nm").click()
    found |= {"page": too_wide(manager), "page, axe": hindrances(manager)}
    go_on = manager.get_by_role("button", name="Go on to the next stage")
    fill(manager, {"What we said": "已告知由我负责"})
    go_on.click()
    manager.get_by_label("Root cause").select_option("neglect")
    fill(manager, {"What the client says": "客户说明经过", "How it came to this": "休假无人代班"})
    go_on.click()
    fill(manager, {"What is done for the client": "同事代班", "The answer in its words": "已说明安排"})
    manager.get_by_label("Apology").select_option("spoken")
    go_on.click()
    manager.get_by_label("The client is").select_option("satisfied")
    manager.get_by_role("button", name="Note the call").click()
    go_on.click()
    manager.get_by_label("How satisfied is the client?").select_option("5")
    fill(manager, {"What we learn from it": "休假须交接", "Why no action": "制度已有"})
    manager.get_by_role("button", name="Close the complaint").click()
    expect(manager.get_by_text("5/5")).to_be_visible()
    manager.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    found |= {"closed, phone": too_wide(manager), "closed, axe": hindrances(manager)}
    assert {place: what for place, what in found.items() if what} == {}
    manager.goto("/complaints/?state=closed")
    expect(manager.locator("[data-row]")).to_have_count(1)


def fill(page: Page, said: dict[str, str]) -> None:
    for label, text in said.items():
        page.get_by_role("textbox", name=label).fill(text)
