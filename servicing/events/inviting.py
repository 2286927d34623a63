"""Inviting clients: the guards of messages for a call (R8), suitability (L1), each client once. Everybody asked for is either
invited or left out for the first reason that holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from crm import audit
from crm.lib.bulk import in_parts
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.events.asking import INVITE, ask_advisors, withdraw_asked
from servicing.events.turning import knowledge_of, lock, tell
from servicing.messages.facts import CALL, asked_for, known_of, numbers_for
from servicing.messages.guards import first_reason
from servicing.models import Event, Guest, LeftOut, Sending, TextVersion

ELSEWHERE, ALREADY = "elsewhere", "already"
WORDS: Mapping[str, str | Promise] = {
    ELSEWHERE: gettext_lazy("a client of another branch"),
    **{one.value: one.label for one in LeftOut},
    LeftOut.NO_ADDRESS.value: gettext_lazy("no telephone number"),
    LeftOut.OPTED_OUT.value: gettext_lazy("does not want to be called"),
    LeftOut.NO_CONSENT.value: gettext_lazy("never agreed to be called"),
    ALREADY: gettext_lazy("invited already"),
}
_PART = 500


@dataclass(frozen=True)
class Judged:
    """Who may be invited, and how many are left out by the first reason, in the order in which it is asked."""

    fit: Sequence[Client]
    left_out: Mapping[str, int]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """The reasons in words with their counts."""
        return [(str(WORDS[code]), count) for code, count in self.left_out.items()]


def judged(event: Event, clients: Iterable[Client], at: datetime) -> Judged:
    """Who of some clients may be invited to an event now; invited + reasons = all."""
    chosen = sorted({client.pk: client for client in clients}.values(), key=lambda one: one.pk)
    here = [client.pk for client in chosen if client.branch_id == event.branch_id]
    invited: set[int] = set()
    for part in in_parts(here, _PART):
        there = Guest.objects.standing().filter(event=event, client__in=part)
        invited |= set(there.values_list("client", flat=True))
    call = Sending(  # a call is no message: nothing is kept of this row, it only says what the guards ask about
        branch=event.branch, channel=CALL, text=TextVersion(product_risk=event.product_risk),
        raises_trading=bool(event.product_risk), asked_by=event.host,
    )  # fmt: skip
    numbers = numbers_for(CALL, at)
    asked, fit = asked_for(call, numbers), []
    counts = dict.fromkeys(WORDS, 0)
    counts[ELSEWHERE] = len(chosen) - len(here)
    for client, known in known_of(here, call, numbers, at):
        if reason := first_reason(known, asked):
            counts[reason.value] += 1
        elif client.pk in invited:
            counts[ALREADY] += 1
        else:
            fit.append(client)
    return Judged(fit, {code: count for code, count in counts.items() if count})


def invite(event: Event, clients: Iterable[Client], *, step: UUID, by: Staff, at: datetime) -> int:
    """Invite those who may be: a task each for the advisor to call. Returns how many; the same `step` again invites nobody
    and tells how many it invited. Raises Refused when the event is not open or registration is over."""
    with transaction.atomic():
        now = lock(event)
        if before := Guest.objects.filter(event=now, step=step).count():
            return before
        check_inviting(now, at)
        found = judged(now, clients, at)
        _add(now, found.fit, step, by=by, at=at)
        ask_advisors(now, found.fit, INVITE, by=by, at=at)
        if found.fit:
            keys = [client.pk for client in found.fit]
            left = sum(found.left_out.values())
            tell("invite-guests", now, by=by, clients=len(keys), left_out=left, checksum=audit.checksum(keys))
    return len(found.fit)


def take_back(step: UUID, *, by: Staff, at: datetime) -> int:
    """Undo of `invite`, by whoever did it: how many had not answered yet, and are not invited any more."""
    first = Guest.objects.of_step(step, by).select_related("event").first()
    if first is None:
        return 0
    with transaction.atomic():
        event = lock(first.event)
        unanswered = Guest.objects.of_step(step, by).filter(state=Guest.State.INVITED)
        found = dict(unanswered.order_by("pk").values_list("pk", "client"))
        for part in in_parts(list(found), _PART):
            rows = Guest.objects.filter(pk__in=part)
            rows.update(state=Guest.State.WITHDRAWN, turned_by=by, turned_at=at)
            withdraw_asked(event, [INVITE], [found[pk] for pk in part], by=by, at=at)
        if found:
            clients = list(found.values())
            tell("take-back-guests", event, by=by, clients=len(clients), checksum=audit.checksum(clients))
    return len(found)


def check_inviting(event: Event, at: datetime) -> None:
    """Raises Refused where nobody can be invited to an event at a moment."""
    if event.state != Event.State.OPEN:
        raise Refused(_("Open the event for registration first."), "event")
    if at >= event.closes_at:
        raise Refused(_("Registration is over."), "event")


def _add(event: Event, clients: Sequence[Client], step: UUID, *, by: Staff, at: datetime) -> None:
    for part in in_parts(clients, _PART):
        there = Guest.objects.filter(event=event, client__in=part)
        back = set(there.values_list("client", flat=True))  # taken back before
        there.update(
            state=Guest.State.INVITED, step=step, invited_by=by, invited_at=at, turned_by=by, turned_at=at, why=""
        )
        Guest.objects.bulk_create(
            Guest(
                branch=event.branch, event=event, client=client, step=step, invited_by=by, invited_at=at, turned_by=by,
                turned_at=at, knowledge_before=knowledge_of(client),
            )
            for client in part
            if client.pk not in back
        )  # fmt: skip
