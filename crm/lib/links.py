"""The signed word in a link that needs no log-in: it stands for a row, is stored nowhere, and says nothing of the client."""

from uuid import UUID

from django.core import signing


class LinkGone(Exception):
    """The link was never made, has been used, taken back or replaced, or is too old; nothing tells which."""


def sign(uid: UUID, salt: str) -> str:
    """The token of a row: always the same, so that a link shown twice is one link. Its age is the row's own to know."""
    return signing.Signer(salt=salt).sign(uid.hex)


def uid_behind(token: str, salt: str) -> UUID:
    """The row behind a token; raises LinkGone for one that was never made."""
    try:
        return UUID(signing.Signer(salt=salt).unsign(token))
    except (signing.BadSignature, ValueError):
        raise LinkGone from None
