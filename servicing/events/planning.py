"""Planning an event and changing the plan."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.events.asking import MOVED, ask_guests
from servicing.events.seats import fill_seats
from servicing.events.turning import lock, moved_money, tell
from servicing.models import Event, Guest

State = Event.State


@dataclass(frozen=True)
class Plan:
    """What is planned; moments are aware, the budget is fen."""

    title: str
    topic: str
    kind: str
    place: str
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    host: Staff
    quota: int
    product_risk: str = ""
    budget_fen: int | None = None


class ChangedMeanwhile(Exception):
    """Somebody else changed the event since it was read; `event` is what it says now. Nothing was written."""

    def __init__(self, event: Event) -> None:
        super().__init__(f"{event} was changed meanwhile")
        self.event = event


def may_lead(user: Staff, event: Event) -> bool:
    """Who changes, opens, holds and cancels an event: its host and the managers of its branch."""
    return user.pk == event.host_id or (user.is_manager and user.branches.filter(pk=event.branch_id).exists())


def check_lead(event: Event, by: Staff) -> None:
    """Raises Refused for anybody else."""
    if not may_lead(by, event):
        raise Refused(_("The host or a manager of the branch does this."))


def plan_event(branch: Branch, plan: Plan, *, uid: UUID, by: Staff, at: datetime) -> Event:
    """Put an event down; a second call with the same `uid` finds the first one. Raises Refused, naming the field, for what
    cannot be."""
    _check(branch, plan, at)
    try:
        with transaction.atomic():
            event = Event.objects.create(
                branch=branch, uid=uid, made_by=by, made_at=at, changed_by=by, changed_at=at, **vars(plan)
            )
            tell("plan-event", event, by=by, seats=plan.quota)
    except IntegrityError:
        if found := Event.objects.filter(uid=uid, branch=branch, made_by=by).first():
            return found
        raise Refused(_("This form belongs to another request; please open it anew.")) from None
    return event


def change_event(event: Event, plan: Plan, *, seen: int, by: Staff, at: datetime) -> bool:
    """Change a plan at the version that the editor saw; False where nothing is different. Seats that are added go to the
    waiting list; who comes is told of another time or place by the own advisor. Raises Refused, and ChangedMeanwhile where
    somebody else was quicker."""
    check_lead(event, by)
    with transaction.atomic():
        now = lock(event)
        if now.state not in {State.PLANNED, State.OPEN}:
            raise Refused(_("It is over; nothing of it is changed any more."))
        if plan_of(now) == plan:
            return False
        if now.version != seen:
            raise ChangedMeanwhile(now)
        _check(now.branch, plan, at)
        _check_open(now, plan)
        budget, moved = now.budget_fen, (now.starts_at, now.place) != (plan.starts_at, plan.place)
        Event.objects.filter(pk=now.pk).update(version=now.version + 1, changed_by=by, changed_at=at, **vars(plan))
        now.refresh_from_db()
        fill_seats(now, by=by, at=at)
        if moved:
            ask_guests(now, Guest.objects.coming(now.pk), MOVED, by=by, at=at)
        told = moved_money("budget", budget, now.budget_fen) if budget != now.budget_fen else {}
        tell("change-event", now, by=by, seats=now.quota, **told)
    return True


def plan_of(event: Event) -> Plan:
    """What is planned, of a row."""
    return Plan(**{name: getattr(event, name) for name in Plan.__dataclass_fields__})


def _check(branch: Branch, plan: Plan, at: datetime) -> None:
    if plan.starts_at <= at:
        raise Refused(_("It cannot begin in the past."), "starts_at")
    if plan.ends_at <= plan.starts_at:
        raise Refused(_("It cannot end before it begins."), "ends_at")
    if plan.closes_at > plan.starts_at:
        raise Refused(_("Registration ends before it begins."), "closes_at")
    if not Staff.objects.working_in(branch).filter(pk=plan.host.pk).exists():
        raise Refused(_("The host works in the branch."), "host")


def _check_open(event: Event, plan: Plan) -> None:
    """What may not change once clients have been asked."""
    if event.state != State.OPEN:
        return
    if plan.product_risk != event.product_risk:
        raise Refused(_("Clients were judged by this level already; plan another event instead."), "product_risk")
    taken = Guest.objects.filter(event=event, state=Guest.State.REGISTERED).count()
    if plan.quota < taken:
        words = ngettext("{n} client is registered already.", "{n} clients are registered already.", taken)
        raise Refused(words.format(n=taken), "quota")
