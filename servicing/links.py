"""The signed word in a link that needs no log-in: it stands for a row, is stored nowhere, and says nothing of the client."""

from uuid import UUID

from django.core import signing


class LinkGone(Exception):
    """The link was never made, has been used or taken back, or is too old; nothing tells which."""


def sign(uid: UUID, salt: str) -> str:
    """The token of a row."""
    return signing.dumps(str(uid), salt=salt)


def uid_behind(token: str, salt: str) -> UUID:
    """The row behind a token; raises LinkGone for one that was never made."""
    try:
        return UUID(signing.loads(token, salt=salt))
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkGone from None
