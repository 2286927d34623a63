"""Who gets no message, and why (R8, S15): pure rules over what is known of a client, asked when a sending is planned and once
more when each message is claimed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from servicing.models import LeftOut
from servicing.models.messages import MessageChannel


@dataclass(frozen=True)
class Known:
    """What the rules ask about one client for one channel. `said`: given, refused or ""; `lately`: messages of the channel
    within the days of the cap; `allowed_at`: when quiet hours let it go, None for never; `is_licensed`: whoever sends it may
    offer the product (S21); `is_suitable`, `suits_material`: the product of the text, and of the material that goes with it,
    suits the client (L1)."""

    client_id: int
    is_restricted: bool = False
    is_closed: bool = False
    is_frozen: bool = False
    has_address: bool = True
    said: str = "given"
    allowed_at: datetime | None = None
    lately: int = 0
    has_complaint: bool = False
    is_overtrading: bool = False
    is_licensed: bool = True
    is_suitable: bool = True
    suits_material: bool = True
    is_resting: bool = False


@dataclass(frozen=True)
class Asked:
    """What is to be sent: the channel, the most messages of it per client (0: no cap), whether the text raises trading (B7),
    and whether who was contacted lately is left in peace."""

    channel: str
    cap: int = 0
    raises_trading: bool = False
    keep_rest: bool = False


Rule = Callable[[Known, Asked], bool]
# The order is the promise: of several reasons the first is told.
RULES: Sequence[tuple[LeftOut, Rule]] = (
    (LeftOut.RESTRICTED, lambda known, _: known.is_restricted),
    (LeftOut.CLOSED, lambda known, _: known.is_closed),
    (LeftOut.FROZEN, lambda known, _: known.is_frozen),
    (LeftOut.NO_ADDRESS, lambda known, _: not known.has_address),
    (LeftOut.OPTED_OUT, lambda known, _: known.said == "refused"),
    (LeftOut.NO_CONSENT, lambda known, _: known.said != "given"),
    (LeftOut.QUIET, lambda known, asked: asked.channel != MessageChannel.LETTER and known.allowed_at is None),
    (LeftOut.CAP, lambda known, asked: bool(asked.cap) and known.lately >= asked.cap),
    (LeftOut.COMPLAINT, lambda known, _: known.has_complaint),
    (LeftOut.OVERTRADING, lambda known, asked: asked.raises_trading and known.is_overtrading),
    (LeftOut.UNLICENSED, lambda known, _: not known.is_licensed),
    (LeftOut.UNSUITABLE, lambda known, _: not known.is_suitable),
    (LeftOut.MATERIAL, lambda known, _: not known.suits_material),
    (LeftOut.RECENT, lambda known, asked: asked.keep_rest and known.is_resting),
)


def first_reason(known: Known, asked: Asked) -> LeftOut | None:
    """The first reason why a client is left out; None where nothing stands against it."""
    return next((reason for reason, holds in RULES if holds(known, asked)), None)
