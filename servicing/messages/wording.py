"""A text as one client reads it, with how to opt out at its end."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib import formats
from servicing.messages.tokens import token_of
from servicing.models import Message, TextVersion
from servicing.models.messages import MessageChannel
from servicing.texts.rendering import Rendered, placeholders, render

_LANGUAGES = {"zh": "zh-hans", "en": "en"}


def opt_out_address(message: Message) -> str:
    """The public address by which the reader of a message opts out; it names nobody."""
    return f"{settings.PUBLIC_URL}{reverse('opt-out', args=[token_of(message)])}"


def rendered_for(client: Client, version: TextVersion, message: Message, *, sender: str, at: datetime) -> Rendered:
    """The text for a client. Raises PlaceholderError for what is not known."""
    with translation.override(_LANGUAGES[version.text.language]):
        address = client.form_of_address or client.name or _("client")
        advisor = client.advisor.name if client.advisor else sender
        return _filled(version, message, address=address, advisor=advisor, branch=client.branch.name, at=at)


def rendered_as_test(version: TextVersion, message: Message, *, address: str, sender: str, at: datetime) -> Rendered:
    """The text as a test, with a form of address that is nobody's."""
    with translation.override(_LANGUAGES[version.text.language]):
        told = _filled(version, message, address=address, advisor=sender, branch=message.branch.name, at=at)
        return Rendered(_("[Test] {subject}").format(subject=told.subject).strip(), _("[Test]") + "\n" + told.body)


def _filled(version: TextVersion, message: Message, *, at: datetime, **told: str) -> Rendered:
    way = _("To get no more letters, tell your advisor.")
    if message.channel != MessageChannel.LETTER:
        link = _("(here stands the link)") if message.is_test else opt_out_address(message)
        way = _("Opt out: {address}").format(address=link)
    facts: Mapping[str, str] = {**told, "date": formats.day(timezone.localdate(at)), "opt_out": way}
    found = render(version, facts)
    if "opt_out" in placeholders(f"{version.body}{version.risk_notice}"):
        return found
    return Rendered(found.subject, f"{found.body}\n{way}")
