"""What each role does from the log-in to the result, in both languages."""

import csv
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Open
from tests.browser.site import Site, drag

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
