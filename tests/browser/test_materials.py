"""A material on its way: given by an advisor, its risk notice confirmed by the client on the phone, seen in the log."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PHONE

pytestmark = pytest.mark.browser
TITLE = "识别非法荐股的七个信号"


def test_a_client_opens_what_an_advisor_gave_and_the_log_says_so(open_as: Open) -> None:
    page = open_as("advisor", "/clients/", language="en")
    name = page.locator("tbody a.nm").first.inner_text()
    page.goto("/materials/")
    page.get_by_role("link", name=TITLE).click()
    material = page.url
    found = {"page": hindrances(page)}
    page.get_by_role("link", name="Make a link to pass on").click()
    page.locator("#task-client").fill(name)
    page.locator("#task-clients a").first.click()
    page.locator("#drawer").get_by_text("in person").click()
    found["drawer"] = hindrances(page)
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("#link").input_value()
    reader = open_as(None, link, size=PHONE)
    found |= {"notice": hindrances(reader), "phone": too_wide(reader)}
    expect(reader.get_by_text("索要密码和验证码")).to_have_count(0)
    reader.get_by_role("button", name="我已阅读风险提示").click()
    expect(reader.get_by_text("索要密码和验证码")).to_be_visible()
    found |= {"opened": hindrances(reader), "opened on a phone": too_wide(reader)}
    page.goto(f"{material}readings/")
    expect(page.locator("[data-row]").first.locator("td").last).not_to_contain_text("not yet")
    found["log"] = hindrances(page)
    assert {place: what for place, what in found.items() if what} == {}


def test_from_its_page_a_material_is_sent_with_a_text_that_has_a_place_for_it(open_as: Open) -> None:
    page = open_as("advisor", "/clients/")
    name = page.locator("tbody a.nm").first.inner_text()
    page.goto("/materials/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="发消息给客户").click()
    page.locator("#task-client").fill(name)
    page.locator("#task-clients a").first.click()
    drawer = page.locator("#drawer-body")
    drawer.get_by_label("模板").select_option(label="生日祝福")
    expect(drawer).to_contain_text("该模板没有资料链接的位置")
    drawer.get_by_label("模板").select_option(label="投教资料推送（附资料）")
    expect(drawer.locator(".said")).to_contain_text("/m/…")
    assert hindrances(page) == []
