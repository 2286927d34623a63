"""What a gateway reports of a message later: delivered, opened, or come back. A report that comes twice, late or out of order
changes nothing that was known better."""

import hmac
import re
from datetime import datetime
from uuid import UUID

from servicing.messages.gateways.web import signature
from servicing.models import Message

FRESH = 300  # seconds by which the clocks of the house and of a gateway may differ
_HEADER = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
# a report → what it replaces
_AFTER = {"delivered": [""], "opened": ["", "delivered"], "bounced": ["", "delivered"]}
STATUSES = tuple(_AFTER)


def is_signed(header: str, body: bytes, secret: str, now: datetime) -> bool:
    """Whether a report was signed with the secret of the channel, a short while ago."""
    told = _HEADER.fullmatch(header)
    if told is None or abs(int(told[1]) - now.timestamp()) > FRESH:
        return False
    return hmac.compare_digest(header, signature(secret, int(told[1]), body))


def record_report(channel: str, uid: UUID, status: str, at: datetime) -> bool:
    """Keep what became of a message; a report of one whose outcome was unknown also says that it went. False where nothing
    is new."""
    messages = Message.objects.filter(uid=uid, channel=channel, state__in=["sending", "sent", "unknown"])
    messages.filter(state=Message.State.UNKNOWN).update(state=Message.State.SENT, trouble="", settled_at=at)
    return bool(messages.filter(delivery__in=_AFTER[status]).update(delivery=status, delivered_at=at))
