"""Signed words that stand for a message and say nothing about whom it went to: the one in an opt-out link, and the one by
which an e-mail that came back is known again. Neither serves as the other."""

import re
from uuid import UUID

from crm.lib.links import LinkGone, sign, signed, uid_behind, uid_in
from servicing.models import Message

_OPT_OUT, _RETURN = "servicing.opt-out", "servicing.returned-mail"
_KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{48}(?![0-9a-f])")


def token_of(message: Message) -> str:
    """The token of a message: 32 characters."""
    return sign(message.uid, _OPT_OUT)


def message_behind(token: str) -> Message | None:
    """The message of a token; None for a token that was never made. Tests have none: they are about nobody."""
    try:
        uid = uid_behind(token, _OPT_OUT)
    except LinkGone:
        return None
    return Message.objects.real().select_related("client", "branch").filter(uid=uid).first()


def return_key(uid: UUID) -> str:
    """The key that travels with an e-mail and comes back with it: 48 characters, small letters and figures only, because mail
    servers may change the case of an address and allow 64 characters before the @."""
    return signed(uid, _RETURN).hex()


def returned_in(text: str) -> UUID | None:
    """The message that the first key of ours in a text stands for."""
    found = (uid_in(bytes.fromhex(word), _RETURN) for word in _KEY.findall(text.lower()))
    return next(filter(None, found), None)
