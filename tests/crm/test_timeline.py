"""The line of time: every event once, in order, whatever the mix and the size of the page; masked; at a fixed price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from clients.models import CashTransfer, Client, FactChange, SecuritiesTransfer, Trade
from clients.trading_days import days_before
from crm.lib.keyset import BadCursor
from crm.models import AuditEvent, Branch, Staff
from crm.pages.timeline.events import Event, Place, place_of
from crm.pages.timeline.reading import count_groups, read_page, sources_of
from crm.pages.timeline.sources import Found, Source
from segmentation.models import StateChange, TierMove, TierPin, TierScheme
from servicing.models import Contact, Promise, Task
from tests.crm.page_firm import DAY, NOW, account, batch, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db
IN_ENGLISH = {"accept-language": "en"}
FRAGMENT = {"HX-Request": "true", **IN_ENGLISH}


@pytest.fixture
def branch() -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def boss(branch: Branch) -> Staff:
    return staff("boss", "manager", branch)


@dataclass(frozen=True)
class Kept:
    """A source whose events are kept in a list."""

    name: str
    places: Sequence[Place]
    group: str = "kept"

    def found(self, after: Place | None, *, same_day: int, count: int) -> list[Found]:
        order = sorted(self.places, key=lambda p: (p.day, p.at, p.key), reverse=True)
        if after:
            behind = {
                1: lambda p: p.day <= after.day,
                0: lambda p: (p.day, p.at, p.key) < (after.day, after.at, after.key),
                -1: lambda p: p.day < after.day,
            }[same_day]
            order = [place for place in order if behind(place)]
        return [Found(place, None) for place in order[:count]]

    def told(self, found: Sequence[Found]) -> list[Event]:
        return [Event(one.place, "coin", str(one.place)) for one in found]

    def counted(self, limit: int) -> tuple[str, Sequence[Any]]:
        return "SELECT %s", [min(len(self.places), limit)]


def walked(sources: Sequence[Source], size: int) -> list[Place]:
    """Every place, by going from page to page."""
    places: list[Place] = []
    after = ""
    while True:
        page = read_page(sources, after=after, size=size)
        assert len(page.events) <= size
        new = [event.place for event in page.events]
        assert not set(new) & set(places), "an event comes twice"
        places += new
        after = page.after
        if not after:
            return places


marks = some.lists(some.tuples(some.integers(0, 4), some.integers(0, 3), some.integers(0, 5)), unique=True, max_size=12)


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


def fact(owner: Any, **more: Any) -> dict[str, Any]:
    told = {"branch": owner.branch, "client": owner.client, "account": owner, "batch": batch(), "recorded_at": NOW}
    return {**told, **more}


def trade(owner: Any, day: date, n: int = 0, **more: Any) -> Trade:
    values = {"side": "buy", "quantity_e2": 100, "amount_minor": 1000, "commission_minor": 5, "channel": "mobile"}
    values |= {"security_code": "600000", "instrument_class": "main", **more}
    return Trade.objects.create(**fact(owner, traded_on=day, deal_key=f"{day}-{n}", **values))


def contact(who: Client, by: Staff, at: datetime, **more: Any) -> Contact:
    values = {"channel": "phone", "summary": "想看纸质的中期策略", "recorded_at": at, **more}
    return Contact.objects.create(branch=who.branch, client=who, staff=by, happened_at=at, **values)


def promise(of: Contact, by: Staff, **more: Any) -> Promise:
    values = {"text": "寄中期策略", "due_on": DAY, **more}
    return Promise.objects.create(branch=of.branch, client=of.client, contact=of, owner=by, **values)


def task(who: Client, by: Staff, key: str, **more: Any) -> Task:
    values = {"title": "回访", "due_on": DAY, "made_by": by, "made_at": NOW, **more}
    return Task.objects.create(branch=who.branch, client=who, owner=by, key=key, **values)


def change(who: Client, at: datetime = NOW, **more: Any) -> FactChange:
    return FactChange.objects.create(
        **{"table": "clients_client", "key": who.pk, "branch": who.branch, "at": at, **more}
    )


KINDS = ("trade", "trade elsewhere", "cash", "securities", "contact", "promise", "task", "tier", "state", "change")
mixes = some.lists(some.tuples(some.sampled_from(KINDS), some.integers(0, 5)), max_size=25)


def happened(kind: str, day: int, n: int, who: Client, owners: Sequence[Any], by: Staff) -> None:
    """Something of a kind, so many days ago; two of a kind on one day stand at the same moment."""
    on = DAY - timedelta(days=day)
    at = datetime(on.year, on.month, on.day, 15, 59, tzinfo=UTC)  # one minute before midnight in Shanghai
    if kind == "trade":
        trade(owners[0], on, n)
    elif kind == "trade elsewhere":
        trade(owners[1], on, n)
    elif kind == "cash":
        CashTransfer.objects.create(**fact(owners[0]), moved_on=on, transfer_key=str(n), amount_minor=100)
    elif kind == "securities":
        SecuritiesTransfer.objects.create(**fact(owners[1]), moved_on=on, transfer_key=str(n), quantity_e2=100)
    elif kind == "contact":
        contact(who, by, at)
    elif kind == "promise":
        promise(contact(who, by, at, withdrawn_at=at), by, state="kept", settled_at=at, settled_by=by)
    elif kind == "task":
        task(who, by, f"{who.pk}-{n}", state="done", settled_at=at, settled_by=by)
    elif kind == "tier" and not TierMove.objects.filter(client=who, day=on).exists():
        TierMove.objects.create(
            client=who, branch=who.branch, day=on, to_tier="vip", scheme=TierScheme.objects.get(branch=None),
            measure_fen=1, rank=1, why="first",
        )  # fmt: skip
    elif kind == "state" and not StateChange.objects.filter(client=who, day=on, subject="band").exists():
        StateChange.objects.create(client=who, branch=who.branch, day=on, subject="band", before="low", after="high")
    elif kind == "change":
        change(who, at, before={"risk_level": "C1"}, after={"risk_level": "C2"})


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
    assert sum(count.count for count in count_groups(sources)) == expected


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


def body_of(person: Staff, who: Client, **asked: str) -> str:
    address = reverse("client-timeline", args=[who.pk])
    return browser_of(person).get(address, asked, headers=FRAGMENT).content.decode()


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


def test_the_filters_stand_in_the_address_with_their_counts(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    own = account(who)
    for n in range(3):
        trade(own, DAY - timedelta(days=n), n)
    CashTransfer.objects.create(**fact(own), moved_on=DAY, transfer_key="1", amount_minor=-30_000_000, bank="临江银行")
    contact(who, boss, NOW)
    page = browser_of(boss).get(reverse("client-detail", args=[who.pk]), {"show": "transfers"}, headers=IN_ENGLISH)
    body = page.content.decode()
    assert {str(chip.label): (chip.words, chip.is_on) for chip in page.context["chips"]} == {
        "All": ("5", False),
        "Trades": ("3", False),
        "Transfers": ("1", True),
        "Contacts": ("1", False),
    }
    assert "−300,000.00" in body
    assert "临江银行" in body
    assert body.count('class="ev"') == 1
    turned = {str(chip.label): chip.page_url for chip in page.context["chips"]}
    assert turned["Trades"].endswith("?show=trades,transfers")
    assert turned["Transfers"] == reverse("client-detail", args=[who.pk])
    unknown = browser_of(boss).get(reverse("client-timeline", args=[who.pk]), {"show": "nonsense,"}, headers=FRAGMENT)
    assert unknown.content.decode().count('class="ev"') == 5


def test_older_events_follow_by_the_address_of_the_button(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    own = account(who)
    for n in range(70):
        trade(own, DAY - timedelta(days=n), n)
    browser, seen = browser_of(boss), []
    response = browser.get(reverse("client-detail", args=[who.pk]), {"show": "trades"})
    while True:
        seen += [event.place.day for event in response.context["timeline"].events]
        older = response.context["older_url"]
        if not older:
            break
        assert "show=trades" in older
        response = browser.get(older, headers=FRAGMENT)
        assert b"<html" not in response.content
    assert seen == [DAY - timedelta(days=n) for n in range(70)]


def test_a_page_that_begins_within_a_day_does_not_write_the_day_again(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    for n in range(35):
        contact(who, boss, NOW + timedelta(minutes=n))
    browser = browser_of(boss)
    first = browser.get(reverse("client-timeline", args=[who.pk]), headers=FRAGMENT)
    rest = browser.get(first.context["older_url"], headers=FRAGMENT).content.decode()
    assert first.content.decode().count('class="day"') == 1
    assert rest.count('class="ev"') == 5
    assert rest.count('class="day"') == 0


@pytest.mark.parametrize(
    "place",
    ["junk", "2026-11-20~trade~0", "2026-11-20~nobody~0~1", "2026-13-20~trade~0~1", "9999-12-31~trade~0~1",
     f"2026-11-20~contact~{10**30}~1", f"2026-11-20~cash~0~{2**70}", "2026-11-20~cash~x~1", "2026-11-20~audit~0~1"],
)  # fmt: skip
def test_a_place_that_no_page_wrote_is_missing(branch: Branch, boss: Staff, place: str) -> None:
    who = client(branch)
    address = reverse("client-timeline", args=[who.pk])
    for headers in (FRAGMENT, {}):
        assert browser_of(boss).get(address, {"after": place}, headers=headers).status_code == 404
    with pytest.raises(BadCursor):
        read_page(sources_of(who, boss), after=place)


def test_counting_stops_at_a_limit_and_says_so(branch: Branch, boss: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.pages.timeline.reading.COUNTED_TO", 3)
    who = client(branch)
    for n in range(5):
        contact(who, boss, NOW + timedelta(minutes=n))
    words = [chip.words for chip in browser_of(boss).get(reverse("client-detail", args=[who.pk])).context["chips"]]
    assert words == ["3+", "3+"]


@pytest.mark.parametrize(("asked", "budget"), [({}, 15), ({"show": "trades"}, 6), ({"show": "contacts,data"}, 7)])
def test_a_page_costs_the_same_at_any_length_of_the_history(
    branch: Branch, boss: Staff, asked: dict[str, str], budget: int
) -> None:
    who = client(branch)
    stand(night(branch), who)
    owners = [account(who, f"88000000{n:04d}") for n in range(2)]
    browser, address = browser_of(boss), reverse("client-timeline", args=[who.pk])

    def queries() -> list[int]:
        """Of the first page and of the one behind it."""
        found, url = [], address
        for data in (asked, None):
            with CaptureQueriesContext(connection) as done:
                response = browser.get(url, data, headers=FRAGMENT)
            found.append(len(done))
            url = response.context["older_url"] or address
        return found

    def fill(first: int, last: int) -> None:
        for n in range(first, last):
            for kind in KINDS:
                happened(kind, n, 100 * n, who, owners, boss)

    fill(0, 40)
    few = queries()
    fill(40, 90)
    assert queries() == few
    assert max(few) <= budget


def test_a_moment_survives_its_way_through_the_address() -> None:
    moment = datetime(2026, 11, 20, 8, 30, 15, 123_457, tzinfo=UTC)
    place = place_of(moment, "contact", 7)
    assert place.moment == moment
    assert str(place) == f"2026-11-20~contact~{place.at}~7"
    with translation.override("en"):
        assert place.day == date(2026, 11, 20)
