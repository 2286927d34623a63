"""The signed word in an opt-out link, short enough for an SMS: it stands for a message, and says nothing about whom it went
to."""

import base64
import binascii
import hmac
from uuid import UUID

from django.utils.crypto import salted_hmac

from servicing.models import Message

_SALT = "servicing.opt-out"
_SIGNED = 8  # bytes of signature after the 16 of the uid


def token_of(message: Message) -> str:
    """The token of a message: 32 characters."""
    return base64.urlsafe_b64encode(message.uid.bytes + _signature(message.uid.bytes)).decode()


def message_behind(token: str) -> Message | None:
    """The message of a token; None for a token that was never made. Tests have none: they are about nobody."""
    try:
        told = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(told) != 16 + _SIGNED or not hmac.compare_digest(told[16:], _signature(told[:16])):
        return None
    return Message.objects.real().select_related("client", "branch").filter(uid=UUID(bytes=told[:16])).first()


def _signature(uid: bytes) -> bytes:
    return salted_hmac(_SALT, uid, algorithm="sha256").digest()[:_SIGNED]
