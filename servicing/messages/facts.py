"""What the guards ask about clients, read set by set: the card of consent, the night's behaviour, what went lately."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from clients.models import Client, Consent
from clients.suitability import investor_of, judge
from crm.lib.bulk import in_parts
from crm.lib.crypto import unseal
from crm.models import Publication
from segmentation.models import Behaviour
from segmentation.thresholds import thresholds
from servicing.messages.guards import Asked, Known
from servicing.messages.hours import Quiet, next_allowed
from servicing.models import Complaint, Contact, Message, Sending
from servicing.models.messages import MessageChannel

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
    cap = f"message_cap_{channel}"
    keys = ("message_quiet_from", "message_quiet_until", cap, "message_cap_days", "contact_rest")
    found = thresholds(keys, timezone.localdate(now))
    quiet = Quiet(_clock(found["message_quiet_from"]), _clock(found["message_quiet_until"]))
    return Numbers(quiet, found[cap], found["message_cap_days"], found["contact_rest"])


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


def address_of(client: Client, channel: str) -> str:
    """Where messages of a channel reach a client, in clear; '' where nobody knows."""
    if channel == MessageChannel.SMS:
        return unseal(client.phone_sealed, table="clients_client", column="phone", owner=client.uid)
    if channel == MessageChannel.WECOM:
        background = getattr(client, "background", None)
        return background.wecom_id if background else ""
    return client.email if channel == MessageChannel.EMAIL else client.address


def is_closed(client: Client, day: date) -> bool:
    """Whether a client's account is closed, or has gone to another firm, on a day."""
    return client.state in _CLOSED or (client.closed_on is not None and client.closed_on <= day)


def _known(keys: Sequence[int], sending: Sending, numbers: Numbers, now: datetime) -> Iterator[tuple[Client, Known]]:
    rows = (
        Client.objects.filter(pk__in=keys).select_related("consent", "background", "advisor", "branch").order_by("pk")
    )
    day = timezone.localdate(now)
    gone = Message.objects.gone_since(keys, sending.channel, now - timedelta(days=numbers.cap_days))
    complaining = Complaint.objects.with_open_complaint(keys)
    nights = Publication.objects.current().filter(branch=sending.branch_id)
    busy = Behaviour.objects.filter(publication__in=nights, client__in=keys, is_overtrading=True)
    overtrading = set(busy.values_list("client", flat=True))
    talked = Contact.objects.latest_of(keys) if sending.keep_rest else {}
    rested = now - timedelta(days=numbers.rest_days)
    risk = sending.text.product_risk
    for client in rows:
        consent: Consent | None = getattr(client, "consent", None)
        yield (
            client,
            Known(
                client.pk,
                is_restricted=client.is_restricted,
                is_closed=is_closed(client, day),
                is_frozen=client.state == "frozen",
                has_address=bool(_held(client, sending.channel)),
                said=getattr(consent, sending.channel, ""),
                allowed_at=next_allowed(now, _quiet(numbers, consent)),
                lately=gone.get(client.pk, 0),
                has_complaint=client.pk in complaining,
                is_overtrading=client.pk in overtrading,
                is_suitable=not risk or judge(investor_of(client), risk, day).passes,
                is_resting=client.pk in talked and talked[client.pk] > rested,
            ),
        )


def _held(client: Client, channel: str) -> str:
    """As `address_of`, without opening a seal."""
    return client.phone_sealed if channel == MessageChannel.SMS else address_of(client, channel)


def _quiet(numbers: Numbers, consent: Consent | None) -> Iterator[Quiet]:
    yield numbers.quiet
    if consent is not None and consent.quiet_from is not None and consent.quiet_until is not None:
        yield Quiet(consent.quiet_from, consent.quiet_until)


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
