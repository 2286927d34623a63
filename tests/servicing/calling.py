"""A branch with people to call back: two advisors, a manager, and clients of either advisor."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.test import Client as Browser

from clients.models import Client
from crm.models import Branch, Staff
from servicing.callbacks import make_callbacks
from servicing.callbacks.questions import NO, QUESTIONS, YES
from servicing.callbacks.recording import Heard, record_attempt
from servicing.models import Callback, CallbackAttempt
from tests.crm.page_firm import client, staff

ENGLISH = {"accept-language": "en"}
LIST = "/call-backs/"
JANUARY = date(2026, 1, 5)  # a Monday
SAFE = {key: YES if question.risky == NO else NO for key, question in QUESTIONS.items()}


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


class Calling:
    """Who works where; `person` adds a client of the first advisor who has been here since 2020."""

    def __init__(self) -> None:
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.own, self.colleague = staff("own", "advisor", self.branch), staff("colleague", "advisor", self.branch)
        self.manager = staff("manager", "manager", self.branch)

    def person(self, advisor: Staff | None = None, **more: Any) -> Client:
        values = {"opened_on": date(2020, 1, 6), "phone": "16412345678", **more}
        return client(self.branch, f"沈慕{Client.objects.count()}", advisor=advisor or self.own, **values)

    def make(self, day: date = JANUARY, seed: str = "seed") -> dict[str, int]:
        return make_callbacks(self.branch, day=day, at=at(day), seed=seed)

    def new(self, day: date = JANUARY, **more: Any) -> Callback:
        """The call-back of an account that was opened that day."""
        who = self.person(opened_on=day, **more)
        self.make(day)
        return Callback.objects.get(client=who, kind="new")

    def record(self, callback: Callback, heard: Heard, *, by: Staff | None = None, **more: Any) -> CallbackAttempt:
        told = {"uid": uuid4(), "by": by or self.colleague, "at": at(JANUARY, 11), **more}
        return record_attempt(callback, heard, **told)


def body(browser: Browser, address: str, **asked: Any) -> str:
    return browser.get(address, asked, headers=ENGLISH).content.decode()
