"""What must always hold of the outbox; each check yields a sentence for everything that does not."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from clients.models import CardChange
from servicing.models import MaterialShare, Message, Sending
from servicing.models.messages import MessageChannel
from servicing.querysets.messages import GONE

CLOCKS = timedelta(seconds=5)  # by which two hosts may differ
LONG = timedelta(hours=1)


def broken(now: datetime) -> Iterator[str]:
    """Everything about messages that does not hold."""
    for channel in MessageChannel.values:
        yield from _sent_after_opt_out(channel)
    for message in Message.objects.filter(state="sending", lease_until__lt=now - LONG).iterator():
        yield f"message {message.uid}: on its way past its lease since {message.lease_until}"
    twice = Message.objects.exclude(provider_id="").order_by().values("channel", "provider_id")
    for row in twice.annotate(n=Count("pk")).filter(n__gt=1).iterator():
        yield f"{row['channel']} {row['provider_id']}: {row['n']} messages have the same key of the provider"
    counted = Sending.objects.annotate(n=Count("messages", filter=Q(messages__is_test=False)))
    for sending in counted.iterator():
        if sending.n != sending.size:
            yield f"sending {sending.uid}: {sending.n} messages, {sending.size} clients"
    yield from _links()
    waiting = Message.objects.real().filter(state="queued")
    ended = Sending.objects.filter(state__in=["stopped", "finished"], messages__in=waiting)
    for uid, state in ended.values_list("uid", "state").distinct():
        yield f"sending {uid}: {state}, and messages are queued"


def _links() -> Iterator[str]:
    """A message that went with a material has its link; where nothing went, no link waits to be opened."""
    carrying = Message.objects.real().filter(sending__material__isnull=False)
    link = MaterialShare.objects.filter(uid=OuterRef("uid"))
    for uid in carrying.filter(~Exists(link), state__in=GONE).values_list("uid", flat=True):
        yield f"message {uid}: went without the link to its material"
    unread = link.standing().filter(opened_at=None)
    for uid in carrying.filter(Exists(unread), state__in=["cancelled", "failed"]).values_list("uid", flat=True):
        yield f"message {uid}: did not go, and its link stands"


def _sent_after_opt_out(channel: str) -> Iterator[str]:
    """No message was claimed after its channel was refused and before it was given again: from the history of the card."""
    changes = CardChange.objects.filter(card="consent").filter(
        Q(**{f"after__{channel}": "refused"}) | Q(**{f"before__{channel}": "refused"})
    )
    refused_at: dict[int, datetime] = {}
    for change in changes.order_by("client", "version").iterator():
        if (change.after or {}).get(channel) == "refused":
            refused_at.setdefault(change.client_id, change.at)
        elif since := refused_at.pop(change.client_id, None):
            yield from _claimed_between(channel, change.client_id, since, change.at)
    for client, since in refused_at.items():
        yield from _claimed_between(channel, client, since, None)


def _claimed_between(channel: str, client: int, since: datetime, until: datetime | None) -> Iterator[str]:
    gone = Message.objects.filter(client=client, channel=channel, state__in=GONE, claimed_at__gt=since + CLOCKS)
    for message in gone.filter(claimed_at__lt=until) if until else gone:
        yield f"message {message.uid}: claimed after the client opted out of {channel}"
