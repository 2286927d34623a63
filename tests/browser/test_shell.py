"""What every page has: the language, looks, the palette, keys, a way back in."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.looks import hindrances, too_wide
from tests.browser.site import PASSWORD, PHONE, Site, log_in

pytestmark = pytest.mark.browser


def focused(page: Page) -> str:
    """The words or the name of what has the focus."""
    return page.evaluate(
        "document.activeElement.innerText || document.activeElement.id || document.activeElement.name || ''"
    )


def found(page: Page) -> list[str]:
    return [line.strip() for line in page.locator("#palette [role=option]").all_inner_texts()]


def chosen(page: Page) -> str:
    """The line that assistive technology is told of: the one that the field names."""
    line = page.locator("#palette-q").get_attribute("aria-activedescendant")
    return page.locator(f"#{line}[aria-selected=true]").inner_text()


def test_the_browser_chooses_the_language_and_a_person_may_change_it_without_leaving_the_page(open_as: Open) -> None:
    page = open_as("manager", "/clients/?sort=rank", language="en-US")
    assert page.get_by_role("heading", level=1).inner_text() == "Clients"
    page.get_by_role("button", name="中文").click()
    page.wait_for_selector("html[lang=zh-CN]")
    assert page.url.endswith("/clients/?sort=rank")
    assert page.get_by_role("heading", level=1).inner_text() == "客户"
    page.goto("/branch/")
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_dark_and_comfortable_stay_so_on_the_next_page(open_as: Open) -> None:
    page = open_as("advisor", "/clients/")
    row = "document.querySelector('[data-row]').getBoundingClientRect().height"
    light, low = page.evaluate("getComputedStyle(document.body).backgroundColor"), page.evaluate(row)
    page.get_by_role("button", name="外观").click()
    page.locator("[data-theme-set=dark]:visible").click()
    page.locator("[data-density-set=comfortable]:visible").click()
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert page.evaluate(row) >= low + 6
    assert too_wide(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert too_wide(page) == []


def test_a_client_is_found_and_opened_by_keys_alone_even_faster_than_the_answer(open_as: Open) -> None:
    page = open_as("advisor", "/clients/")
    name = page.locator("[data-row] a.nm").first.inner_text()
    page.keyboard.press("Control+k")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/clients/*/")
    assert page.get_by_role("heading", level=1).inner_text() == name


def test_the_palette_is_walked_by_arrows_and_remembers_who_was_seen_in_this_tab(open_as: Open) -> None:
    page = open_as("advisor", "/clients/")
    names = page.locator("[data-row] a.nm").all_inner_texts()[:2]
    for place in (0, 1):
        page.locator("[data-row] a.nm").nth(place).click()
        page.wait_for_url("**/clients/*/")
        page.go_back()
    page.keyboard.press("Control+k")
    page.locator("#palette [role=option]").first.wait_for()
    assert [line.split("\n")[0] for line in found(page)[:2]] == names[::-1]
    assert names[1] in chosen(page)
    page.keyboard.press("ArrowDown")
    assert names[0] in chosen(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert chosen(page) == found(page)[-1]
    assert hindrances(page) == []
    page.keyboard.press("Escape")
    assert not page.locator("#palette").is_visible()


def test_looks_and_language_are_changed_from_the_palette(open_as: Open) -> None:
    page = open_as("admin", "/imports/")
    page.keyboard.press("Control+k")
    page.keyboard.type("深色")
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-bs-theme=dark]")
    page.keyboard.press("Control+k")
    page.keyboard.type("English")
    page.keyboard.press("Enter")
    page.wait_for_selector("html[lang=en]")
    assert page.url.endswith("/imports/")
    page.keyboard.press("Control+k")
    page.keyboard.type("nightly")
    page.keyboard.press("Enter")
    page.wait_for_url("**/nights/")


def test_nothing_found_is_said_aloud_and_in_words(open_as: Open) -> None:
    page = open_as("advisor", "/today/", language="en")
    page.get_by_role("button", name="Find clients, pages, actions").click()
    page.keyboard.type("龘龘")
    page.get_by_text("Nothing fits “龘龘”.").wait_for()
    expect(page.locator("#palette-status")).to_have_text("0 lines")
    page.keyboard.press("Enter")
    assert page.locator("#palette").is_visible()


def test_the_palette_fills_the_phone(open_as: Open) -> None:
    page = open_as("advisor", "/today/", size=PHONE)
    page.locator("[data-palette]:visible").click()
    page.locator("#palette [role=option]").first.wait_for()
    box = page.locator("#palette").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, PHONE[0])
    assert min(line.bounding_box()["height"] for line in page.locator("#palette [role=option]").all()) >= 44
    assert hindrances(page) == []
    page.locator("#palette [data-close]").click()
    assert not page.locator("#palette").is_visible()


def test_a_list_is_walked_opened_and_searched_by_keys(open_as: Open) -> None:
    page = open_as("advisor", "/clients/")
    names = page.locator("[data-row] a.nm").all_inner_texts()
    for key in "jjk":
        page.keyboard.press(key)
    assert focused(page) == names[0]
    assert page.locator("[data-row].cur").count() == 1
    page.keyboard.press("/")
    assert focused(page) == "q"
    page.keyboard.type("j")  # a letter in a field is a letter
    assert page.locator("[data-row].cur a.nm").inner_text() == names[0]
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clients/*/")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/today/")


def test_the_keys_that_are_listed_are_those_that_work_here(open_as: Open) -> None:
    page = open_as("advisor", "/clients/", language="en")
    page.keyboard.press("?")
    told = page.locator("#keys").inner_text()
    for words in ("search on this page", "down and up the list", "Today"):
        assert words in told
    page.keyboard.press("Escape")
    page.locator("[data-row] a.nm").first.click()
    page.wait_for_url("**/clients/*/")
    page.keyboard.press("?")
    told = page.locator("#keys").inner_text()
    assert "search on this page" not in told
    assert ("down and up the list" in told) == (page.locator("[data-row]").count() > 0)
    keys = {one.get_attribute("data-key") for one in page.locator("[data-key]:visible").all()}
    assert keys <= set(page.locator("#keys [data-keys-own] .kbd").all_inner_texts())


def test_the_focus_comes_back_to_what_opened_the_drawer_and_nothing_of_it_stays_in_the_page(open_as: Open) -> None:
    page = open_as("advisor", "/clients/", language="en")
    page.locator("[data-row] a.nm").first.click()
    page.wait_for_url("**/clients/*/")
    eye = page.locator(".who a[data-drawer]").first
    eye.focus()
    page.keyboard.press("Enter")
    page.locator("#drawer[open] [name=reason]").wait_for()
    expect(page.locator("#drawer [name=reason]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(eye).to_be_focused()
    assert page.locator("#drawer-body").inner_html() == ""


def test_the_first_tab_stop_leads_past_the_menu_to_the_content(open_as: Open) -> None:
    page = open_as("manager", "/branch/", language="en")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    ring = page.evaluate("(s => [s.outlineStyle, s.boxShadow])(getComputedStyle(document.activeElement))")
    assert ring != ["none", "none"]


def test_a_session_that_ended_leads_to_the_log_in_and_back_to_the_page(site: Site, open_as: Open) -> None:
    page = open_as(None, "/clients/?tier=vip")
    log_in(page, site.people["advisor"], PASSWORD)
    page.wait_for_url("**/clients/?tier=vip")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+k")  # asks for a fragment
    page.wait_for_url("**/log-in/?next=*")
    log_in(page, site.people["advisor"], PASSWORD)
    page.wait_for_url("**/clients/?tier=vip")
    page.locator("[data-row]").first.wait_for()


def test_what_was_done_is_taken_back_from_its_message_which_then_goes(open_as: Open) -> None:
    page = open_as("advisor", "/today/", language="en")
    told = "{detail: {text: 'Done for 3 clients', undo: '/language/'}}"  # an address that takes any post
    page.evaluate(f"document.dispatchEvent(new CustomEvent('toast', {told}))")
    with page.expect_request(lambda asked: asked.method == "POST" and asked.url.endswith("/language/")):
        page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Done for 3 clients")).to_have_count(0)


def test_on_the_phone_the_pages_are_in_the_tab_bar(open_as: Open) -> None:
    page = open_as("advisor", "/today/", size=PHONE)
    assert not page.locator("nav.side").is_visible()
    page.locator(".tabbar a", has_text="客户").click()
    page.wait_for_url("**/clients/")


def test_a_page_that_is_not_there_says_so_in_words(open_as: Open) -> None:
    page = open_as("advisor", "/clients/999999/", expected={404})
    assert "404" in page.inner_text("main")
    assert page.locator("nav.side").count() + page.get_by_role("link").count() > 0


def test_what_folds_away_can_be_unfolded_on_a_wide_screen(open_as: Open) -> None:
    summary = open_as("admin", "/audit/").locator("details.fold > summary").first
    summary.click()
    assert summary.locator("xpath=..").get_attribute("open") is not None


def test_the_menu_shows_where_one_is_even_far_down_on_a_small_screen(open_as: Open) -> None:
    page = open_as("manager", "/self-reviews/")
    page.set_viewport_size({"width": 1366, "height": 620})
    page.reload()
    own = """(link => { const box = link.getBoundingClientRect();
        return link.contains(document.elementFromPoint(box.left + 20, (box.top + box.bottom) / 2)) })"""
    expect(page.locator(".side [aria-current=page]")).to_have_text("季度自评")
    assert page.locator(".side [aria-current=page]").evaluate(own)
    assert page.evaluate("scrollY") == 0
    assert page.locator(".side .foot").is_visible()
