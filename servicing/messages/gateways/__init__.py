"""How messages leave the house: one small class per way, behind one protocol. Which one a channel uses is decided by the
environment (`settings.MESSAGE_GATEWAYS`); without a word there everything stays in the file outbox."""

from django.conf import settings

from servicing.messages.gateways.files import FileOutbox
from servicing.messages.gateways.mail import SmtpGateway
from servicing.messages.gateways.outcome import Gateway, NotSent, Outcome, Sent, Unclear, Written
from servicing.messages.gateways.web import HttpGateway

__all__ = ["Gateway", "NotSent", "Outcome", "Sent", "Unclear", "Written", "gateway_for", "leaves_the_house"]


def gateway_for(channel: str) -> Gateway:
    """The way by which a channel's messages leave."""
    told = settings.MESSAGE_GATEWAYS.get(channel, {})
    match told.get("kind", "files"):
        case "smtp":
            return SmtpGateway()
        case "http":
            return HttpGateway(channel, told["url"], told["secret"])
        case _:
            return FileOutbox(settings.VAR_DIR / "outbox" / channel)


def leaves_the_house(channel: str) -> bool:
    """Whether messages of a channel reach anybody: a gateway is named, or people print them."""
    return channel in settings.MESSAGE_GATEWAYS or channel == "letter"
