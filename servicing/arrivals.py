"""Client X is here, or is calling (S16): the client's advisor is told, or the next colleague where the advisor is away; one of
them takes it. Whoever takes the client of a colleague sees that client until the evening."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.grants import grant_until_evening
from clients.models import Client
from crm.audit import tell
from crm.calendar import day_begins
from crm.lib.refusals import Refused
from crm.models import Branch, Leave, Staff
from servicing.models import Arrival


def today_begins(at: datetime) -> datetime:
    """The first moment of the Shanghai day of a moment."""
    return day_begins(timezone.localdate(at))


def people_here(branch: Branch, at: datetime) -> list[Staff]:
    """Who can be told of a client of a branch and is not away: its advisors, those who were told least today first, then its
    managers."""
    day = timezone.localdate(at)
    here = list(Staff.objects.receiving_on(day).filter(branches=branch).order_by("pk"))
    told = Arrival.objects.told_to(branch, today_begins(at))
    here.sort(key=lambda one: (told.get(one.pk, 0), one.pk))
    managers = Staff.objects.working_in(branch).filter(role=Staff.Role.MANAGER)
    return [*here, *managers.exclude(pk__in=Leave.objects.covering(day).values("staff")).order_by("pk")]


def advisor_first(people: list[Staff], client: Client) -> list[Staff]:
    """The same for one client: the client's own advisor, where here, before everybody else."""
    return sorted(people, key=lambda one: one.pk != client.advisor_id)


def announce(client: Client, *, way: str, to: Staff | None, uid: UUID, by: Staff, at: datetime) -> Arrival:
    """Tell a colleague, by default the client's advisor or the next one who is somebody else. The same `uid` twice, or a
    client who is waiting already, is the one notice that stands. Raises Refused for a colleague who cannot be told."""
    if way not in Arrival.Way.values:
        raise Refused(_("Say whether the client is here or calling."), "way")
    known = advisor_first(people_here(client.branch, at), client)
    receiver = to or next((one for one in known if one != by), by)
    if to is not None and to not in known:
        raise Refused(_("{name} cannot receive clients today.").format(name=to.name), "to")
    if to == by and client.advisor in known and client.advisor != by:  # nobody opens a client to themselves
        raise Refused(
            _("{name} is here and is told first.").format(name=client.advisor.name if client.advisor else ""), "to"
        )
    try:
        with transaction.atomic():
            Client.objects.select_for_update().get(pk=client.pk)  # two who tell at once tell once
            waiting = Arrival.objects.standing_of(client.pk, today_begins(at)).filter(taken_by=None).first()
            if waiting:
                return waiting
            made = Arrival.objects.create(
                uid=uid, branch=client.branch, client=client, way=way, made_by=by, to=receiver, made_at=at
            )
            tell("announce-arrival", made, by=by, to=receiver.pk, way=way)
    except IntegrityError:  # the same form a moment ago
        return Arrival.objects.get(uid=uid, client=client)
    return made


def take(arrival: Arrival, *, by: Staff, at: datetime) -> bool:
    """Who was told, or a manager, goes to the client; False where they took it already. An advisor who is not the client's
    own is let see the client until the evening. Raises Refused where somebody else was told or quicker, or it is over."""
    with transaction.atomic():
        waiting = _waiting(arrival, at)
        waiting = waiting if by.is_manager else waiting.filter(to=by)
        taken = waiting.update(taken_by=by, taken_at=at)
        arrival.refresh_from_db()
        if not taken:
            if arrival.taken_by_id == by.pk:
                return False
            raise Refused(_taken(arrival, at))
        if by.is_advisor and arrival.client.advisor_id != by.pk:
            key = f"arrival:{arrival.uid}"
            grant_until_evening(arrival.client, to=by, key=key, reason=_("received the client"), by=by, at=at)
        tell("take-arrival", arrival, by=by)
    return True


def pass_on(arrival: Arrival, *, to: Staff, by: Staff, at: datetime) -> bool:
    """Tell another colleague instead; False where that one was told already. Raises Refused where somebody took it, it is
    over, the colleague cannot receive clients today, or whoever told the first one wants it back."""
    if to == by and arrival.to_id != by.pk and not by.is_manager:
        raise Refused(_("{name} was told; pass it on first.").format(name=arrival.to.name), "to")
    if to not in people_here(arrival.branch, at):
        raise Refused(_("{name} cannot receive clients today.").format(name=to.name), "to")
    with transaction.atomic():
        waiting = _waiting(arrival, at)
        passed = waiting.exclude(to=to).update(to=to)
        if not passed and not waiting.exists():
            arrival.refresh_from_db()
            raise Refused(_taken(arrival, at))
        if passed:
            tell("pass-on-arrival", arrival, by=by, to=to.pk)
    return bool(passed)


def end(arrival: Arrival, *, by: Staff, at: datetime) -> bool:
    """It is over, or was a mistake; False where it was over already."""
    with transaction.atomic():
        ended = Arrival.objects.filter(pk=arrival.pk, ended_at=None).update(ended_at=at)
        if ended:
            tell("end-arrival", arrival, by=by)
    return bool(ended)


def _waiting(arrival: Arrival, at: datetime) -> QuerySet[Arrival]:
    """The notice while it waits, for the rest of its day, so that an old one opens no client: the condition of an update, whose
    row count lets one of several through."""
    return Arrival.objects.since(today_begins(at)).filter(pk=arrival.pk, taken_by=None, ended_at=None)


def _taken(arrival: Arrival, at: datetime) -> str:
    if arrival.taken_by:
        return _("{name} has taken it already.").format(name=arrival.taken_by.name)
    if arrival.ended_at or arrival.made_at < today_begins(at):
        return _("This is over already.")
    return _("{name} was told; pass it on first.").format(name=arrival.to.name)
