"""What the guards ask about clients, read set by set: the card of consent, the night's behaviour, what went lately."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from clients.models import Client, Consent
from clients.suitability import investor_of, judge
from crm.lib.bulk import in_parts
from crm.models import Publication
from segmentation.models import Behaviour
from segmentation.thresholds import thresholds
from servicing.competence.serving import offered_by
from servicing.messages.addresses import address_of, dead_among
from servicing.messages.guards import Asked, Known
from servicing.messages.hours import Quiet, next_allowed
from servicing.models import Complaint, Contact, Message, Sending
from servicing.models.messages import MessageChannel

CALL = "phone"  # a channel of consent like the others, by which nothing is sent
_PART = 500
_CLOSED = {"closed", "transferred_out"}


@dataclass(frozen=True)
class Numbers:
    """The numbers in force: the firm's quiet hours, most messages of a channel in so many days, days of rest after a contact."""

    quiet: Quiet
    cap: int
    cap_days: int
    rest_days: int


def numbers_for(channel: str, now: datetime) -> Numbers:
    """What people decided about messages of a channel, on the day of a moment."""
    caps = [f"message_cap_{channel}"] if channel in MessageChannel.values else []  # a call has none
    keys = ("message_quiet_from", "message_quiet_until", *caps, "message_cap_days", "contact_rest")
    found = thresholds(keys, timezone.localdate(now))
    quiet = Quiet(_clock(found["message_quiet_from"]), _clock(found["message_quiet_until"]))
    cap = found[caps[0]] if caps else 0
    return Numbers(quiet, cap, found["message_cap_days"], found["contact_rest"])


def asked_for(sending: Sending, numbers: Numbers) -> Asked:
    """What a sending asks of the guards."""
    return Asked(sending.channel, numbers.cap, sending.raises_trading, sending.keep_rest)


def known_of(
    clients: Iterable[int], sending: Sending, numbers: Numbers, now: datetime
) -> Iterator[tuple[Client, Known]]:
    """Clients, each with what the guards ask, in the order of their keys."""
    keys = sorted(set(clients))
    for part in in_parts(keys, _PART):
        yield from _known(part, sending, numbers, now)


def is_closed(client: Client, day: date) -> bool:
    """Whether a client's account is closed, or has gone to another firm, on a day."""
    return client.state in _CLOSED or (client.closed_on is not None and client.closed_on <= day)


def _known(keys: Sequence[int], sending: Sending, numbers: Numbers, now: datetime) -> Iterator[tuple[Client, Known]]:
    rows = (
        Client.objects.filter(pk__in=keys).select_related("consent", "background", "advisor", "branch").order_by("pk")
    )
    day = timezone.localdate(now)
    dead = dead_among(keys) if sending.channel == MessageChannel.EMAIL else set()
    gone = Message.objects.gone_since(keys, sending.channel, now - timedelta(days=numbers.cap_days))
    complaining = Complaint.objects.with_open_complaint(keys)
    nights = Publication.objects.current().filter(branch=sending.branch_id)
    busy = Behaviour.objects.filter(publication__in=nights, client__in=keys, is_overtrading=True)
    overtrading = set(busy.values_list("client", flat=True))
    talked = Contact.objects.latest_of(keys) if sending.keep_rest else {}
    rested = now - timedelta(days=numbers.rest_days)
    risk = sending.text.product_risk
    spoken_of = sending.material.product_risk if sending.material else ""
    is_licensed = not risk or offered_by(sending.asked_by, sending.branch_id, risk, day).passes
    for client in rows:
        consent: Consent | None = getattr(client, "consent", None)
        yield (
            client,
            Known(
                client.pk,
                is_restricted=client.is_restricted,
                is_closed=is_closed(client, day),
                is_frozen=client.state == "frozen",
                has_address=client.pk not in dead and bool(_held(client, sending.channel)),
                said=getattr(consent, sending.channel, ""),
                allowed_at=next_allowed(now, _quiet(numbers, consent)),
                lately=gone.get(client.pk, 0),
                has_complaint=client.pk in complaining,
                is_overtrading=client.pk in overtrading,
                is_licensed=is_licensed,
                is_suitable=not risk or judge(investor_of(client), risk, day).passes,
                suits_material=not spoken_of or judge(investor_of(client), spoken_of, day).passes,
                is_resting=client.pk in talked and talked[client.pk] > rested,
            ),
        )


def _held(client: Client, channel: str) -> str:
    """As `address_of`, without opening a seal."""
    return client.phone_sealed if channel in {MessageChannel.SMS, CALL} else address_of(client, channel)


def _quiet(numbers: Numbers, consent: Consent | None) -> Iterator[Quiet]:
    yield numbers.quiet
    if consent is not None and consent.quiet_from is not None and consent.quiet_until is not None:
        yield Quiet(consent.quiet_from, consent.quiet_until)


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
