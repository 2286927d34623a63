"""Three trends (S20): a quarter beside the former ones and beside the others, with the same mix, and only what chance leaves."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Client
from crm.models import Branch
from segmentation.models import Threshold
from servicing.models import Complaint, QuarterFigures
from servicing.quarters import Quarter
from servicing.todo import add_task, settle_task
from servicing.trends.counting import Counted
from servicing.trends.keeping import keep_quarter, keep_trends, write_quarter
from servicing.trends.measures import MEASURES
from servicing.trends.reading import BETTER, SAME, UNKNOWN, WORSE, Trend, trends_of
from servicing.trends.sums import Sums, beside
from tests.crm.page_firm import client, staff
from tests.segmentation.nights import publish
from tests.servicing.desk import AT, DAY, make_desk

Q3, Q4 = Quarter(2026, 3), Quarter(2026, 4)
days = st.dates(date(1995, 1, 1), date(2060, 12, 31))


@given(days)
def test_every_day_lies_in_one_quarter_between_the_one_before_and_the_one_after(day):
    quarter = Quarter.of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.before.last + timedelta(days=1) == quarter.first
    assert quarter.before.after == quarter == Quarter.named(str(quarter))


@pytest.mark.parametrize("text", ["", "2026", "2026-5", "2026-0", "26-1", "2026-12", "2026-４", "0001-1"])
def test_what_is_no_quarter_is_none(text):
    assert Quarter.named(text) is None


def share(n, kept):
    return Sums(n, kept, kept)


shares = st.integers(1, 500).flatmap(lambda n: st.integers(0, n).map(lambda kept: share(n, kept)))
mixes = st.dictionaries(st.sampled_from(["vip", "key", "small"]), shares, min_size=1)


@given(mixes)
def test_nobody_differs_from_themselves(strata):
    assert beside(strata, strata).differs == 0


@given(mixes, st.integers(2, 9))
def test_whoever_does_as_the_others_in_every_tier_does_not_differ_whatever_the_mix(strata, times):
    others = {name: Sums(one.n * times, one.total * times, one.squares * times) for name, one in strata.items()}
    assert beside(strata, others).differs == 0


def test_a_mix_is_held_against_the_same_mix():
    mine = {"vip": share(100, 80), "key": share(10, 4)}
    others = {"vip": share(100, 80), "key": share(900, 360)}
    found = beside(mine, others)
    assert found.mean == pytest.approx(84 / 110)
    assert found.expected == pytest.approx((100 * 0.8 + 10 * 0.4) / 110)
    assert found.differs == 0
    assert beside({"": found_raw(mine)}, {"": found_raw(others)}).differs == 1  # without the mix it would


def found_raw(strata):
    return sum(strata.values(), Sums())


def test_chance_is_no_difference_and_a_clear_one_is():
    assert beside({"": share(40, 30)}, {"": share(40, 28)}).differs == 0
    assert beside({"": share(400, 380)}, {"": share(400, 300)}).differs == 1
    assert beside({"": share(400, 300)}, {"": share(400, 380)}).differs == -1


@pytest.fixture
def desk(db):
    return make_desk()


def wrote(branch, quarter, name, sums: Counted, day=None):
    return write_quarter(branch, quarter, {name: (sums, 30)}, until=day or quarter.last, at=AT)


def of_branch(desk, name) -> Trend:
    found = trends_of(desk.manager, desk.branch, None)
    assert found is not None
    return next(one for one in found.of_branch() if one.key == name)


def test_more_losses_are_worse_and_more_done_in_time_is_better(desk):
    one = desk.advisor.pk
    write_quarter(
        desk.branch,
        Q3,
        {"lost": ({(one, ""): share(1000, 10)}, 90), "fulfilment": ({(one, ""): share(200, 120)}, 92)},
        until=Q3.last,
        at=AT,
    )
    write_quarter(
        desk.branch,
        Q4,
        {"lost": ({(one, ""): share(1000, 20)}, 30), "fulfilment": ({(one, ""): share(200, 170)}, 51)},
        until=DAY,
        at=AT,
    )
    lost = of_branch(desk, "lost")
    assert lost.sums.mean == pytest.approx(0.02)  # 20 of 1,000 in thirty days
    assert lost.past[0][1][""].mean == pytest.approx(0.01 / 3)  # 10 of 1,000 in ninety
    assert lost.verdicts == (WORSE, UNKNOWN)
    assert of_branch(desk, "fulfilment").verdicts == (BETTER, UNKNOWN)


def test_too_few_cases_say_nothing(desk):
    wrote(desk.branch, Q3, "fulfilment", {(desk.advisor.pk, ""): share(500, 250)})
    wrote(desk.branch, Q4, "fulfilment", {(desk.advisor.pk, ""): share(29, 29)}, DAY)
    assert of_branch(desk, "fulfilment").verdicts == (UNKNOWN, UNKNOWN)
    wrote(desk.branch, Q4, "fulfilment", {(desk.advisor.pk, ""): share(30, 30)}, DAY)
    assert of_branch(desk, "fulfilment").verdicts == (BETTER, UNKNOWN)


def test_a_branch_is_held_against_the_others_unless_somebody_decided_a_number(desk):
    far = Branch.objects.create(code="1102", name="望湖营业部")
    wrote(far, Q4, "response", {(None, ""): share(300, 270)}, DAY)
    wrote(desk.branch, Q4, "response", {(desk.advisor.pk, ""): share(300, 210)}, DAY)
    found = of_branch(desk, "response")
    assert found.verdicts == (UNKNOWN, WORSE)
    assert found.bench is not None
    assert found.bench.expected == pytest.approx(0.9)
    Threshold.objects.create(
        key="benchmark_response", value=7_000, unit="e-4", from_day=DAY - timedelta(days=9), source="经营会议"
    )
    assert of_branch(desk, "response").verdicts == (UNKNOWN, SAME)


def test_an_advisor_is_held_against_the_other_advisors(desk):
    other = staff("other", "advisor", desk.branch)
    sums = {(desk.advisor.pk, ""): share(200, 100), (other.pk, ""): share(200, 180), (None, ""): share(50, 45)}
    wrote(desk.branch, Q4, "fulfilment", sums, DAY)
    found = trends_of(desk.manager, desk.branch, None)
    assert found is not None
    trend = found.advisor_trend("fulfilment", desk.advisor.pk)
    assert trend.bench is not None
    assert trend.bench.expected == pytest.approx(225 / 250)
    assert (trend.verdicts[1], found.advisor_trend("fulfilment", other.pk).verdicts[1]) == (WORSE, BETTER)
    assert sorted(found.people) == sorted([desk.advisor.pk, other.pk])


def test_what_is_due_lost_and_complained_of_is_counted_without_restricted_clients(desk):
    secret = client(desk.branch, "密", advisor=desk.advisor, is_restricted=True)
    people = [desk.client, client(desk.branch, "李", advisor=desk.advisor), secret]
    told = {one: {"tier": "vip", "measure": 1000_00, "score": 0.2, "band": "raised"} for one in people}
    publish(desk.branch, date(2026, 9, 30), told)
    publish(desk.branch, DAY, {one: told[one] for one in (desk.client, secret)})
    before = AT - timedelta(days=10)
    for one in (desk.client, secret):
        for n in range(2):
            task = add_task(one, "回访", DAY - timedelta(days=n), key=str(uuid4()), by=desk.advisor, at=before)
        settle_task(task, by=desk.advisor, at=before)
        Complaint.objects.create(
            branch=desk.branch, client=one, received_at=AT - timedelta(days=3), how="phone", category="price",
            severity="minor", text="佣金", owner=desk.manager, entered_at=AT, clock_from=DAY, due_on=DAY,
        )  # fmt: skip
    row = keep_quarter(desk.branch, Q4, until=DAY, at=AT)
    mine = row.advisors[str(desk.advisor.pk)]
    assert row.days["lost"] == 51
    assert mine["fulfilment"] == {"": [2, 1, 1]}
    assert (row.whole["lost"], mine["complaints"]) == ({"raised": [2, 1, 1]}, {"": [1, 1, 1]})
    assert mine["money"] == {"vip": [1, 1000, 1_000_000]}
    assert mine["reach"] == {"vip": [1, 0, 0]}


def test_the_night_counts_the_present_quarter_anew_and_a_past_one_once(desk):
    night = publish(desk.branch, DAY, {desk.client: {"tier": "vip"}})
    assert night is not None
    assert keep_trends(night, at=AT) == {"counted": 5}
    assert keep_trends(night, at=AT) == {"counted": 1}
    assert QuarterFigures.objects.count() == 5
    kept = QuarterFigures.objects.get(first_day=Q3.first)
    assert (kept.until_day, QuarterFigures.objects.get(first_day=Q4.first).until_day) == (Q3.last, DAY)
    QuarterFigures.objects.filter(pk=kept.pk).update(until_day=date(2026, 9, 29))  # its last night was a day early
    assert keep_trends(night, at=AT) == {"counted": 2}


def test_a_fence_that_fell_keeps_nothing(desk):
    class Fenced(Exception):
        pass

    def fall():
        raise Fenced

    with pytest.raises(Fenced):
        keep_quarter(desk.branch, Q4, until=DAY, at=AT, fence=fall)
    assert not QuarterFigures.objects.exists()


def test_answers_of_clients_are_counted_where_they_were_asked(desk):
    closed = {"stage": "closed", "closed_at": datetime(2026, 11, 3, 3, tzinfo=UTC), "asked_by": desk.manager}
    for mark in (5, 4, 3):
        Complaint.objects.create(
            branch=desk.branch, client=desk.client, received_at=AT - timedelta(days=30), how="phone",
            category="price", severity="minor", text="佣金", owner=desk.manager, entered_at=AT, clock_from=DAY,
            satisfaction=mark, **closed,
        )  # fmt: skip
    assert keep_quarter(desk.branch, Q4, until=DAY, at=AT).whole["met"] == {"complaint": [3, 2, 2]}
    Client.objects.update(is_restricted=True)
    assert "met" not in keep_quarter(desk.branch, Q4, until=DAY, at=AT).whole


def test_every_measure_names_a_number_that_holds(desk):
    wrote(desk.branch, Q4, "fulfilment", {(desk.advisor.pk, ""): share(1, 1)}, DAY)
    found = trends_of(desk.manager, desk.branch, Q4)
    assert found is not None
    assert {one.key for one in found.of_branch()} == set(MEASURES)
    assert trends_of(desk.manager, desk.branch, Q3) is None
    assert trends_of(desk.advisor, desk.branch, None) is None
