"""A week of an advisor in Chinese, day by day on a clock of its own: tasks on Monday, a call with a promise, a birthday by the
lunar calendar, a complaint by the client's own hand, and a hand-over on Friday after which a colleague finds everything."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Event, Lock
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from clients.models import Client
from crm.models import Branch, Publication, Staff
from servicing.contacts import record_contact
from servicing.rounds import make_rounds
from tests.browser.site import PHONE, WIDE
from tests.crm.page_firm import client, staff
from tests.segmentation.nights import publish
from tests.servicing.desk import said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=False)]
FRIDAY_BEFORE, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
BORN = date(1980, 10, 17)  # by the lunar calendar: on 25 November in 2026, a Wednesday
LONG_AGO = datetime(2026, 10, 12, 2, tzinfo=UTC)  # longer than the thirty days that a VIP client is owed
CALL = "客户担心账户波动，约好送持仓诊断。"
PROMISE = "送三季度持仓诊断"
COMPLAINT = "两次留言都没有人回电。"


class Week:
    """A branch with an advisor, a colleague and a manager; the night before every day, and everybody's browser."""

    def __init__(self, server: LiveServer, browser: Browser, door: Lock) -> None:
        self.door = door
        self.address, self.browser, self.contexts = server.url, browser, list[BrowserContext]()
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        people = (("linzhiyuan", "advisor"), ("luoning", "advisor"), ("zhouxubai", "manager"))
        self.lin, self.luo, self.zhou = (staff(name, role, self.branch) for name, role in people)
        self.gu = client(self.branch, "顾承远", advisor=self.lin, phone="13812345678", opened_on=date(2019, 3, 1))
        self.ye = client(
            self.branch,
            "叶听雨",
            advisor=self.lin,
            opened_on=date(2018, 5, 2),
            birthday=BORN,
            birthday_calendar="lunar",
        )
        for person in (self.gu, self.ye):
            record_contact(person, said(happened_at=LONG_AGO), uid=uuid4(), by=self.lin, at=LONG_AGO)
        told = {"tier": "vip", "score": 0.3, "band": "high", "at_risk": 30_000_00, "measure": 90_000_00}
        self.night: Publication = publish(self.branch, FRIDAY_BEFORE, {self.gu: told, self.ye: told})

    def begin(self, day: date) -> "time_machine.travel":
        """Nine in the morning of a day in Shanghai, after its night at 1:40."""
        morning = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        with self.door:
            make_rounds(self.night, day=day, at=morning - timedelta(hours=7, minutes=20))
        clock = time_machine.travel(morning, tick=True)
        clock.start()
        return clock

    def open(self, who: Staff | None, path: str, size: tuple[int, int] = WIDE) -> Page:
        """A page of somebody, logged in where they are of the house."""
        context = self.browser.new_context(
            base_url=self.address, locale="zh-CN", viewport={"width": size[0], "height": size[1]}
        )
        context.set_default_timeout(30_000)
        self.contexts.append(context)
        if who:
            session = SessionStore()
            session[SESSION_KEY], session[HASH_SESSION_KEY] = str(who.pk), who.get_session_auth_hash()
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            with self.door:
                session.save()
            context.add_cookies([{"name": "sessionid", "value": str(session.session_key), "url": self.address}])
        page = context.new_page()
        page.goto(path)
        return page


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lock]:
    """One request at a time, and none while the test itself asks the database: SQLite in memory is one connection for all
    threads, and two that use it at once can wait for each other for ever."""
    door, answer, is_over = Lock(), WSGIHandler.__call__, Event()

    def answer_alone(handler: WSGIHandler, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        with door:
            return [] if is_over.is_set() else answer(handler, environ, start)

    monkeypatch.setattr(WSGIHandler, "__call__", answer_alone)
    yield door
    with door:
        is_over.set()  # who still waits at the door finds the database emptied


@pytest.fixture
def week(live_server: LiveServer, browser: Browser, door: Lock) -> Iterator[Week]:
    lived = Week(live_server, browser, door)
    yield lived
    for context in lived.contexts:
        context.close()


def row_of(page: Page, person: Client) -> Callable[..., None]:
    return expect(page.locator("#work [data-row]", has_text=person.name))


def test_a_week_of_an_advisor(week: Week) -> None:
    clock = week.begin(MONDAY)
    today = week.open(week.lin, "/today/")
    row_of(today, week.gu).to_contain_text("关怀电话")
    row_of(today, week.ye).to_contain_text("关怀电话")

    today.goto(f"/clients/{week.gu.pk}/")
    today.wait_for_load_state("networkidle")
    today.keyboard.press("c")
    drawer = today.locator("#drawer[open]")
    drawer.locator("textarea[name=summary]").fill(CALL)
    drawer.locator("[name=promise]").fill(PROMISE)
    drawer.locator("[name=promise_due]").fill("2026-11-27")
    today.keyboard.press("Control+Enter")
    expect(today.locator("#next")).to_contain_text(PROMISE)
    clock.stop()

    clock = week.begin(date(2026, 11, 24))  # the night saw the call: nothing more is owed
    today = week.open(week.lin, "/today/")
    row_of(today, week.gu).to_have_count(0)
    clock.stop()

    clock = week.begin(date(2026, 11, 25))
    today = week.open(week.lin, "/calendar/?view=day")
    row_of(today, week.ye).to_contain_text("农历")
    today.locator("#work [data-row]", has_text=week.ye.name).locator("form.inline-form button").click()
    row_of(today, week.ye).to_have_count(0)
    clock.stop()

    clock = week.begin(date(2026, 11, 26))
    today = week.open(week.lin, f"/clients/{week.gu.pk}/")
    today.locator(".client-do details.menu summary").click()
    today.get_by_role("button", name="投诉链接").click()
    link = urlsplit(today.locator("#drawer input[readonly], main input[readonly]").first.input_value()).path
    phone = week.open(None, link, size=PHONE)
    phone.get_by_label("关于什么？").select_option("conduct")
    phone.get_by_label("发生了什么？").fill(COMPLAINT)
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("heading", name="谢谢您")).to_be_visible()
    manager = week.open(week.zhou, "/complaints/")
    expect(manager.locator("[data-row]", has_text=COMPLAINT)).to_have_count(1)
    clock.stop()

    clock = week.begin(date(2026, 11, 27))
    today = week.open(week.lin, "/today/")
    row_of(today, week.gu).to_contain_text(PROMISE)
    manager = week.open(week.zhou, f"/staff/{week.lin.pk}/hand-over/")
    manager.locator("select[name='1101-receivers']").select_option(str(week.luo.pk), force=True)
    manager.locator("input[name='1101-reason']").fill("休产假")
    manager.locator("main form button.pri").first.click()
    expect(manager.locator("main")).to_contain_text("员工luoning")

    colleague = week.open(week.luo, "/hand-overs/")
    colleague.locator("main a[href^='/hand-overs/']").first.click()
    pack = colleague.locator("section.card", has_text=week.gu.name)
    for told in (PROMISE, "2026-11-27", CALL, "未结投诉"):
        expect(pack).to_contain_text(told)
    expect(colleague.locator("section.card", has_text=week.ye.name)).to_have_count(1)
    colleague.goto("/today/")
    row_of(colleague, week.gu).to_contain_text(PROMISE)
    gone = today.goto(f"/clients/{week.gu.pk}/")
    assert gone is not None
    assert gone.status == 404
    expect(today.locator("main")).not_to_contain_text(week.gu.name)
    clock.stop()
