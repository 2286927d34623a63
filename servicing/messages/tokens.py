"""The signed word in an opt-out link: it stands for a message, and says nothing about whom it went to."""

from uuid import UUID

from django.core import signing

from servicing.models import Message

_SALT = "servicing.opt-out"


def token_of(message: Message) -> str:
    """The token of a message."""
    return signing.Signer(salt=_SALT).sign(message.uid.hex).replace(":", "~")


def message_behind(token: str) -> Message | None:
    """The message of a token; None for a token that was never made. Tests have none: they are about nobody."""
    try:
        uid = UUID(signing.Signer(salt=_SALT).unsign(token.replace("~", ":")))
    except (signing.BadSignature, ValueError):
        return None
    return Message.objects.real().select_related("client", "branch").filter(uid=uid).first()
