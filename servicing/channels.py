"""By which channels the clients of a tier are contacted (S2): in words, and the one to begin with for a client."""

from collections.abc import Collection, Iterable

from clients.models import Client, Consent
from clients.models.cards import CHANNELS, Said
from crm.lib import formats
from servicing.models import Contact

_WORDS = dict(Contact.Channel.choices)


def channel_words(channels: Iterable[str]) -> str:
    """Channels beside each other, in their order."""
    return formats.listed(str(_WORDS[channel]) for channel in channels if channel in _WORDS)


def first_open(channels: Iterable[str], given: Collection[str]) -> str:
    """The first channel by which a client may be reached who has given consent for some; a visit asks for none. Empty where
    there is no such channel."""
    return next((channel for channel in channels if channel not in CHANNELS or channel in given), "")


def given_by(client: Client) -> set[str]:
    """The channels for which a client has given consent; one query."""
    consent: Consent | None = getattr(client, "consent", None)
    return {channel for channel in CHANNELS if getattr(consent, channel, "") == Said.GIVEN}
