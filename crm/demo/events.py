"""Education events of the invented firm: one that was held, with attendance and answers, and one that is open."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from clients.models import Client
from clients.profile import KINDS, save
from clients.profile.editing import Version
from crm.calendar import last_trading_day_before, trading_day_after
from crm.models import Branch, Publication, Staff
from segmentation.models import Standing
from servicing.events.answering import Answers, record_answers
from servicing.events.costs import note_cost
from servicing.events.holding import hold_event, open_event, tick
from servicing.events.inviting import invite, judged
from servicing.events.planning import Plan, plan_event
from servicing.events.seats import decline, register
from servicing.models import Event, Guest

NAMESPACE = UUID("3a6f8f0e-1d0b-4a8e-8a5e-6b8f3a0d9c21")
SEED = 2026
OWN, OTHERS = 60, 40  # clients looked at: the best of the advisor whose log-in is shown, then of the branch
INVITED, CAME, ABSENT, ASKED = 54, 26, 8, 16  # of the one that was held; so many who did not register were asked too
TO_COME, SEATS, WANT, DECLINE = 24, 12, 15, 4  # of the one that is open
MIX = (15.1, 45.5, 26.8, 12.6)  # of the levels below
LEVELS = ("none", "vague", "some", "expert")
COST_FEN = 5_482_50  # of the one that was held
REMARKS = ("讲得清楚，例子贴近自己的持仓", "希望多留提问时间", "想要讲义", "", "", "")


def write_events(*, at: datetime) -> int:
    """Write both events; how many. Where somebody has planned one, none."""
    night = Publication.objects.current().order_by("branch__code").first()
    if night is None or Event.objects.exists():
        return 0
    team = Staff.objects.filter(branches=night.branch_id, is_active=True).order_by("pk")
    manager = team.filter(role="manager").first()
    advisor = next((one for one in team.filter(role="advisor") if one.has_usable_password()), None)
    if manager is None or advisor is None:
        return 0
    clients, dice = list(_clients(night, advisor)), Random(SEED)  # noqa: S311
    with transaction.atomic():  # many small writes
        _asked_to_be_called(clients, manager, dice, at=at - timedelta(days=60))
        _write_held(night.branch, clients, manager, dice, at=at)
        _write_open(night.branch, clients[len(clients) // 3 :], advisor, manager, at=at)
    return Event.objects.count()


def _write_held(branch: Branch, clients: Sequence[Client], host: Staff, dice: Random, *, at: datetime) -> None:
    begins = _moment(last_trading_day_before(timezone.localdate(at) - timedelta(days=20)), 15)
    event = _open(branch, "年报里的现金流怎么看", begins, host, at=begins - timedelta(days=20))
    _invite(event, clients, INVITED, host, at=begins - timedelta(days=18))
    _hold(event, host, dice)
    note_cost(event, COST_FEN, seen=None, by=host)


def _write_open(branch: Branch, clients: Sequence[Client], host: Staff, manager: Staff, *, at: datetime) -> None:
    begins = _moment(trading_day_after(timezone.localdate(at), 8), 15)
    told = {"topic": "risk", "quota": SEATS}
    event = _open(branch, "科创板规则与风险", begins, host, at=at - timedelta(days=2), **told)
    _invite(event, clients, TO_COME, manager, at=at - timedelta(days=1))
    guests = list(Guest.objects.filter(event=event).select_related("event").order_by("pk"))
    for number, guest in enumerate(guests[:WANT]):
        register(guest, by=manager, at=at - timedelta(hours=20, minutes=-number))
    for guest in guests[WANT : WANT + DECLINE]:
        decline(guest, by=manager, at=at - timedelta(hours=3))


def _asked_to_be_called(clients: Sequence[Client], by: Staff, dice: Random, *, at: datetime) -> None:
    """Consent to calls and a knowledge level, by the reference mix (P3), where nothing is written down yet."""
    told = {"phone": "given", "phone_on": timezone.localdate(at), "phone_source": "开户时"}
    for client in clients:
        asker = client.advisor or by
        if not hasattr(client, "consent"):
            save(KINDS["consent"], client, told, seen=Version(), by=asker, at=at)
        if not hasattr(client, "background"):
            level = dice.choices(LEVELS, MIX)[0]
            save(KINDS["background"], client, {"knowledge": level}, seen=Version(), by=asker, at=at)


def _clients(night: Publication, advisor: Staff) -> Iterator[Client]:
    """The best clients of the advisor and of the others, turn by turn."""
    best = (
        Standing.objects.filter(publication=night, client__closed_on=None)
        .order_by("rank")
        .select_related("client__branch", "client__advisor", "client__consent", "client__background")
    )
    own = best.filter(client__advisor=advisor)[:OWN]
    others = best.exclude(client__advisor=advisor)[:OTHERS]
    rows = list(others)
    for number, standing in enumerate(own):
        yield standing.client
        yield from (other.client for other in rows[number : number + 1])


def _open(branch: Branch, title: str, begins: datetime, host: Staff, *, at: datetime, **told: Any) -> Event:
    plan = Plan(**{
        "title": title, "topic": "market", "kind": "lecture", "place": "二楼投教活动室", "starts_at": begins,
        "ends_at": begins + timedelta(minutes=90), "closes_at": begins - timedelta(hours=22), "host": host, "quota": 40,
        "budget_fen": 6_000_00, **told,
    })  # fmt: skip
    event = plan_event(branch, plan, uid=uuid5(NAMESPACE, title), by=host, at=at)
    open_event(event, by=host, at=at)
    event.refresh_from_db()
    return event


def _invite(event: Event, clients: Sequence[Client], count: int, by: Staff, *, at: datetime) -> None:
    fit = judged(event, clients, at).fit
    known = [client for client in fit if client.background.knowledge in LEVELS[:-1]]
    invite(event, known[:count], step=uuid5(NAMESPACE, f"{event.title} 邀约"), by=by, at=at)


def _hold(event: Event, by: Staff, dice: Random) -> None:
    rows = Guest.objects.filter(event=event).select_related("event", "client__advisor")
    guests = list(rows.order_by("pk"))
    for guest in guests[: CAME + ABSENT]:
        register(guest, by=by, at=event.starts_at - timedelta(days=6))
    for guest in guests[:CAME]:
        tick(guest, "came", by=by, at=event.starts_at)
    hold_event(event, by=by, at=event.ends_at)
    for number, guest in enumerate(rows.order_by("pk")[2 : CAME + ABSENT + ASKED]):  # two are still to be asked
        came = guest.attendance == Guest.Attendance.CAME
        level = _level(guest.knowledge_before, int(dice.random() < (0.6 if came else 0.2)))
        scores = (dice.choice((3, 4, 4, 5)), dice.choice((3, 4, 5, 5))) if came else (None, None)
        said = Answers(level, scores[0], scores[1], dice.choice(REMARKS) if came else "")
        asker = guest.client.advisor or by
        record_answers(guest, said, seen=0, by=asker, at=event.ends_at + timedelta(days=1 + number % 3))


def _level(before: str, steps: int) -> str:
    return LEVELS[min(LEVELS.index(before) + steps, len(LEVELS) - 1)]


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), timezone.get_default_timezone())
