"""Today: one list of work by what is at stake, what is due and whom to greet, and what changed meanwhile."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.models import Branch, Publication
from segmentation.models import PublicationBasis, ScoreModel, Threshold
from servicing.contacts import withdraw_contact
from servicing.models import Task
from servicing.promises import make_promise
from servicing.todo import postpone_task, settle_task
from tests.crm.page_firm import DAY, browser_of, client, night, staff
from tests.crm.today_firm import (
    NOW,
    TODAY,
    TOMORROW,
    YESTERDAY,
    at_stake,
    changed,
    names,
    news,
    page,
    talked,
    task,
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
    assert few[0] <= 23
    assert few[1] <= 12
