"""The line of time: every event once, in order, whatever the mix and the size of the page; masked; at a fixed price."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from clients.trading_days import days_before
from crm.models import AuditEvent, Branch, Staff
from crm.pages.timeline.events import Place
from crm.pages.timeline.panel import timeline_panel
from crm.pages.timeline.reading import count_groups, count_sources, read_page, sources_of
from segmentation.models import TierPin
from tests.crm.page_firm import DAY, NOW, account, batch, browser_of, client, staff
from tests.crm.timeline_facts import (
    FRAGMENT,
    KINDS,
    Kept,
    body_of,
    change,
    contact,
    happened,
    marks,
    mixes,
    promise,
    task,
    trade,
    walked,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def boss(branch: Branch) -> Staff:
    return staff("boss", "manager", branch)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mix=mixes, size=some.integers(1, 9))
def test_the_real_sources_lose_and_repeat_nothing_either(
    branch: Branch, boss: Staff, mix: list[tuple[str, int]], size: int
) -> None:
    who = client(branch)
    owners = [account(who, f"{who.pk:08d}{n:04d}") for n in range(2)]
    for n, (kind, day) in enumerate(mix):
        happened(kind, day, n, who, owners, boss)
    sources = sources_of(who, boss)
    places = walked(sources, size)
    alone = {kind: [day for one, day in mix if one == kind] for kind in KINDS}
    expected = len({*alone["trade"], *alone["trade elsewhere"]}) + len({*alone["tier"]}) + len({*alone["state"]})
    expected += sum(len(alone[kind]) for kind in ("cash", "securities", "contact", "promise", "task", "change"))
    assert len(places) == len(set(places)) == expected
    assert places == [event.place for event in read_page(sources, size=1000).events]
    assert [place.day for place in places] == sorted((place.day for place in places), reverse=True)
    counted = count_sources(sources)
    assert sum(count.count for count in count_groups(sources, counted)) == expected
    empty = {name for name, count in counted.items() if not count}
    assert [event.place for event in read_page(sources, size=1000, empty=empty).events] == places


def test_a_source_without_events_is_counted_and_not_asked(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    contact(who, boss, NOW)
    with CaptureQueriesContext(connection) as asked:
        told = timeline_panel(who, boss, RequestFactory().get("/").GET)
    assert len(told["timeline"].events) == 1
    assert len(asked) == 3  # all the counts at once, the contacts, what was promised in them


@given(every=some.lists(marks, min_size=1, max_size=4), size=some.integers(1, 7))
def test_paging_through_shows_every_event_exactly_once_and_in_order(
    every: list[list[tuple[int, int, int]]], size: int
) -> None:
    sources = [
        Kept(name, [Place(DAY - timedelta(days=day), name, at, key) for day, at, key in told])
        for name, told in zip("abcd", every, strict=False)
    ]
    expected = sorted(
        (place for source in sources for place in source.places),
        key=lambda p: (-p.day.toordinal(), p.source, -p.at, -p.key),
    )
    assert walked(sources, size) == expected


def test_days_with_trades_are_found_over_all_accounts_and_stepped_over_not_read(branch: Branch) -> None:
    who, other = client(branch), client(branch)
    first, second, theirs = account(who, "880000000001"), account(who, "880000000002"), account(other, "880000000003")
    for n in range(6):
        trade(first, DAY - timedelta(days=2 * n), n)
        trade(first, DAY - timedelta(days=2 * n), n + 100)
        trade(second, DAY - timedelta(days=3 * n), n)
        trade(theirs, DAY - timedelta(days=1), n)
    days = [(DAY - day).days for day in days_before(who, None, 100)]
    assert days == [0, 2, 3, 4, 6, 8, 9, 10, 12, 15]
    assert days_before(who, DAY - timedelta(days=4), 2) == [DAY - timedelta(days=6), DAY - timedelta(days=8)]
    assert days_before(client(branch), None, 5) == []
    with CaptureQueriesContext(connection) as one:
        days_before(who, None, 100)
    assert len(one) == 1


def test_a_day_of_trades_is_one_line_with_kinds_channels_amount_and_commission(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    own = account(who)
    trade(own, DAY, 1, amount_minor=1_000_000, commission_minor=300)
    trade(own, DAY, 2, amount_minor=2_000_000, commission_minor=600)
    trade(own, DAY, 3, side="sell", instrument_class="etf", channel="phone", amount_minor=500_050, commission_minor=9)
    trade(own, DAY, 4, currency="HKD", amount_minor=700_000, commission_minor=11, instrument_class="hk")
    body = body_of(boss, who)
    for words in ("4 trades · mobile, phone", "bought main board 2, Stock Connect 1; sold ETF 1", "¥35,000.50"):
        assert words in body
    assert "7,000.00 HKD" in body
    assert "net commission ¥9.09 + 0.11 HKD" in body
    assert body.count('class="ev"') == 1


def test_the_trades_of_a_day_open_in_place_and_a_busy_day_goes_on(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    own = account(who)
    for n in range(25):
        trade(own, DAY, n, security_name=f"股票{n}")
    trade(own, DAY - timedelta(days=1), 99, security_name="前一日")
    address = reverse("client-trades", args=[who.pk])
    first = browser_of(boss).get(address, {"day": f"{DAY}", "in": "timeline"}, headers=FRAGMENT).content.decode()
    assert first.count('class="day-trade"') == 20
    after = first.split("after=")[1].split('"')[0]
    asked = f"{address}?day={DAY}&in=timeline&after={after}"
    rest = browser_of(boss).get(asked, headers=FRAGMENT).content.decode()
    assert rest.count('class="day-trade"') == 5
    assert "前一日" not in first + rest
    assert browser_of(boss).get(address, {"day": "nonsense"}).status_code == 404
    assert browser_of(boss).get(address, {"day": f"{DAY}"}).content.decode().count("600000") >= 20


def test_a_contact_says_channel_mood_summary_promise_and_who(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    talk = contact(who, boss, NOW, mood="calm", direction="in", next_step="发送专题")
    promise(talk, boss, due_on=date(2026, 12, 1))
    body = body_of(boss, who)
    for words in ("mood calm", "the client reached us", "想看纸质的中期策略", "Promised: 寄中期策略, due 2026-12-01"):
        assert words in body
    assert "Next: 发送专题" in body
    assert boss.name in body


def test_a_withdrawn_contact_and_what_is_still_open_do_not_stand_on_it(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    promise(contact(who, boss, NOW, summary="记错了", withdrawn_at=NOW), boss, text="未到期")
    task(who, boss, "open", title="还没做")
    task(who, boss, "again", title="重新打开", state="open", settled_at=NOW)
    task(who, boss, "done", title="做完了", state="done", settled_at=NOW, settled_by=boss)
    body = body_of(boss, who)
    assert "Task done · 做完了" in body
    for gone in ("记错了", "未到期", "还没做", "重新打开"):
        assert gone not in body


def test_something_late_in_the_evening_stands_on_the_day_in_shanghai(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    contact(who, boss, datetime(2026, 11, 20, 16, 0, tzinfo=UTC))
    contact(who, boss, datetime(2026, 11, 20, 15, 59, tzinfo=UTC))
    days = [event.place.day for event in read_page(sources_of(who, boss)).events]
    assert days == [date(2026, 11, 21), date(2026, 11, 20)]


def test_a_correction_is_shown_masked_and_a_sealed_value_not_at_all(branch: Branch, boss: Staff) -> None:
    who = client(branch, "沈慕云")
    new_advisor = staff("new", "advisor", branch)
    before = {"name": "沈墓云", "phone_sealed": "v1:old", "email": "old@example.com", "risk_level": "C3", "pinyin": "a"}
    after = {"name": "沈慕云", "phone_sealed": "v1:new", "email": "new@example.com", "risk_level": "C4", "pinyin": "b"}
    change(who, batch=batch(), before=before, after=after)
    change(who, staff=boss, before={"advisor_id": None}, after={"advisor_id": new_advisor.pk})
    body = body_of(boss, who)
    for words in ("name: 沈墓云 → 沈慕云", "phone: changed", "risk level: C3 → C4", "by a file"):
        assert words in body
    assert f"advisor: — → {new_advisor.name}" in body
    for secret in ("v1:", "old@example.com", "new@example.com", "pinyin"):
        assert secret not in body
    read = body_of(staff("reader", "compliance"), who)
    assert "沈墓云" not in read
    assert "name: 沈•• → 沈••" in read


def test_only_compliance_reads_who_looked_at_the_client(branch: Branch, boss: Staff) -> None:
    who, other = client(branch), client(branch)
    own = account(who)
    TierPin.objects.create(client=who, tier="vip", reason="x", from_day=DAY, made_by=boss)
    for table, key, reason in (
        ("clients_client", who.pk, "回电"),
        ("clients_account", own.pk, "核对账号"),
        ("clients_client", other.pk, "别人的"),
    ):
        AuditEvent.objects.create(
            action="reveal", actor=boss, table=table, key=str(key), reason=reason, detail={"field": "phone"}
        )
    reader = staff("reader", "compliance")
    body = body_of(reader, who, show="audit")
    assert body.count('class="ev"') == 2
    for words in ("Value shown · phone", "回电", "核对账号", boss.name):
        assert words in body
    assert "回电" not in body_of(boss, who, show="audit")
    assert "回电" not in body_of(boss, who)
