"""Quarters of the calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import pgettext


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter in which a day lies."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def named(cls, text: str) -> "Quarter | None":
        """The quarter of an address (2026-4); None where there is none of that name."""
        year, _, number = text.partition("-")
        if not (year.isascii() and year.isdigit() and len(year) == 4 and year >= "1991" and number in set("1234")):
            return None
        return cls(int(year), int(number))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after.first - timedelta(days=1)

    @property
    def after(self) -> "Quarter":
        """The next one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        """The one before."""
        return Quarter.of(self.first - timedelta(days=1))

    def former(self, count: int) -> "list[Quarter]":
        """So many quarters before it, the latest first."""
        found = [self.before]
        while len(found) < count:
            found.append(found[-1].before)
        return found

    @property
    def words(self) -> str:
        """In the reader's language: 2026 年第 4 季度."""
        return pgettext("quarter", "Q{number} {year}").format(number=self.number, year=self.year)

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"
