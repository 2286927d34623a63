"""People who are about to become clients of the demonstration: under way, completed as clients of the files, dropped.

Written through the same functions as the pages, with the moments of the past; every one has a uid made from its branch and
number, so that a second run adds nothing."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID, uuid5

import numpy as np
from django.utils import timezone

from clients.models import Client
from crm.demo.names import draw_people
from crm.lib.crypto import unseal
from crm.models import Branch, Staff
from servicing.models import Opening
from servicing.openings.ending import drop_opening
from servicing.openings.linking import link_client
from servicing.openings.people import Person, begin_opening
from servicing.openings.steps import ORDER, take_step

NAMESPACE = UUID("0b0a3c1e-6f43-4c62-9a5e-3c6b7f1f5a02")
UNDER_WAY, DROPPED, COMPLETED = 9, 7, 6  # of each branch
SOURCES = ("walk_in", "walk_in", "bank", "bank", "introducer", "online", "online")
NOTES = (
    "想做两融，先问了利率。",
    "在他券商有账户，打算转过来。",
    "银行客户经理陪同到店。",
    "退休教师，主要打新和逆回购。",
    "关注佣金，要求书面说明。",
    "",
)
REASONS = (
    ("price", "佣金比现用券商高，客户不愿意换。"),
    ("competitor", "同小区邻居介绍去了另一家。"),
    ("no_answer", "三次致电未接，微信未回。"),
    ("documents", "证件过期，补办后再说。"),
    ("product", "想买的私募产品我部没有。"),
)
SEED = 2026


def seed_openings(now: datetime) -> int:
    """Write the openings of the last months until a moment; returns how many are new."""
    before = Opening.objects.count()
    chance = Random(SEED)  # noqa: S311 (an invented firm)
    for place, branch in enumerate(Branch.objects.active()):
        owners = list(Staff.objects.advisors().filter(branches=branch).order_by("pk"))
        if owners and not Opening.objects.filter(branch=branch).exists():
            _branch(branch, owners, _people(place), chance, now)
    return Opening.objects.count() - before


def _branch(
    branch: Branch, owners: list[Staff], people: Iterator[tuple[str, str]], chance: Random, now: datetime
) -> None:
    today = timezone.localdate(now)
    shown = next((one for one in owners if one.has_usable_password()), owners[0])
    for number in range(UNDER_WAY):
        owner = shown if number % 2 else chance.choice(owners)
        opening = _begin(branch, owner, next(people), today - timedelta(days=chance.randrange(1, 30)), chance)
        _steps(opening, number % len(ORDER), today, chance, skips=number == 5)
    for _number in range(DROPPED):
        began = today - timedelta(days=chance.randrange(20, 85))
        opening = _begin(branch, chance.choice(owners), next(people), began, chance)
        last = _steps(opening, chance.randrange(5), today, chance)
        reason, text = chance.choice(REASONS)
        drop_opening(opening, reason, text=text, by=opening.owner, at=_at(min(last + timedelta(days=6), today)))
    _completed(branch, today, chance)


def _completed(branch: Branch, today: date, chance: Random) -> None:
    """Clients who opened an account lately, each as the opening that brought them; the last one waits for its link."""
    recent = Client.objects.filter(
        branch=branch, opened_on__gt=today - timedelta(days=150), advisor__isnull=False, is_restricted=False
    ).exclude(phone_sealed="")
    for number, client in enumerate(recent.select_related("advisor").order_by("-opened_on", "pk")[:COMPLETED]):
        if client.opened_on is None or client.advisor is None:
            continue
        phone = unseal(client.phone_sealed, table="clients_client", column="phone", owner=client.uid)
        began = client.opened_on - timedelta(days=chance.randrange(4, 12))
        opening = _begin(branch, client.advisor, (client.name[:60] or "客户", phone), began, chance)
        _steps(opening, 4, client.opened_on, chance)
        if number:
            link_client(opening, client, by=client.advisor, at=_at(min(client.opened_on + timedelta(days=2), today)))


def _begin(branch: Branch, owner: Staff, who: tuple[str, str], began: date, chance: Random) -> Opening:
    name, phone = who
    expected = chance.choice((0, 5, 10, 20, 50, 120))  # in 10,000 yuan
    person = Person(
        name=name,
        phone=phone,
        source=chance.choice(SOURCES),
        started_on=began,
        expected_fen=expected * 1_000_000 or None,
        note=chance.choice(NOTES),
    )
    uid = uuid5(NAMESPACE, f"{branch.code}/{phone}")
    return begin_opening(person, branch=branch, owner=owner, uid=uid, by=owner, at=_at(began))


def _steps(opening: Opening, count: int, until: date, chance: Random, *, skips: bool = False) -> date:
    """Take the first steps, some days apart; one of them is passed over where asked. Returns the day of the last one."""
    day = opening.started_on
    for step in ORDER[:count]:
        day = min(day + timedelta(days=chance.randrange(4)), until)
        if not (skips and step == "documents"):
            take_step(opening, step, on=day, by=opening.owner, at=_at(day))
    return day


def _people(place: int) -> Iterator[tuple[str, str]]:
    """Names with numbers that nobody has."""
    count, dice = UNDER_WAY + DROPPED, np.random.default_rng([SEED, place])
    _surnames, names = draw_people(dice, women=dice.random(count) < 0.5, born_year=dice.integers(1950, 2004, count))
    for number, name in enumerate(names):
        yield str(name), f"164{place:04d}{number:04d}"


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(15, 20)))
