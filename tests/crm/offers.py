"""What a page offers: every link, form and address in it, and what answers there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from django.db import transaction
from django.test import Client as Browser

ELSEWHERE = ("/static/", "/log-out/", "/language/")  # no page of ours answers, or it ends the walk
IN_PLACE = {"HX-Request": "true"}


@dataclass
class Offer:
    """An address, how it is asked for, what is sent along, and whether a part of the page comes from there."""

    address: str
    is_post: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    is_part: bool = False

    @property
    def key(self) -> tuple[str, tuple[str, ...], bool]:
        """Other values for the same questions are the same offer: one filter stands for all of them."""
        parts = urlsplit(self.address)
        return parts.path, tuple(parse_qs(parts.query)), self.is_post


class _Reader(HTMLParser):
    def __init__(self, at: str) -> None:
        super().__init__()
        self.at, self.found = at, list[Offer]()
        self.form: Offer | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = self._add(told.get("action", ""), is_post=told.get("method") == "post")
        elif tag == "input" and self.form and told.get("type") == "hidden":
            self.form.fields[told["name"]] = told.get("value", "")
        for name, value in told.items():
            if name in {"href", "formaction", "hx-get", "hx-post"} or (name.startswith("data-") and value[:1] == "/"):
                is_post = name == "hx-post" or (name == "formaction" and told.get("formmethod") != "get")
                offer = self._add(value, is_post=is_post, is_part=name == "hx-get" or "data-drawer" in told)
                offer.fields = self.form.fields if self.form and is_post else {}

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None

    def _add(self, address: str, *, is_post: bool, is_part: bool = False) -> Offer:
        whole = urldefrag(urljoin(self.at, address)).url
        offer = Offer(whole, is_post=is_post, is_part=is_part)
        if whole.startswith("/") and not whole.startswith(ELSEWHERE):
            self.found.append(offer)
        return offer


def offers_of(html: str, at: str) -> Iterator[Offer]:
    """Every address of this site that a page (without its frame) or a part of one offers, once."""
    reader = _Reader(at)
    reader.feed(html.partition("<main")[2].partition("</main>")[0] or html)
    yield from {offer.key: offer for offer in reader.found}.values()


def dead_ends(browser: Browser, pages: Iterable[str]) -> list[str]:
    """The offers of those pages that somebody opens, and of the parts that these bring in, at which nothing is found: a GET
    below 400 (405 where only a POST is meant), a POST anything but 403, 404 and 405. What is posted is taken back."""
    first = [Offer(page, is_part=True) for page in pages]
    dead, seen, todo = list[str](), set[tuple[str, tuple[str, ...], bool]](), [*first]
    while todo:
        offer = todo.pop(0)
        if offer.key in seen:
            continue
        seen.add(offer.key)
        status, html = _ask(browser, offer, in_place=offer not in first)
        bad = status in {403, 404, 405} if offer.is_post else status >= 400 and status != 405
        if (bad or status >= 500) and offer not in first:
            dead.append(f"{status} {'POST' if offer.is_post else 'GET'} {offer.address}")
        elif offer.is_part:
            todo += offers_of(html, offer.address)
    return dead


def _ask(browser: Browser, offer: Offer, *, in_place: bool) -> tuple[int, str]:
    if offer.is_post:
        with transaction.atomic():
            answer = browser.post(offer.address, offer.fields)
            transaction.set_rollback(True)
        return answer.status_code, ""
    answer = browser.get(offer.address, headers=IN_PLACE if in_place and offer.is_part else {})
    is_page = answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming
    return answer.status_code, answer.content.decode() if is_page and answer.status_code == 200 else ""
