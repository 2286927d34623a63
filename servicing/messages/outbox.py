"""The outbox: a message is claimed under the client's lock, with every guard read again; then it leaves, outside any
transaction; then its outcome is written, if the attempt is still the latest. What nobody marked becomes unknown."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from clients.models import Client
from crm.jobs import lease
from crm.lib.refusals import Refused
from servicing.messages.addresses import address_of, recipient_of, sealed_recipient
from servicing.messages.enclosures import close_links, enclosed, open_link
from servicing.messages.facts import asked_for, known_of, numbers_for
from servicing.messages.gateways.outcome import NotSent, Outcome, Sent, Unclear
from servicing.messages.guards import first_reason
from servicing.models import LeftOut, MaterialVersion, Message, Sending
from servicing.texts.deciding import check_usable

State = Message.State
ATTEMPTS = 6  # of what is surely not sent; after half a day or so it is failed
FIRST_PAUSE = timedelta(minutes=1)


@dataclass(frozen=True)
class Claimed:
    """A message that this worker alone may send now, and where it goes."""

    message: Message
    to: str


def claim(key: int, now: datetime, *, keeps: timedelta | None = None) -> Claimed | None:
    """Take a queued message if nothing stands against it. The client's row is locked first, as an opt-out does, so one of
    the two comes first and the other sees it; the row count of the update is the lock on the message. `keeps`: another lease
    than a worker's. None where it was taken, waits for an hour, or is cancelled now."""
    with transaction.atomic():
        rows = Message.objects.select_related(
            "sending__text__text", "sending__branch", "sending__asked_by", "sending__material"
        )
        message = rows.filter(pk=key, state=State.QUEUED).first()
        if message is None:
            return None
        client: Client | None = None
        version: MaterialVersion | None = None
        if message.is_test:
            to = recipient_of(message)
        else:
            list(Client.objects.select_for_update().filter(pk=message.client_id or 0).values_list("pk"))
            allowed = _allowed(message, now)
            if allowed is None:
                return None
            client, version = allowed
            to = address_of(client, message.channel)
        told = {"state": State.SENDING, "attempt": F("attempt") + 1, "claimed_at": now}
        sealed = sealed_recipient(to, message.uid)
        if not _still_queued(message).update(**told, lease_until=now + (keeps or lease()), recipient_sealed=sealed):
            return None
        if client and version:
            open_link(message, client, version, now)
        message.attempt += 1
    return Claimed(message, to)


def mark(claimed: Claimed, outcome: Outcome, at: datetime) -> bool:
    """Write what became of a claimed message; False where the attempt is not the latest any more. What surely was not sent
    is tried again after a pause that grows fourfold, so many times, unless the sending was stopped; what may have gone waits
    for a person."""
    message = claimed.message
    ours = Message.objects.filter(pk=message.pk, attempt=message.attempt, state__in=[State.SENDING, State.UNKNOWN])
    told: dict[str, object] = {"lease_until": None}
    match outcome:
        case Sent(provider_id):
            told |= {"state": State.SENT, "provider_id": provider_id, "trouble": "", "settled_at": at}
        case NotSent(why) if message.maybe_sent:
            told |= {"state": State.UNKNOWN, "trouble": why}
        case NotSent(why, again=True) if message.attempt < ATTEMPTS:
            pause = FIRST_PAUSE * 4 ** (message.attempt - 1)
            return bool(back_to_queue(ours, message.sending, at, **told, trouble=why, not_before=at + pause))
        case NotSent(why):
            told |= {"state": State.FAILED, "trouble": why, "settled_at": at}
        case Unclear(why):
            told |= {"state": State.UNKNOWN, "trouble": why, "maybe_sent": True}
    if told["state"] != State.FAILED or not message.sending.material_id:
        return bool(ours.update(**told))
    with transaction.atomic():
        is_latest = bool(ours.update(**told))
        close_links(Message.objects.filter(pk=message.pk), at)
    return is_latest


def back_to_queue(claimed: QuerySet[Message], sending: Sending, at: datetime, **told: object) -> int:
    """Queue claimed messages of a sending once more; those of one that was stopped meanwhile stay here. The sending is locked
    first, as by who stops it, so that neither overlooks the other. How many were claimed."""
    with transaction.atomic():
        is_stopped = Sending.objects.select_for_update().get(pk=sending.pk).state == Sending.State.STOPPED
        count = claimed.update(**told, state=State.QUEUED, claimed_at=None)
        if is_stopped:
            keep_back_all(Message.objects.filter(sending=sending), LeftOut.STOPPED, at)
    return count


def give_up_abandoned(now: datetime) -> int:
    """Messages whose worker went silent between the call and its mark: nobody knows whether they went, and a person finds
    out. How many."""
    lost = Message.objects.abandoned_at(now)
    return lost.update(state=State.UNKNOWN, trouble="worker", maybe_sent=True, lease_until=None)


def keep_back(message: Message, reason: LeftOut, at: datetime) -> bool:
    """Cancel a queued message with the reason; one that may have gone before is unknown again instead."""
    if message.maybe_sent:
        return bool(_still_queued(message).update(state=State.UNKNOWN, trouble=reason))
    kept = bool(_still_queued(message).update(state=State.CANCELLED, reason=reason, settled_at=at))
    if message.sending.material_id:
        close_links(Message.objects.filter(pk=message.pk), at)
    return kept


def keep_back_all(messages: QuerySet[Message], reason: LeftOut, at: datetime) -> int:
    """The same for those of some messages that are queued, in the caller's transaction; how many are cancelled."""
    queued = messages.filter(state=State.QUEUED)
    queued.filter(maybe_sent=True).update(state=State.UNKNOWN, trouble=reason)
    count = queued.filter(maybe_sent=False).update(state=State.CANCELLED, reason=reason, settled_at=at)
    close_links(messages, at)
    return count


def _still_queued(message: Message) -> QuerySet[Message]:
    # No condition on another table: PostgreSQL looks at a row anew only by its own columns when it had to wait for it.
    return Message.objects.filter(pk=message.pk, state=State.QUEUED, attempt=message.attempt)


def _allowed(message: Message, now: datetime) -> tuple[Client, MaterialVersion | None] | None:
    """The client, and the version of the material that goes along, if the message may go this moment; otherwise it is cancelled,
    or waits for the end of quiet hours."""
    sending = message.sending
    if sending.state != Sending.State.GOING:
        return None
    try:
        check_usable(sending.text, now)
    except Refused:
        expires = sending.text.expires_at
        keep_back(message, LeftOut.EXPIRED if expires and expires <= now else LeftOut.WITHDRAWN, now)
        return None
    carried = enclosed(message, now)
    if isinstance(carried, LeftOut):
        keep_back(message, carried, now)
        return None
    numbers = numbers_for(message.channel, now)
    client, known = next(known_of([message.client_id or 0], sending, numbers, now))
    if reason := first_reason(known, asked_for(sending, numbers)):
        keep_back(message, reason, now)
        return None
    if waits := waits_until(known.allowed_at, message.channel, now):
        _still_queued(message).update(not_before=waits)
        return None
    return client, carried


def waits_until(allowed_at: datetime | None, channel: str, now: datetime) -> datetime | None:
    """The end of quiet hours where it is to come; letters know none."""
    return allowed_at if allowed_at and allowed_at > now and channel != "letter" else None
