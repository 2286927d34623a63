"""A text as one client reads it, with how to opt out at its end."""

import re
from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib.links import client_address
from crm.models import Staff
from servicing.messages.enclosures import PLACE, link_of
from servicing.messages.tokens import token_of
from servicing.models import Message, TextVersion
from servicing.models.messages import MessageChannel
from servicing.texts.facts import facts_of, invented_facts
from servicing.texts.rendering import Rendered, placeholders, render, sms_segments

_LINK = re.compile(r"/(o|m)/[\w:-]{32,}/")
_LANGUAGES = {"zh": "zh-hans", "en": "en"}


def opt_out_address(message: Message) -> str:
    """The public address by which the reader of a message opts out; it names nobody."""
    return client_address(reverse("opt-out", args=[token_of(message)]))


def without_link(text: str) -> str:
    """A message as staff read it: its links are the client's alone."""
    return _LINK.sub(r"/\1/…", text)


def asks_for_item(version: TextVersion) -> bool:
    """Whether a text leaves open which service item it is about: who sends it says so."""
    return "item" in placeholders(f"{version.subject}{version.body}{version.risk_notice}")


def rendered_for(
    client: Client, version: TextVersion, message: Message, *, sender: Staff, at: datetime, **known: str
) -> Rendered:
    """The text for a client, in the name of the client's advisor; `known` stands for other placeholders. Raises
    PlaceholderError for what is not known."""
    told = facts_of(client, by=client.advisor or sender, on=timezone.localdate(at), language=version.text.language)
    return _filled(version, message, {**told, **known})


def rendered_as_test(version: TextVersion, message: Message, *, sender: Staff, at: datetime) -> Rendered:
    """The text as a test, for a client who does not exist."""
    language = version.text.language
    told = invented_facts(by=sender, branch=message.branch, on=timezone.localdate(at), language=language)
    found = _filled(version, message, told)
    with translation.override(_LANGUAGES[language]):
        return Rendered(_("[Test] {subject}").format(subject=found.subject).strip(), _("[Test]") + "\n" + found.body)


def sms_parts(version: TextVersion, told: Mapping[str, str], language: str) -> int:
    """How many SMS a text is charged as, with the way to opt out at its end and links as long as those that clients get."""
    any_message = Message(channel=MessageChannel.SMS)
    with translation.override(_LANGUAGES[language]):
        way = _("Opt out: {address}").format(address=opt_out_address(any_message))
    return sms_segments(_ended(version, {**told, PLACE: link_of(any_message)}, way).body)


def _filled(version: TextVersion, message: Message, told: Mapping[str, str]) -> Rendered:
    with translation.override(_LANGUAGES[version.text.language]):
        way = _("To get no more letters, tell your advisor.")
        if message.channel != MessageChannel.LETTER:
            link = _("(here stands the link)") if message.is_test else opt_out_address(message)
            way = _("Opt out: {address}").format(address=link)
        if message.sending.material and not message.is_test:
            told = {**told, PLACE: link_of(message)}
        return _ended(version, {**told, "address": told["address"] or _("client")}, way)


def _ended(version: TextVersion, told: Mapping[str, str], way: str) -> Rendered:
    found = render(version, {**told, "opt_out": way})
    if "opt_out" in placeholders(f"{version.body}{version.risk_notice}"):
        return found
    return Rendered(found.subject, f"{found.body}\n{way}")
