"""What each role does from the log-in to the result, in both languages."""

import csv
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.site import PASSWORD, Site, drag, log_in

pytestmark = pytest.mark.browser
LANGUAGES = pytest.mark.parametrize("language", ["zh-CN", "en"])
PATIENCE = 60_000


def turn(page: Page, batch: str, action: str) -> Locator:
    """The button that does something to one batch."""
    return page.locator(f"form[action='{urlsplit(batch).path}{action}/'] button[type=submit]").first


def take(page: Page, batch: str, action: str) -> None:
    """Press it when it is there, and say yes where the page asks."""
    turn(page, batch, action).wait_for(timeout=PATIENCE)
    turn(page, batch, action).click()
    if page.locator("#ask[open]").count():
        page.locator("#ask[open] [data-ask-yes]").click()


def corrected(downloaded: Path, folder: Path, day: str) -> Path:
    """The file of rejected rows as the admin sends it back: the day that exists, the price as a number, and the client
    whom the counter meant, taken from the row above."""
    with downloaded.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert [row["列"] for row in rows[:2]] == ["成交日期", "成交均价"]
    assert len(rows) == 3
    assert all(row["原行号"] and row["原因"] for row in rows)
    rows[0]["成交日期"] = day.replace("-", "")
    rows[1]["成交均价"] = "12.800"
    for column in ("客户代码", "客户姓名", "资金账号", "股东帐户"):
        rows[2][column] = rows[1][column]
    path = folder / "corrected.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@LANGUAGES
def test_an_admin_brings_in_a_file_with_three_bad_rows_corrects_them_and_undoes_it_all(
    site: Site, open_as: Open, tmp_path: Path, language: str
) -> None:
    page = open_as("admin", "/imports/", language=language)
    drag(page, site.broken)
    bad = page.locator("section.card", has=page.locator("form[action$='/rejects/']"))
    bad.wait_for(timeout=PATIENCE)
    assert bad.locator("tbody tr").count() == 3
    assert "GB18030" in page.locator("main").inner_text() or "GBK" in page.locator("main").inner_text()
    bad.get_by_role("textbox").fill("to correct them with the counter")
    with page.expect_download() as download:
        bad.locator("button[type=submit]").click()
    first = page.url
    take(page, first, "commit")
    turn(page, first, "undo/preview").wait_for(timeout=PATIENCE)

    page.goto("/imports/")
    drag(page, str(corrected(download.value.path(), tmp_path, site.until)))
    second = page.url
    turn(page, second, "commit").wait_for(timeout=PATIENCE)
    assert page.locator("form[action$='/rejects/']").count() == 0
    take(page, second, "commit")
    turn(page, second, "undo/preview").wait_for(timeout=PATIENCE)

    for batch in (second, first):
        page.goto(batch)
        take(page, batch, "undo/preview")
        take(page, batch, "undo")
        page.goto(batch)
        page.locator("main", has_text="已撤销" if language == "zh-CN" else "undone").wait_for(timeout=PATIENCE)
        turn(page, batch, "undo/preview").wait_for(state="detached", timeout=PATIENCE)


@LANGUAGES
def test_an_advisor_finds_who_may_leave_reads_why_logs_the_call_and_sees_it_on_the_timeline(
    site: Site, open_as: Open, language: str
) -> None:
    page = open_as(None, "/log-in/", language=language)
    log_in(page, site.people["advisor"], PASSWORD)
    page.wait_for_url("**/today/")
    row = page.locator("#work [data-row]", has=page.locator(".risk.k4, .risk.k3")).first
    client = row.locator("a.nm").inner_text()
    row.locator("a.nm").click()
    page.wait_for_url("**/clients/*/")
    assert page.locator(".who h1").inner_text() == client
    assert page.locator(".client-head .risk.big").is_visible()
    assert page.locator(".client-head li").first.inner_text()  # the first reason

    page.wait_for_load_state("networkidle")
    words = f"客户说最近少看盘，约下周再谈（{language}）"
    page.keyboard.press("c")
    drawer = page.locator("#drawer[open]")
    drawer.locator("textarea[name=summary]").fill(words)
    drawer.locator("[name=promise]").fill("寄三季度持仓诊断")
    drawer.locator("[data-fill]").first.click()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .ev", has_text=words)).to_have_count(1)
    expect(page.locator("#next")).to_contain_text("寄三季度持仓诊断")
    expect(page.locator("#drawer[open]")).to_have_count(0)

    page.locator(".tst form button").click()  # taken back, it is gone again
    expect(page.locator("#timeline .ev", has_text=words)).to_have_count(0)
    expect(page.locator("#next")).not_to_contain_text("寄三季度持仓诊断")
