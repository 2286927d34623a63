"""The tasks of a night as rows: what is new is added, what a person or the night settled stays, what has lost its point is
withdrawn with the reason. In one transaction under the branch's lock; a second time changes nothing (S5)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain

from django.db import transaction

from crm import audit, calendar
from crm.lib import lunar
from crm.lib.bulk import in_parts
from crm.models import Branch, Publication, Staff
from segmentation.thresholds import thresholds
from servicing.concessions.deciding import end_passed
from servicing.models import Contact, Task
from servicing.reassignments import follow_clients
from servicing.rounds.addresses import dead_addresses, replaced_in
from servicing.rounds.care import GREETINGS, rules_of_care
from servicing.rounds.concessions import ending_concessions
from servicing.rounds.occasions import lapsed, occasions
from servicing.rounds.people import first_day, people_of
from servicing.rounds.plans import expired_in, planned
from servicing.rounds.referrals import named_referrals
from servicing.rounds.renewals import renewed_in
from servicing.rounds.rules import Days, Wanted, wanted
from servicing.standards import standards_on

_PART = 500  # keys or rows per statement
_ONE_AT_A_TIME = ("cadence", "quiet")  # an open call is enough, whatever the occasion
_AROUND = timedelta(days=30)  # longer than any closure
_PAST = timedelta(days=7)  # a greeting that much too late is not sent
Counts = dict[str, int]


def make_rounds(night: Publication, *, day: date, at: datetime, fence: Callable[[], None] = lambda: None) -> Counts:
    """Make the tasks that a published night asks for from a day on, for the clients' advisors. `fence` is called inside the
    transaction and raises where the run is no longer the caller's. Returns how many were added, reopened, withdrawn."""
    with transaction.atomic():
        fence()
        Branch.objects.select_for_update().get(pk=night.branch_id)
        follow_clients(night.branch, at)
        talks = Contact.objects.latest_in(night.branch_id, first_day(day))
        withdrawn = _withdraw(night, talks, day=day, at=at)
        end_passed(night.branch, day=day)
        people = people_of(night, talks, day)
        owed, days = standards_on(night.branch, day), days_of(day, night.as_of)
        asked = chain(
            wanted(people, owed, days, rules_of_care(days)),
            planned(night.branch, days),
            occasions(night, owed, days),
            ending_concessions(night.branch, days),
            dead_addresses(night.branch, days),
            named_referrals(night.branch, days),
        )
        added, reopened = _add(night.branch, owned(night.branch, asked), at=at)
        counts = {"added": added, "reopened": reopened, "withdrawn": withdrawn}
        if any(counts.values()):
            audit.record(
                "make-rounds",
                actor=None,
                table=Task._meta.db_table,
                key=night.pk,
                branch=night.branch,
                detail={"day": day.isoformat(), **counts},
            )
    return counts


def days_of(day: date, as_of: date) -> Days:
    """The days of a round that begins on a day, with the numbers in force on it."""
    numbers = thresholds(("round_horizon", "expiry_notice"), day)
    horizon, notice = (timedelta(days=numbers[key]) for key in ("round_horizon", "expiry_notice"))
    solar, moon = lunar.birthdays_from(day, horizon.days + 1)
    working = calendar.working_days(day - _AROUND, day + horizon + notice + _AROUND)
    return Days(day, day + horizon, as_of, notice, solar, moon, working)


def owned(branch: Branch, asked: Iterable[Wanted]) -> Iterator[Wanted]:
    """What is wanted of an advisor who has left goes to a manager of the branch until the clients are handed over (A5); where
    there is none it waits for the hand-over: a task always has an owner (S6)."""
    here = dict(Staff.objects.working_in(branch).order_by("pk").values_list("pk", "role"))
    manager = next((person for person, role in here.items() if role == Staff.Role.MANAGER), None)
    for one in asked:
        if one.owner_id in here:
            yield one
        elif manager is not None:
            yield replace(one, owner_id=manager)


def _add(branch: Branch, asked: Iterable[Wanted], *, at: datetime) -> tuple[int, int]:
    called = {rule: Task.objects.open_rounds(branch.pk, rule) for rule in _ONE_AT_A_TIME}
    due = [one for one in asked if one.client_id not in called.get(one.rule, ())]
    known: dict[str, tuple[int, str, int | None]] = {}
    for part in in_parts([one.key for one in due], _PART):
        rows = Task.objects.filter(key__in=part).values_list("key", "pk", "state", "settled_by")
        known |= {key: (pk, state, by) for key, pk, state, by in rows}
    fresh = [
        Task(
            branch=branch, client_id=one.client_id, owner_id=one.owner_id, key=one.key, rule=one.rule, slots=dict(one.slots),
            due_on=one.due_on, made_at=at,
        )
        for one in due
        if one.key not in known
    ]  # fmt: skip
    Task.objects.bulk_create(fresh, batch_size=_PART)
    reopened = 0
    for one in due:  # few: what the night withdrew and now asks for again
        pk, state, by = known.get(one.key, (0, "", None))
        if state == Task.State.WITHDRAWN and by is None:
            reopened += Task.objects.filter(pk=pk, state=state).update(
                state=Task.State.OPEN,
                settled_at=None,
                settled_why="",
                due_on=one.due_on,
                owner_id=one.owner_id,
                slots=dict(one.slots),
            )
    return len(fresh), reopened


def _withdraw(night: Publication, talks: dict[int, datetime], *, day: date, at: datetime) -> int:
    """A closed or restricted client needs nothing more; who was spoken to since needs no call of the cadence; a greeting that
    is too late is none, and neither is an item past its shelf life, or an occasion that has passed."""
    rows = Task.objects.open_in(night.branch_id)
    rounds = rows.filter(rule="cadence").values_list("pk", "client", "made_at")
    spoken = [pk for pk, client, made in rounds if client in talks and talks[client] > made]
    reasons: dict[str, Iterable[int]] = {
        "closed": rows.filter(client__closed_on__isnull=False).values_list("pk", flat=True),
        "restricted": rows.filter(client__is_restricted=True).values_list("pk", flat=True),
        "past": rows.filter(rule__in=GREETINGS, due_on__lt=day - _PAST).values_list("pk", flat=True),
        "spoken": spoken,
        "expired": expired_in(night.branch_id, at),
        "address": replaced_in(night.branch),
        "renewed": renewed_in(rows),
        **lapsed(rows, night),
    }
    count = 0
    for why, found in reasons.items():
        for part in in_parts(list(found), _PART):
            open_ones = Task.objects.filter(pk__in=part, state=Task.State.OPEN)
            count += open_ones.update(state=Task.State.WITHDRAWN, settled_at=at, settled_by=None, settled_why=why)
    return count
