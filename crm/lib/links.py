"""The signed word in a link that needs no log-in: it stands for a row, is stored nowhere, and says nothing of the client."""

import base64
import binascii
import hmac
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

_SIGNATURE = 8  # bytes after the 16 of a random uid, which nobody can guess in the first place: short enough for an SMS


class LinkGone(Exception):
    """The link was never made, has been used, taken back or replaced, or is too old; nothing tells which."""


def client_address(path: str, served_at: str = "") -> str:
    """Where a client reaches a page of ours: at PUBLIC_URL; where nobody set it, where whoever asks does (`served_at`), or
    where the installation serves."""
    return f"{settings.PUBLIC_URL or served_at or settings.SERVED_AT}{path}"


def sign(uid: UUID, salt: str) -> str:
    """The token of a row, 32 characters: always the same, so that a link shown twice is one link. Its age is the row's own
    to know."""
    return base64.urlsafe_b64encode(signed(uid, salt)).decode()


def uid_behind(token: str, salt: str) -> UUID:
    """The row behind a token; raises LinkGone for one that was never made."""
    try:
        uid = uid_in(base64.b64decode(token, altchars=b"-_", validate=True), salt)
    except (binascii.Error, ValueError):
        uid = None
    if uid is None:
        raise LinkGone
    return uid


def signed(uid: UUID, salt: str) -> bytes:
    """A uid with its signature, 24 bytes; what is signed for one purpose (`salt`) does not serve for another."""
    return uid.bytes + salted_hmac(salt, uid.bytes, algorithm="sha256").digest()[:_SIGNATURE]


def uid_in(told: bytes, salt: str) -> UUID | None:
    """The uid that `signed` made into these bytes; None where it did not."""
    if len(told) != 16 + _SIGNATURE:
        return None
    uid = UUID(bytes=told[:16])
    return uid if hmac.compare_digest(told, signed(uid, salt)) else None
