"""Whom to greet: birthdays by either calendar and the festivals that come (S7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib import lunar
from crm.models import Staff
from crm.pages.nights import Nights
from segmentation.models import Standing, Tier

DAYS, FESTIVAL_DAYS = 7, 30
FESTIVALS = 2
BEST = 1_500  # of a whole branch the first ones by rank are greeted, VIP and key: an index ends there


@dataclass(frozen=True)
class Birthday:
    """A client's birthday in the coming days, in words."""

    client_id: int
    name: str
    day: date
    words: str


def birthdays(user: Staff, nights: Nights, day: date, *, days: int = DAYS) -> list[Birthday]:
    """Birthdays of some days from a day on: of all clients of an advisor, of the first VIP and key clients of a branch."""
    solar, lunar_days = lunar.birthdays_from(day, days)
    found = []
    for pk, name, number, born, calendar in _people(user, nights):
        is_lunar = calendar == Client.Calendar.LUNAR
        falls = (lunar_days if is_lunar else solar).get((born.month, born.day))
        if falls:
            found.append(Birthday(pk, name or number, falls, _words(born, falls, is_lunar=is_lunar)))
    return sorted(found, key=lambda one: (one.day, one.name, one.client_id))


def festivals(day: date) -> list[tuple[date, str]]:
    """The next festivals of thirty days."""
    return list(lunar.coming_festivals(day, day + timedelta(days=FESTIVAL_DAYS)))[:FESTIVALS]


def _people(user: Staff, nights: Nights) -> Iterable[tuple[int, str, str, date, str]]:
    columns = ("name", "client_number", "birthday", "birthday_calendar")
    if user.is_advisor:
        mine = Client.objects.visible_to(user).filter(birthday__isnull=False, closed_on=None)
        return mine.order_by().values_list("pk", *columns)
    best = Standing.objects.visible_to(user).of_nights(nights.pks)
    best = best.filter(tier__in=[Tier.VIP, Tier.KEY], rank__lte=BEST, client__birthday__isnull=False)
    return best.order_by().values_list("client", *(f"client__{name}" for name in columns))


def _words(born: date, falls: date, *, is_lunar: bool) -> str:
    age = lunar.age_on(born, falls, is_lunar=is_lunar)
    words = _("turns {age}").format(age=age)
    return _("{words}, lunar {day}").format(words=words, day=lunar.lunar_day(falls).words()) if is_lunar else words
