"""The rules of the rounds over random people and days: due days are worked, nothing is asked for twice, and what the night
found about somebody never takes away what is owed (S8)."""

from bisect import bisect_left
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm import calendar
from crm.models import Holiday
from segmentation.models import Tier
from servicing.models import ServiceStandard
from servicing.rounds.people import Person
from servicing.rounds.rules import Days, wanted

FIRST, LAST = date(2024, 1, 1), date(2032, 12, 31)
days_ = st.dates(FIRST, LAST)
maybe = st.none() | days_
OWED = {
    tier: ServiceStandard(
        tier=tier, level="partner", cadence_days=cadence, welcome_days=[3, 14], greets=greets, alerts=alerts
    )
    for tier, cadence, greets, alerts in (
        ("vip", 30, True, True),
        ("key", 60, True, True),
        ("ordinary", 180, False, False),
        ("small", None, False, False),
    )
}
people = st.builds(
    Person,
    client_id=st.integers(1, 10**7),
    tier=st.sampled_from(Tier.values),
    advisor_id=st.just(1),
    opened_on=maybe,
    birthday=maybe,
    is_lunar=st.booleans(),
    rating_ends=maybe,
    document_ends=maybe,
    talked_on=maybe,
    rounded_on=maybe,
)


@pytest.fixture(scope="module")
def working(django_db_setup, django_db_blocker) -> list[date]:
    with django_db_blocker.unblock():
        return calendar.working_days(FIRST - timedelta(days=60), LAST + timedelta(days=120))


def round_of(today: date, working: list[date]) -> Days:
    first = bisect_left(working, today - timedelta(days=40))
    near = working[first : first + 100]
    birthdays = {(d.month, d.day): d for d in (today + timedelta(days=n) for n in range(11))}
    return Days(
        today, today + timedelta(days=10), today - timedelta(days=1), timedelta(days=30), birthdays, birthdays, near
    )


some_days = st.sets(st.integers(-10, 50), max_size=15)


@settings(max_examples=300, deadline=None)
@given(person=people, today=days_, closed=some_days, made_up=some_days)
def test_whatever_is_asked_for_is_due_on_a_working_day_from_today_on(working, person, today, closed, made_up):
    """Over the holidays known, and any other closures and weekends made up for: those of the years to come."""
    worked = set(working) - {today + timedelta(days=n) for n in closed}
    worked |= {day for n in made_up if (day := today + timedelta(days=n)).weekday() >= 5}
    for one in wanted([person], OWED, round_of(today, sorted(worked))):
        assert one.due_on in worked, one
        assert today <= one.due_on <= today + timedelta(days=60), one


@settings(max_examples=200, deadline=None)
@given(person=people, today=days_, nights=st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_a_birthday_a_welcome_and_an_ending_are_asked_for_under_the_same_key_on_every_night(
    working, person, today, nights
):
    seen: dict[str, str] = {}
    for step in nights:
        for one in wanted([person], OWED, round_of(today + timedelta(days=step), working)):
            if one.rule in {"birthday", "welcome", "rating", "document"}:
                occasion = one.rule + str(dict(one.slots))
                assert seen.setdefault(occasion, one.key) == one.key


@settings(max_examples=200, deadline=None)
@given(
    person=people,
    today=days_,
    band=st.sampled_from(["watch", "raised", "high"]),
    quiet=st.sampled_from(["", "cooling", "dormant"]),
    former=st.sampled_from(Tier.values),
)
def test_a_rising_risk_or_a_fall_takes_nothing_away(working, person, today, band, quiet, former):
    days = round_of(today, working)
    plain = {one.key: one for one in wanted([person], OWED, days)}
    troubled = {
        one.key: one for one in wanted([replace(person, band=band, quiet=quiet, former_tier=former)], OWED, days)
    }
    assert plain.items() <= troubled.items()


@settings(max_examples=200, deadline=None)
@given(person=people.filter(lambda one: one.served_on is None), today=days_)
def test_a_client_nobody_ever_spoke_to_has_one_turn_within_the_cadence(working, person, today):
    cadence = OWED[person.tier].cadence_days
    if cadence is None:
        return
    turns = {
        one.key
        for step in range(cadence)
        for one in wanted([person], OWED, round_of(today + timedelta(days=step), working))
        if one.rule == "cadence"
    }
    assert 1 <= len(turns) <= 2  # the last days look ahead to the next turn


@pytest.mark.django_db
def test_working_days_are_weekdays_without_holidays_and_make_up_weekends():
    Holiday.objects.all().delete()
    Holiday.objects.create(day=date(2027, 2, 8), kind="holiday")
    Holiday.objects.create(day=date(2027, 2, 13), kind="make_up")
    found = calendar.working_days(date(2027, 2, 6), date(2027, 2, 14))
    assert [day.day for day in found] == [9, 10, 11, 12, 13]
