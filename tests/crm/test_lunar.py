"""The Chinese calendar: festivals, and birthdays by either calendar, with leap months and 29 February."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.lib.lunar import (
    age_on,
    birthdays_from,
    coming_festivals,
    festivals,
    lunar_birthday,
    lunar_day,
    next_birthday,
    solar_birthday,
)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "元旦"),
        (date(2026, 2, 16), "除夕"),
        (date(2026, 2, 17), "春节"),
        (date(2026, 3, 3), "元宵节"),
        (date(2026, 4, 5), "清明节"),
        (date(2026, 6, 19), "端午节"),
        (date(2026, 8, 19), "七夕"),
        (date(2026, 9, 25), "中秋节"),
        (date(2026, 10, 18), "重阳节"),
        (date(2026, 11, 23), "下元节"),
        (date(2026, 12, 22), "冬至"),
        (date(2025, 1, 28), "除夕"),
        (date(2025, 5, 31), "端午节"),
    ],
)
def test_festivals_fall_on_their_days(day, name):
    with translation.override("zh-hans"):
        assert name in festivals(day)


def test_a_leap_month_has_no_festival_of_its_own():
    leap = date(2025, 7, 25) + timedelta(days=6)  # the seventh of the leap sixth month
    assert lunar_day(leap).is_leap
    assert [name for _day, name in coming_festivals(date(2025, 7, 25), date(2025, 8, 22))] == []


def test_the_lunar_day_is_written_as_people_write_it():
    with translation.override("zh-hans"):
        assert lunar_day(date(2026, 11, 23)).words() == "十月十五"
        assert lunar_day(date(2026, 2, 17)).words() == "正月初一"
        assert lunar_day(date(2025, 7, 25)).words() == "闰六月初一"
        assert lunar_day(date(2025, 1, 28)).words() == "腊月廿九"
    with translation.override("en"):
        assert lunar_day(date(2026, 11, 23)).words() == "month 10, day 15"
        assert lunar_day(date(2025, 7, 25)).words() == "leap month 6, day 1"


def test_who_was_born_on_29_february_is_greeted_every_year():
    born = date(1960, 2, 29)
    assert [solar_birthday(born, year) for year in (2026, 2028)] == [date(2026, 2, 28), date(2028, 2, 29)]
    assert next_birthday(born, date(2026, 2, 28)) == date(2026, 2, 28)
    assert next_birthday(born, date(2026, 3, 1)) == date(2027, 2, 28)


def test_a_lunar_birthday_is_kept_in_the_month_itself_and_not_in_the_leap_month():
    assert lunar_birthday(6, 12, 2025) == date(2025, 7, 6)
    assert next_birthday(date(1958, 6, 12), date(2025, 7, 7), is_lunar=True) == date(2026, 7, 25)


def test_the_thirtieth_of_a_short_month_is_kept_on_the_twenty_ninth():
    assert lunar_birthday(2, 30, 2026) == date(2026, 4, 16)
    assert (lunar_day(date(2026, 4, 16)).day, lunar_day(date(2026, 4, 17)).day) == (29, 1)


def test_a_birthday_before_the_spring_festival_belongs_to_the_old_lunar_year():
    born = date(1950, 12, 20)  # the twentieth of the last month, by the lunar calendar
    assert next_birthday(born, date(2026, 2, 1), is_lunar=True) == date(2026, 2, 7)
    assert age_on(born, date(2026, 2, 7), is_lunar=True) == 75
    assert age_on(date(1966, 11, 28), date(2026, 11, 28)) == 60


@given(
    born=st.dates(date(1930, 1, 1), date(2008, 12, 31)),
    first=st.dates(date(2024, 1, 1), date(2029, 12, 31)),
    is_lunar=st.booleans(),
)
@settings(deadline=None)
@example(born=date(1960, 2, 29), first=date(2026, 2, 22), is_lunar=False)
@example(born=date(1950, 8, 30), first=date(2026, 10, 9), is_lunar=True)
@example(born=date(1958, 6, 12), first=date(2025, 8, 1), is_lunar=True)
def test_the_table_of_a_week_gives_the_same_days_as_asking_for_each_person(born, first, is_lunar):
    solar, lunar = birthdays_from(first, 7)
    falls = next_birthday(born, first, is_lunar=is_lunar)
    expected = falls if falls < first + timedelta(days=7) else None
    assert (lunar if is_lunar else solar).get((born.month, born.day)) == expected
