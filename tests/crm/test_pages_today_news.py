"""What stands beside the work of the day: promises, greetings, boundaries and what changed."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from clients.models import ImportBatch
from crm.models import Branch, Publication
from segmentation.models import TierMove, TierScheme
from servicing.promises import make_promise
from tests.crm.page_firm import DAY, browser_of, client, night, staff, stand
from tests.crm.today_firm import (
    ENGLISH,
    NOW,
    OVERDUE,
    TODAY,
    YESTERDAY,
    at_stake,
    changed,
    log_in,
    news,
    page,
    talked,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def branch():
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def me(branch):
    return staff("me", "advisor", branch)


def test_promises_of_the_coming_week_stand_beside_with_their_days(branch, me):
    night(branch)
    person = client(branch, "沈慕云", advisor=me)
    contact = talked(person, 20)
    for text, day in (
        ("过期的", YESTERDAY),
        ("七天内的", TODAY + timedelta(days=7)),
        ("以后的", TODAY + timedelta(days=8)),
    ):
        make_promise(contact, text, day, by=me, at=NOW - timedelta(days=19))
    assert [promise.text for promise in page(me).context["promises"]] == ["过期的", "七天内的"]


def test_birthdays_by_both_calendars_and_the_next_festivals(branch, me):
    night(branch)  # 2026-11-21 is the thirteenth of the tenth lunar month
    client(branch, "阳历", advisor=me, birthday=date(1966, 11, 27))
    client(branch, "阴历", advisor=me, birthday=date(1966, 10, 15), birthday_calendar="lunar")
    client(branch, "过了", advisor=me, birthday=date(1966, 11, 20))
    client(branch, "还早", advisor=me, birthday=date(1966, 11, 28))
    client(branch, "销户", advisor=me, birthday=date(1966, 11, 22), closed_on=DAY)
    client(branch, "别人的", birthday=date(1966, 11, 22))
    found = page(me).context["birthdays"]
    assert [(one.name, one.day, one.words) for one in found] == [
        ("阴历", date(2026, 11, 23), "turns 60, lunar month 10, day 15"),
        ("阳历", date(2026, 11, 27), "turns 60"),
    ]
    assert [name for _day, name in page(me).context["festivals"]] == ["Xiayuan"]


def test_a_manager_greets_the_best_of_the_branch(branch):
    boss, published = staff("boss", "manager", branch), night(branch)
    for name, tier in (("贵宾", "vip"), ("小客户", "small")):
        stand(published, client(branch, name, birthday=date(1966, 11, 22)), tier=tier)
    assert [one.name for one in page(boss).context["birthdays"]] == ["贵宾"]


def test_the_head_has_the_lunar_day_and_its_festival(branch, me):
    with time_machine.travel(datetime(2026, 9, 25, 2, tzinfo=UTC), tick=False):
        body = browser_of(me).get(reverse("today"), headers={"accept-language": "zh-hans"}).content.decode()
    assert "农历八月十五 · 中秋节" in body


def test_the_boundary_is_exact_to_the_fen_and_only_the_near_are_listed(branch, me):
    published = night(branch)
    stand(published, client(branch, "近", advisor=me), tier="key", measure_fen=100_000, to_next_fen=4_999)
    stand(published, client(branch, "远", advisor=me), tier="key", measure_fen=100_000, to_next_fen=5_100)
    response = page(me)
    assert [standing.client.name for standing in response.context["boundary"]] == ["近"]
    assert "¥49.99" in response.content.decode()


def test_changes_of_the_night_come_by_what_is_at_stake_each_with_a_sentence(branch, me):
    few, much, calm = (
        at_stake(branch, me, name, fen) for name, fen in (("少", 100), ("多", 900_000), ("降", 5_000_000))
    )
    published, gone = Publication.objects.get(), client(branch, "走", advisor=me)
    changed(published, few, subject="band", before="low", after="raised", detail=OVERDUE)
    changed(published, much, subject="band", before="raised", after="high", detail=OVERDUE)
    changed(published, calm, subject="band", before="high", after="low", detail=[])
    changed(published, gone, subject="dormancy", before="active", after="closed", detail={})
    response = news(me)
    rows = response.context["changed"]
    assert [row.standing.client.name for row in rows] == ["多", "少"]  # a risk that fell is no alarm
    assert rows[0].why == "No trade for 36 days; usually 4.1 trading days a month"
    assert [change.client.name for change in response.context["left"]] == ["走"]


def test_a_move_says_whether_it_was_the_clients_own_doing(branch, me):
    published = night(branch)
    person = client(branch, "沈慕云", advisor=me)
    stand(published, person, tier="key")
    TierMove.objects.create(
        client=person, publication=published, branch=branch, day=DAY, from_tier="vip", to_tier="key",
        scheme=TierScheme.objects.get(branch=None), from_measure_fen=500_00, measure_fen=500_00, from_rank=30, rank=31,
        why="others",
    )  # fmt: skip
    assert "Others moved, rank 30 → 31; own value ¥500.00" in news(me).content.decode()


def test_what_changed_since_the_last_log_in_covers_every_night_between(branch, me):
    person = client(branch, "沈慕云", advisor=me)
    nights = [night(branch, DAY - timedelta(days=days)) for days in (2, 1, 0)]
    for published, hours, (before, after) in zip(
        nights, (49, 25, 1), (("low", "watch"), ("watch", "raised"), ("raised", "high")), strict=True
    ):
        Publication.objects.filter(pk=published.pk).update(published_at=NOW - timedelta(hours=hours))
        stand(published, person, churn_band=after)
        changed(published, person, subject="band", before=before, after=after, detail=[])
    ImportBatch.objects.create(file_name="a", kind="trades", state="committed", committed_at=NOW - timedelta(hours=2))
    ImportBatch.objects.create(file_name="b", kind="trades", state="committed", committed_at=NOW - timedelta(hours=60))
    with time_machine.travel(NOW - timedelta(hours=30), tick=False):
        first = log_in(me).get(reverse("today-news"), headers=ENGLISH)
    assert first.context["since"] is None  # the first log-in ever: what the last night changed
    second = log_in(me).get(reverse("today-news"), headers=ENGLISH)
    (row,) = second.context["changed"]
    assert [change.title for change in row.changes] == ["Churn risk Raised → High", "Churn risk Watch → Raised"]
    assert "Changed since your last log-in, 11-20 04:30" in second.content.decode()
    assert second.context["files"] == 1
    third = log_in(me).get(reverse("today-news"), headers=ENGLISH)  # nothing since: the last night again
    assert third.context["since"] is None
    assert [change.title for change in third.context["changed"][0].changes] == ["Churn risk Raised → High"]
