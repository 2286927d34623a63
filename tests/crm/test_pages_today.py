"""Today: one list of work by what is at stake, what is due and whom to greet, and what changed meanwhile."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import ImportBatch
from crm.models import Branch, Publication
from segmentation.models import PublicationBasis, ScoreModel, StateChange, Threshold, TierMove, TierScheme
from servicing.contacts import record_contact, withdraw_contact
from servicing.models import Task
from servicing.promises import make_promise
from servicing.todo import add_task, postpone_task, settle_task
from tests.crm.page_firm import DAY, browser_of, client, night, staff, stand
from tests.servicing.desk import said

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
TODAY = date(2026, 11, 21)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
OVERDUE = [{"code": "overdue", "slots": {"days": 36, "per_month": 4.1}}]
ENGLISH = {"accept-language": "en"}


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


def changed(published, person, **told):
    StateChange.objects.create(
        client=person, publication=published, branch=published.branch, day=published.as_of, **told
    )


def task(person, due_on=YESTERDAY, title="季度电话", **more):
    at = NOW - timedelta(days=30)
    return add_task(person, title, due_on, key=str(uuid4()), by=person.advisor, at=at, **more)


def talked(person, days_ago):
    at = NOW - timedelta(days=days_ago)
    return record_contact(person, said(happened_at=at), uid=uuid4(), by=person.advisor, at=at)


def page(person, asked=""):
    return browser_of(person).get(reverse("today") + asked, headers=ENGLISH)


def news(person):
    return browser_of(person).get(reverse("today-news"), headers=ENGLISH)


def names(response):
    return [row.client.name for row in response.context["work"]]


def at_stake(branch, me, name, fen, **more):
    published = Publication.objects.filter(branch=branch).first() or night(branch)
    person = client(branch, name, advisor=me)
    stand(published, person, **{"at_risk_fen": fen, "churn_band": "high", "churn_reasons": OVERDUE, **more})
    return person


def test_the_list_goes_by_commission_at_risk_times_urgency(branch, me):
    late, due, free = (
        at_stake(branch, me, name, fen) for name, fen in (("逾期", 600), ("今天", 900), ("未安排", 1300))
    )
    nobody = at_stake(branch, me, "无风险", None, churn_band="")
    task(late)
    task(due, TODAY)
    task(nobody)
    assert names(page(me)) == ["今天", "未安排", "逾期", "无风险"]  # 1,350, 1,300, 1,200, 0
    Threshold.objects.create(key="urgency_overdue", value=300, unit="%", from_day=TODAY, source="branch meeting")
    assert names(page(me)) == ["逾期", "今天", "未安排", "无风险"]
    assert free.name in page(me).content.decode()


def test_each_row_says_the_reason_in_one_sentence_and_the_one_next_action(branch, me):
    person = at_stake(branch, me, "顾承远", 3_060_300)
    talked(person, 63)
    (row,) = page(me).context["work"]
    assert row.why == "No trade for 36 days; usually 4.1 trading days a month; last contact 63 days ago"
    assert row.action == "Call: long without contact"
    body = page(me).content.decode()
    assert "¥30,603" in body
    assert row.why in body


def test_one_row_per_client_begins_with_what_is_due_first(branch, me):
    person = at_stake(branch, me, "顾承远", 900)
    contact = talked(person, 40)
    make_promise(contact, "送诊断", YESTERDAY, by=me, at=NOW - timedelta(days=9))
    task(person, TODAY)
    task(person, YESTERDAY - timedelta(days=1), title="更早的事")
    (row,) = page(me).context["work"]
    assert (row.action, row.others, row.late_days) == ("更早的事", 2, 2)
    settle_task(Task.objects.get(title="更早的事"), by=me, at=NOW)
    (row,) = page(me).context["work"]
    assert (row.action, row.others, row.promise.text) == ("Keep the promise: 送诊断", 1, "送诊断")


def test_who_was_talked_to_lately_or_is_planned_for_is_left_in_peace(branch, me):
    calm = at_stake(branch, me, "刚谈过", 900)
    contact = talked(calm, 3)
    talked(at_stake(branch, me, "久未谈", 800), 14)
    task(at_stake(branch, me, "已安排", 700), TOMORROW)
    settle_task(task(at_stake(branch, me, "已办", 600)), by=me, at=NOW - timedelta(days=1))
    assert names(page(me)) == ["久未谈"]
    withdraw_contact(contact, by=me, at=NOW)
    assert names(page(me)) == ["刚谈过", "久未谈"]


def test_what_is_postponed_leaves_the_day_and_what_is_due_stays_though_it_was_talked_about(branch, me):
    person, other = at_stake(branch, me, "甲", 900), at_stake(branch, me, "乙", 800)
    talked(other, 1)
    task(other)
    postpone_task(task(person), TOMORROW, by=me, at=NOW)
    assert names(page(me)) == ["乙"]


def test_where_the_model_gives_words_only_the_words_name_whom_to_call_and_the_measure_orders_them(branch, me):
    for name, band, measure in (("小", "high", 100), ("大", "raised", 900), ("关注", "watch", 5_000)):
        at_stake(branch, me, name, None, churn_band=band, measure_fen=measure)
    model = ScoreModel.objects.create(
        kind="m0", status="champion", month="2026-11", fitted_as_of=DAY, cutoff=NOW, is_calibrated=False
    )
    PublicationBasis.objects.update(model=model)
    response = page(me)
    assert names(response) == ["大", "小"]
    assert response.context["first"] == []


def test_a_low_risk_alone_is_no_work(branch, me):
    at_stake(branch, me, "低", 900, churn_band="low")
    assert names(page(me)) == []
    assert "Nothing is waiting" in page(me).content.decode()


def test_a_closed_client_with_something_due_is_still_there(branch, me):
    night(branch)
    gone = client(branch, "已销户", advisor=me, closed_on=DAY)
    task(gone)
    (row,) = page(me).context["work"]
    assert (row.client.name, row.standing, row.stake_fen) == ("已销户", None, 0)
    assert page(me).status_code == 200


def test_the_first_twelve_are_shown_and_the_others_are_one_click_away(branch, me):
    for n in range(15):
        at_stake(branch, me, f"客户{n}", (n + 1) * 100_00)
    response = page(me)
    assert len(response.context["work"]) == 12
    assert "3 more, together ¥600" in response.content.decode()
    assert len(page(me, "?all=1").context["work"]) == 15


def test_the_strip_counts_what_is_late_due_and_coming(branch, me):
    person = at_stake(branch, me, "甲", 900)
    task(person)
    task(person, TODAY)
    task(person, TODAY + timedelta(days=7))
    task(person, TODAY + timedelta(days=8))
    first = page(me).context["stats"][0]
    assert "overdue 1" in first["note"]
    assert "today 1 · in a week 1" in first["note"]


def test_a_colleagues_clients_are_not_my_day_and_a_manager_sees_the_branch(branch, me):
    other, boss = staff("other", "advisor", branch), staff("boss", "manager", branch)
    theirs = at_stake(branch, other, "别人的", 900_000, tier="vip")
    task(theirs)
    changed(Publication.objects.get(), theirs, subject="band", before="low", after="high", detail=[])
    response = page(me)
    assert "别人的" not in response.content.decode() + news(me).content.decode()
    assert (news(me).context["changed"], response.context["work"]) == ([], [])
    (row,) = page(boss).context["work"]
    assert row.client == theirs
    assert other.name in page(boss).content.decode()


def test_a_manager_of_two_branches_gets_one_list_over_both(branch, me):
    there = Branch.objects.create(code="1102", name="望湖营业部")
    neighbour, boss = staff("neighbour", "advisor", there), staff("boss", "manager", branch, there)
    here, far = at_stake(branch, me, "此处", 900), at_stake(there, neighbour, "彼处", 1_000)
    assert names(page(boss)) == ["彼处", "此处"]
    task(here)
    assert names(page(boss)) == ["此处", "彼处"]
    for person in (here, far):
        changed(
            Publication.objects.get(branch=person.branch), person, subject="band", before="low", after="high", detail=[]
        )
    assert [row.standing.client.name for row in news(boss).context["changed"]] == ["彼处", "此处"]


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


def log_in(person):
    browser = Browser()
    sent = {"username": person.username, "password": "a long pass phrase"}
    assert browser.post(reverse("log-in"), sent).status_code == 302
    return browser


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


def test_before_the_first_night_the_page_says_what_to_do(branch, me):
    assert "No numbers yet" in page(me).content.decode()


def test_after_an_action_the_page_reads_its_content_anew_as_a_fragment(branch, me):
    at_stake(branch, me, "甲", 900)
    fragment = browser_of(me).get(reverse("today"), headers={"HX-Request": "true"})
    body = fragment.content.decode().strip()
    assert body.startswith('<div id="today"')
    assert "<html" not in body
    assert "HX-Request" in fragment["Vary"]


@pytest.mark.parametrize("role", ["advisor", "manager"])
def test_the_page_takes_a_fixed_number_of_queries(branch, me, role):
    browser = browser_of(me if role == "advisor" else staff("boss", "manager", branch))
    other = staff("other", "advisor", branch)

    def more(count):
        for n in range(count):
            person = at_stake(branch, me, f"客户{n}", n * 10, tier="vip", to_next_fen=1)
            changed(Publication.objects.get(), person, subject="band", before="low", after="high", detail=[])
            contact = talked(person, 20 + n)
            make_promise(contact, "送诊断", TODAY, by=me, at=NOW - timedelta(days=19))
            task(at_stake(branch, me, f"任务{n}", n * 7), TODAY if n % 2 else YESTERDAY)
            task(client(branch, f"无夜{n}", advisor=other))

    def cost(route):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(reverse(route)).status_code == 200
        return len(asked)

    more(9)  # one more than a card shows
    few = cost("today"), cost("today-news")
    more(15)
    many = cost("today"), cost("today-news")
    assert many == few
    assert few[0] <= 16
    assert few[1] <= 12
