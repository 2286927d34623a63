"""The pictures of README.md, made anew by `make screenshots`: an invented branch of 1,000 clients on a fixed day."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.site import PASSWORD, ROOT, Site, drag, log_in, running

CLIENTS, UNTIL = "1000", "2026-11-20"
IMAGES = ROOT / "docs" / "img"
LIMIT = 300_000  # bytes: the pictures come with every clone


def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), CLIENTS, UNTIL) as site,
        sync_playwright() as play,
    ):
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        advisor = _page(site, browser, "advisor")
        _take(advisor, "/today/", "today", height=880)
        _take(advisor, "/clients/?f=tier:vip,key&f=band:raised,high|last_contact:30d..", "clients")
        advisor.goto("/clients/?band=high")
        _take(advisor, str(advisor.locator("[data-row] a.nm").first.get_attribute("href")), "client")
        _take(_page(site, browser, "manager"), "/branch/", "branch", height=1180)
        admin = _page(site, browser, "admin")
        admin.goto("/imports/")
        drag(admin, site.broken)
        admin.locator("dl.cnt").wait_for()
        _take(admin, admin.url, "imports", height=1060)


def _page(site: Site, browser: Browser, role: str) -> Page:
    context = browser.new_context(base_url=site.address, locale="zh-CN")
    page = context.new_page()
    page.goto("/log-in/")
    log_in(page, site.people[role], PASSWORD)
    page.wait_for_selector("nav.side")
    return page


def _take(page: Page, path: str, name: str, *, height: int = 960) -> None:
    page.set_viewport_size({"width": 1366, "height": height})
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)  # charts are drawn after the page
    image = IMAGES / f"{name}.png"
    page.screenshot(path=image)
    assert image.stat().st_size < LIMIT, (name, image.stat().st_size)
    sys.stdout.write(f"{image.relative_to(ROOT)}  {image.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
