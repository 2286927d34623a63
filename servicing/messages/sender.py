"""What a worker does with the outbox of a branch: claim, hand over, mark; message by message, so that an opt-out waits for one
at most."""

import logging
from collections.abc import Callable
from datetime import datetime

from crm.lib.failures import describe, is_interruption
from servicing.messages import outbox
from servicing.messages.gateways import Gateway, NotSent, Outcome, Unclear, Written, gateway_for
from servicing.messages.outbox import Claimed
from servicing.messages.sendings import finish_sendings
from servicing.messages.wording import opt_out_address
from servicing.models import Message

log = logging.getLogger(__name__)
BATCH = 200  # messages of one round; then others get their turn
IN_A_ROW = 3  # so many failures that say "later" end the round: the gateway is away
Clock = Callable[[], datetime]
Ways = Callable[[str], Gateway]


def send_due(branch: int, clock: Clock, *, ways: Ways = gateway_for, most: int = BATCH) -> int:
    """Send what is due in a branch, at most so many; how many were taken up."""
    taken = away = 0
    for key in list(Message.objects.filter(branch=branch).due(clock()).values_list("pk", flat=True)[:most]):
        claimed = _claimed(key, clock())
        if claimed is None:
            continue
        taken += 1
        outcome = hand_over(claimed, ways(claimed.message.channel), clock())
        outbox.mark(claimed, outcome, clock())
        away = away + 1 if isinstance(outcome, NotSent) and outcome.again else 0
        if away >= IN_A_ROW:
            break
    finish_sendings(branch, clock())
    return taken


def _claimed(key: int, at: datetime) -> Claimed | None:
    """A claim; one that fails by itself (an address that no key opens) holds up nobody behind it."""
    try:
        return outbox.claim(key, at)
    except Exception as error:
        if is_interruption(error):
            raise
        log.error("Message %s cannot be claimed: %s", key, describe(error))
        return None


def hand_over(claimed: Claimed, gateway: Gateway, at: datetime) -> Outcome:
    """Call the gateway. What it should not have raised may have happened after the message went."""
    message = claimed.message
    written = Written(str(message.uid), claimed.to, message.subject, message.body, at, _headers(message))
    try:
        return gateway.send(written)
    except Exception as error:  # a gateway of somebody else's making
        log.error("A gateway failed: %s", describe(error))
        return Unclear(f"gateway: {type(error).__name__}"[:80])


def _headers(message: Message) -> tuple[tuple[str, str], ...]:
    """How a mail program offers to opt out by one click (RFC 8058)."""
    if message.channel != "email" or message.is_test:
        return ()
    address = opt_out_address(message)
    return ("List-Unsubscribe", f"<{address}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
