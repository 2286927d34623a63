"""The Chinese calendar: the lunar day, festivals, and birthdays by either calendar. Knows no app and reads no clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from lunar_python import Lunar, LunarYear, Solar

Text = str | Promise
_NUMERALS = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十")

SOLAR_FESTIVALS: dict[tuple[int, int], Text] = {
    (1, 1): pgettext_lazy("festival", "New Year"),
    (3, 8): pgettext_lazy("festival", "Women's Day"),
    (5, 1): pgettext_lazy("festival", "Labour Day"),
    (6, 1): pgettext_lazy("festival", "Children's Day"),
    (9, 10): pgettext_lazy("festival", "Teachers' Day"),
    (10, 1): pgettext_lazy("festival", "National Day"),
}
LUNAR_FESTIVALS: dict[tuple[int, int], Text] = {
    (1, 1): pgettext_lazy("festival", "Spring Festival"),
    (1, 15): pgettext_lazy("festival", "Lantern Festival"),
    (2, 2): pgettext_lazy("festival", "Dragon Head"),
    (5, 5): pgettext_lazy("festival", "Dragon Boat Festival"),
    (7, 7): pgettext_lazy("festival", "Qixi"),
    (8, 15): pgettext_lazy("festival", "Mid-Autumn"),
    (9, 9): pgettext_lazy("festival", "Double Ninth"),
    (10, 15): pgettext_lazy("festival", "Xiayuan"),
    (12, 8): pgettext_lazy("festival", "Laba"),
}
SOLAR_TERMS: dict[str, Text] = {
    "清明": pgettext_lazy("festival", "Qingming"),
    "冬至": pgettext_lazy("festival", "Winter Solstice"),
}
EVE = pgettext_lazy("festival", "New Year's Eve")


@dataclass(frozen=True)
class LunarDay:
    """A day of the lunar calendar; the lunar year begins with the Spring Festival."""

    year: int
    month: int
    day: int
    is_leap: bool

    def words(self) -> str:
        """十月十五 in Chinese, "month 10, day 15" in English."""
        if not (get_language() or "zh").startswith("zh"):
            name = gettext("leap month {month}, day {day}") if self.is_leap else gettext("month {month}, day {day}")
            return name.format(month=self.month, day=self.day)
        return f"{'闰' if self.is_leap else ''}{_month_name(self.month)}{_day_name(self.day)}"


@lru_cache(maxsize=2_000)
def lunar_day(day: date) -> LunarDay:
    """The lunar day of a solar one."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    month = lunar.getMonth()
    return LunarDay(lunar.getYear(), abs(month), lunar.getDay(), month < 0)


def festivals(day: date) -> list[str]:
    """The festivals of a day in the reader's language, solar ones first. A leap month has none."""
    found: list[Text] = []
    if (day.month, day.day) in SOLAR_FESTIVALS:
        found.append(SOLAR_FESTIVALS[day.month, day.day])
    lunar = lunar_day(day)
    if not lunar.is_leap and (lunar.month, lunar.day) in LUNAR_FESTIVALS:
        found.append(LUNAR_FESTIVALS[lunar.month, lunar.day])
    term = _solar_term(day)
    if term in SOLAR_TERMS:
        found.append(SOLAR_TERMS[term])
    tomorrow = lunar_day(day + timedelta(days=1))
    if (tomorrow.month, tomorrow.day, tomorrow.is_leap) == (1, 1, False):
        found.append(EVE)
    return [str(name) for name in found]


@lru_cache(maxsize=2_000)
def _solar_term(day: date) -> str:
    return str(Solar.fromYmd(day.year, day.month, day.day).getLunar().getJieQi())


def coming_festivals(first: date, last: date) -> Iterator[tuple[date, str]]:
    """Festivals from a day to another, both included."""
    for step in range((last - first).days + 1):
        day = first + timedelta(days=step)
        for name in festivals(day):
            yield day, name


def solar_birthday(born: date, year: int) -> date:
    """The day on which somebody born by the solar calendar has birthday in a year: who was born on 29 February has it on
    28 February where there is no 29th."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def lunar_birthday(month: int, day: int, year: int) -> date:
    """The solar day of a lunar birthday in a lunar year: in the month itself, not in the leap month after it; on the 29th
    where the month has no 30th."""
    length = next(m.getDayCount() for m in LunarYear.fromYear(year).getMonthsInYear() if m.getMonth() == month)
    solar = Lunar.fromYmd(year, month, min(day, length)).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def next_birthday(born: date, first: date, *, is_lunar: bool = False) -> date:
    """The first birthday on or after a day. For a lunar birthday `born` holds year, month and day of the lunar calendar,
    as the papers of the person do."""
    if not is_lunar:
        return next(day for year in (first.year, first.year + 1) if (day := solar_birthday(born, year)) >= first)
    start = lunar_day(first).year
    return next(day for year in (start, start + 1) if (day := lunar_birthday(born.month, born.day, year)) >= first)


def birthdays_from(first: date, days: int) -> tuple[dict[tuple[int, int], date], dict[tuple[int, int], date]]:
    """Whose birthday falls on so many days from a day on: (month, day) of birth → the day, for solar and for lunar
    birthdays; the same days as `next_birthday` gives, for many people at once."""
    solar: dict[tuple[int, int], date] = {}
    lunar: dict[tuple[int, int], date] = {}
    for step in range(days):
        day = first + timedelta(days=step)
        solar.setdefault((day.month, day.day), day)
        if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:
            solar.setdefault((2, 29), day)
        kept, tomorrow = lunar_day(day), lunar_day(day + timedelta(days=1))
        if kept.is_leap:
            continue
        lunar.setdefault((kept.month, kept.day), day)
        for late in range(kept.day + 1, 32) if tomorrow.day == 1 else ():
            lunar.setdefault((kept.month, late), day)
    return solar, lunar


def age_on(born: date, day: date, *, is_lunar: bool = False) -> int:
    """The age that is reached on a birthday, in full years of the calendar in which it is kept."""
    return (lunar_day(day).year if is_lunar else day.year) - born.year


def _month_name(month: int) -> str:
    special = {1: "正", 11: "冬", 12: "腊"}
    return f"{special.get(month) or _NUMERALS[month]}月"


def _day_name(day: int) -> str:
    if day in {10, 20, 30}:
        return {10: "初十", 20: "二十", 30: "三十"}[day]
    tens = "初" if day < 10 else "十" if day < 20 else "廿"
    return f"{tens}{_NUMERALS[day % 10]}"
