"""A branch with an advisor, a manager and clients, and what a test needs to edit their cards."""

import re
from dataclasses import dataclass
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from crm.models import Branch, Staff
from tests.crm import page_firm


@dataclass(frozen=True)
class Firm:
    """Who edits, and whose cards."""

    branch: Branch
    advisor: Staff
    manager: Staff
    client: Client
    other: Client


def make_firm() -> Firm:
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    advisor, manager = page_firm.staff("advisor", "advisor", branch), page_firm.staff("manager", "manager", branch)
    client = page_firm.client(branch, "沈慕云", advisor=advisor)
    return Firm(branch, advisor, manager, client, page_firm.client(branch, "沈知夏", advisor=advisor))


def browser(person: Staff) -> Browser:
    """The browser of a person, in English, as htmx asks."""
    found = Browser(headers={"accept-language": "en", "hx-request": "true"})
    found.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return found


class Editor:
    """A person with the form of a card open: what the page sent is what goes back, with what was typed over it."""

    def __init__(self, person: Staff, client: Client, card: str, key: int | None = None) -> None:
        self.browser, self.card = browser(person), card
        args: list[Any] = [client.pk, card]
        self.address = reverse("edit-card", args=[*args, key]) if key else reverse("add-card", args=args)
        self.html = self.browser.get(self.address).content.decode()

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the form as a browser would send them."""
        found: dict[str, str] = {}
        for tag in re.findall(r"<input[^>]*>", self.html):
            name, value = (re.search(rf'\s{word}="([^"]*)"', tag) for word in ("name", "value"))
            if name is None or (re.search('type="(checkbox|radio)"', tag) and " checked" not in tag):
                continue
            found[name[1]] = value[1] if value else ("on" if 'type="checkbox"' in tag else "")
        for name, body in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', self.html, re.DOTALL):
            chosen = re.search(r'<option value="([^"]*)" selected', body)
            found[name] = chosen[1] if chosen else ""
        return found

    def save(self, **typed: str) -> int:
        """Send the form with what was typed; the answer is what is open then."""
        action = re.search(r'hx-post="([^"]*)"\s*hx-target="#drawer-body"[^>]*>', self.html)
        address = action[1] if action and "/withdraw/" not in action[1] else self.address
        response = self.browser.post(address, {**self.fields, **typed})
        self.html = response.content.decode()
        return response.status_code

    @property
    def undo_address(self) -> str:
        found = re.search(r'hx-post="([^"]*/undo/\d+/)"', self.html)
        assert found is not None
        return found[1]
