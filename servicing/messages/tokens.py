"""Signed words that stand for a message and say nothing about whom it went to: the one in an opt-out link, short enough for an
SMS, and the one by which an e-mail that came back is known again. Neither serves as the other."""

import base64
import binascii
import hmac
import re
from uuid import UUID

from django.utils.crypto import salted_hmac

from servicing.models import Message

_OPT_OUT, _RETURN = "servicing.opt-out", "servicing.returned-mail"
_SIGNED = 8  # bytes of signature after the 16 of the uid
_KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{48}(?![0-9a-f])")


def token_of(message: Message) -> str:
    """The token of a message: 32 characters."""
    return base64.urlsafe_b64encode(_signed(_OPT_OUT, message.uid.bytes)).decode()


def message_behind(token: str) -> Message | None:
    """The message of a token; None for a token that was never made. Tests have none: they are about nobody."""
    try:
        told = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    uid = _uid_in(_OPT_OUT, told)
    return Message.objects.real().select_related("client", "branch").filter(uid=uid).first() if uid else None


def return_key(uid: UUID) -> str:
    """The key that travels with an e-mail and comes back with it: 48 characters, small letters and figures only, because mail
    servers may change the case of an address and allow 64 characters before the @."""
    return _signed(_RETURN, uid.bytes).hex()


def returned_in(text: str) -> UUID | None:
    """The message that the first key of ours in a text stands for."""
    found = (_uid_in(_RETURN, bytes.fromhex(word)) for word in _KEY.findall(text.lower()))
    return next(filter(None, found), None)


def _signed(salt: str, uid: bytes) -> bytes:
    return uid + salted_hmac(salt, uid, algorithm="sha256").digest()[:_SIGNED]


def _uid_in(salt: str, told: bytes) -> UUID | None:
    right = len(told) == 16 + _SIGNED and hmac.compare_digest(told, _signed(salt, told[:16]))
    return UUID(bytes=told[:16]) if right else None
