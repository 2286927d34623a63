"""A real Chromium on the whole site."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.browser.site import PASSWORD, WIDE, Site, log_in, running

# Playwright keeps a loop running in this thread, and Django would refuse its database to every later test here.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

Open = Callable[..., Page]
# What htmx says of a request under way when the page is left; where the server failed, the browser itself says so too.
LEFT_BEHIND = ("htmx:afterRequest", "htmx:sendAbort", "htmx:sendError")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site, started once for all tests of this process."""
    with running(tmp_path_factory.mktemp("site")) as site:
        yield site


@dataclass
class Watch:
    """What a page must never do: write an error to the console, break the content policy, ask another origin."""

    address: str
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def on(self, page: Page) -> None:
        page.on("console", lambda told: told.type == "error" and self._console(told.text))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", self._request)

    def _console(self, text: str) -> None:
        if text.startswith(LEFT_BEHIND):
            return
        if not any(f"status of {status}" in text for status in self.expected):
            self.complaints.append(text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"asked {request.url}")


@pytest.fixture
def open_as(site: Site, browser: Browser) -> Iterator[Open]:
    """A page of somebody who is logged in (or of nobody): `open_as("admin", "/imports/", language="en")`. What the page
    complained of fails the test; error statuses in `expected` are asked for."""
    contexts: list[BrowserContext] = []
    watch = Watch(site.address)

    def open_page(
        role: str | None,
        path: str = "/",
        *,
        language: str = "zh-CN",
        size: tuple[int, int] = WIDE,
        expected: set[int] | None = None,
    ) -> Page:
        watch.expected |= expected or set()
        if role and role not in site.sessions:
            site.sessions[role] = _session(site, browser, site.people.get(role, role))
        context = browser.new_context(
            base_url=site.address,
            locale=language,
            viewport={"width": size[0], "height": size[1]},
            storage_state=site.sessions[role] if role else None,
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        watch.on(page)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watch.complaints == []


def _session(site: Site, browser: Browser, username: str) -> dict:
    """A log-in that all tests of this person share."""
    context = browser.new_context(base_url=site.address)
    page = context.new_page()
    page.goto("/log-in/")
    log_in(page, username, PASSWORD)
    page.wait_for_selector("nav.side")
    state = context.storage_state()
    context.close()
    return state
