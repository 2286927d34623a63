"""The actual level of a relationship, from the contact log, against what the standard sets (S1)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicing.models import Contact, Promise, ServiceStandard
from servicing.relationships.reading import below_target, gaps_by_advisor, served, talks_of
from servicing.relationships.rules import LEVELS, Talks, actual, is_below, measure_of, measure_with
from tests.crm.page_firm import client, night, stand
from tests.servicing.desk import DAY, make_desk

NUMBERS = {
    "relation_window": 180,
    "relation_cadence": 180,
    "relation_share": 80,
    "relation_theirs": 1,
    "relation_answer": 3,
}
MONTHLY = measure_with(30, NUMBERS, DAY)  # a contact every 30 days: 4 in 180 days


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("talks", "level", "lack"),
    [
        (Talks(), "passive", "never"),
        (Talks(ours=9, theirs=9, last_ours=ago(61)), "passive", "silent"),
        (Talks(ours=9, theirs=9, last_ours=ago(5), unanswered=ago(4)), "passive", "unanswered"),
        (Talks(ours=1, theirs=1, last_ours=ago(5), unanswered=ago(3)), "accountable", "seldom"),
        (Talks(ours=9, theirs=9, last_ours=ago(60)), "accountable", "late"),
        (Talks(ours=9, theirs=9, last_ours=ago(31)), "accountable", "late"),
        (Talks(ours=3, theirs=9, last_ours=ago(30)), "accountable", "seldom"),
        (Talks(ours=1, theirs=0, last_ours=ago(30), is_new=True), "proactive", "one_way"),
        (Talks(ours=4, theirs=0, last_ours=ago(30)), "proactive", "one_way"),
        (Talks(ours=4, theirs=1, last_ours=ago(30), late_promises=1), "proactive", "promises"),
        (Talks(ours=4, theirs=1, last_ours=ago(30)), "partner", None),
    ],
)
def test_a_level_is_told_from_the_log_with_what_it_lacks(talks, level, lack):
    told = actual(talks, MONTHLY)
    assert told.level == level
    assert (told.lack.code if told.lack else None) == lack


def test_since_when_it_lacks_is_the_day_after_which_the_standard_was_missed():
    assert actual(Talks(ours=9, last_ours=ago(70)), MONTHLY).lack.since == ago(10)
    assert actual(Talks(ours=9, last_ours=ago(40)), MONTHLY).lack.since == ago(10)
    assert actual(Talks(ours=9, last_ours=ago(5), unanswered=ago(4)), MONTHLY).lack.since == ago(4)


def test_a_tier_without_a_cadence_is_judged_by_the_number_for_it():
    assert measure_with(None, NUMBERS, DAY).cadence_days == 180
    assert measure_with(None, NUMBERS, DAY).begins == ago(360)


talk = st.tuples(st.integers(0, 200), st.sampled_from(["out", "in"]), st.booleans())


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    histories=st.lists(st.tuples(st.lists(talk, max_size=6), st.sampled_from([None, 100]), st.booleans()), max_size=4),
    target=st.sampled_from(LEVELS),
    cadence=st.sampled_from([None, 7, 30, 60]),
)
def test_the_list_of_gaps_holds_exactly_those_whom_the_rule_puts_below(firm, histories, target, cadence):
    desk, published = firm
    standard = ServiceStandard(level=target, cadence_days=cadence, tier="vip")
    measure = measure_of(standard, DAY)
    people = []
    for talks, opened, is_late in histories:
        one = client(desk.branch, "甲乙", advisor=desk.advisor, opened_on=ago(opened) if opened else None)
        stand(published, one, tier="vip")
        people.append(one)
        for days, direction, asks in talks:
            write(desk, one, days, direction, "要一份资料" if asks else "")
        if is_late:
            promise(desk, one, 1)
    rows = served(desk.manager, published, "vip").filter(client__in=people)
    below = set(below_target(rows, standard, measure).values_list("client", flat=True))
    told = {pk: actual(talks, measure) for pk, talks in talks_of(people, measure).items()}
    assert below == {pk for pk, one in told.items() if is_below(one.level, target)}
    gaps = gaps_by_advisor(rows, standard, measure)
    assert gaps == ({desk.advisor.pk: (len(below), len(people))} if people else {})


@pytest.fixture
def firm(db):
    desk = make_desk()
    return desk, night(desk.branch)


def write(desk, one, days, direction, step=""):
    at = timezone.make_aware(datetime.combine(ago(days), time(10, 0)))
    return Contact.objects.create(
        branch=desk.branch, client=one, staff=desk.advisor, happened_at=at, channel="phone", direction=direction, summary="谈",
        next_step=step, recorded_at=at,
    )  # fmt: skip


def promise(desk, one, days):
    made = write(desk, one, 200, "out")
    Promise.objects.create(
        branch=desk.branch, client=one, contact=made, owner=desk.advisor, text="寄资料", due_on=ago(days)
    )
