"""A message to one client before it is sent: how it reads, and whether anything stands against it. Nothing is written."""

from dataclasses import dataclass
from datetime import datetime

from clients.models import Client
from crm.models import Branch, Staff
from servicing.messages.facts import asked_for, known_of, numbers_for
from servicing.messages.guards import first_reason
from servicing.messages.outbox import waits_until
from servicing.messages.wording import rendered_for, without_link
from servicing.models import LeftOut, Material, Message, MessageText, Sending, TextVersion
from servicing.texts.deciding import texts_for
from servicing.texts.rendering import PLACEHOLDERS, Rendered


@dataclass(frozen=True)
class Verdict:
    """How a text reads, the first reason against sending it, and until when quiet hours would hold it."""

    reads: Rendered
    reason: LeftOut | None
    waits: datetime | None


def verdict_for(
    client: Client, version: TextVersion, material: Material | None = None, *, by: Staff, at: datetime
) -> Verdict:
    """What would happen if the text went to the client now, with a material; what is chosen later is left open."""
    sending = Sending(
        branch=client.branch, channel=version.text.channel, text=version, material=material,
        raises_trading=bool(version.product_risk),
    )  # fmt: skip
    numbers = numbers_for(sending.channel, at)
    found, known = next(known_of([client.pk], sending, numbers, at))
    message = Message(sending=sending, branch=client.branch, client=found, channel=sending.channel)
    left_open = {name: f"［{PLACEHOLDERS[name]}］" for name in ("item", "material")}
    reads = rendered_for(found, version, message, sender=by, at=at, **left_open)
    reason = first_reason(known, asked_for(sending, numbers))
    reads = Rendered(reads.subject, without_link(reads.body))
    return Verdict(reads, reason, waits_until(known.allowed_at, sending.channel, at))


def sendable(branch: Branch | int, at: datetime) -> list[TextVersion]:
    """The templates that a branch may send at a moment, by channel."""
    return sorted(texts_for(branch, MessageText.Kind.TEMPLATE, at), key=lambda version: version.text.channel)
