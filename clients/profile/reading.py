"""The cards of one client as the page shows them, in six reads whatever they hold."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _

from clients.grants import serves
from clients.models import Background, Client, Consent, PreferenceCard
from clients.models.cards import CHANNELS, Card, Said
from clients.profile import lines, wording
from clients.profile.kinds import BACKGROUND, PREFERENCES, CardKind
from crm import access
from crm.models import Staff

STRENGTHS = (1, 2, 3)


@dataclass(frozen=True)
class Chip:
    """Consent for one channel: "ok" given, "bad" refused, "" not asked; the title says since when and from where."""

    channel: str
    word: str
    mark: str
    title: str


def profile_cards(client: Client, user: Staff, *, today: date) -> dict[str, Any]:
    """What the panels of the client page show, masked for the reader; six queries."""
    names = access.sees_names(user)
    singles = _singles(client)
    background: Background | None = getattr(singles, "background", None)
    consent: Consent | None = getattr(singles, "consent", None)
    preferences: PreferenceCard | None = getattr(singles, "preferences", None)
    return {
        "client": client,
        "may_edit": serves(user, client),
        "person": _person_facts(client, names=names),
        "preferences": _facts(PREFERENCES, preferences, names=names),
        "taboos": preferences.taboos if preferences else "",
        "background": _facts(BACKGROUND, background, names=names),
        "is_strategic": bool(background and background.is_strategic),
        "is_lowest": bool(background and background.is_lowest),
        "chips": consent_chips_of(consent),
        "quiet": quiet_hours(consent),
        "contacts": lines.contacts(client, user),
        "household": lines.household(client, user),
        "needs": lines.needs(client, user),
        "strengths": STRENGTHS,
        "permissions": lines.permissions(client, user, today),
        "rates": lines.rates(client, user, today),
    }


def consent_chips(client: Client) -> list[Chip]:
    """Consent per channel for the header of a client whom the reader sees; one query."""
    return consent_chips_of(getattr(_singles(client), "consent", None))


def consent_chips_of(consent: Consent | None) -> list[Chip]:
    """A chip with a mark and a word for every channel; not asked is told too, because it is not given."""
    chips = []
    for channel, word in CHANNELS.items():
        said = getattr(consent, channel, "")
        day, source = getattr(consent, f"{channel}_on", None), getattr(consent, f"{channel}_source", "")
        mark = {"given": "ok", "refused": "bad"}.get(said, "")
        title = " · ".join(str(part) for part in (Said(said).label, day, source) if part)
        chips.append(Chip(channel, str(word), mark, title))
    return chips


def quiet_hours(consent: Consent | None) -> str:
    """21:00–8:30, or nothing."""
    if consent is None or consent.quiet_from is None or consent.quiet_until is None:
        return ""
    return f"{_clock(consent.quiet_from)}–{_clock(consent.quiet_until)}"


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02d}"


def _singles(client: Client) -> Client:
    """The cards of which there is one, by one query over the client."""
    return Client.objects.select_related("preferences", "background", "consent").get(pk=client.pk)


def _person_facts(client: Client, *, names: bool) -> list[tuple[str, str]]:
    said = person_values(client, names=names)
    return [(wording.label(None, column), value) for column, value in said.items() if value]


def _facts(kind: CardKind, card: Card | None, *, names: bool) -> list[tuple[str, str]]:
    """The columns of a card that say something, with their words; as of when and from whom stand together."""
    if card is None:
        return []
    values = {c: v for c, v in kind.values_of(card).items() if v not in (None, "") and not isinstance(v, bool)}
    day, source = values.pop("elsewhere_on", None), values.pop("elsewhere_source", "")
    facts = [
        (wording.label(kind, column), wording.written(kind, column, value, accounts={}, sees_names=names))
        for column, value in values.items()
    ]
    told = " · ".join(str(part) for part in (day, source) if part)
    return [*facts, (_("as of"), told)] if told else facts


def person_values(client: Client, *, names: bool) -> dict[str, str]:
    """The person's own columns as shown: e-mail and address with their middle hidden, for everyone."""
    birthday = str(client.birthday or "")
    if birthday and client.birthday_calendar == Client.Calendar.LUNAR:
        birthday = _("{day} (lunar)").format(day=birthday)
    return {
        "form_of_address": client.form_of_address if names or not client.form_of_address else access.MASK,
        "birthday": birthday if names or not birthday else access.MASK,
        "occupation": client.occupation,
        "education": client.education,
        "email": masked_email(client.email),
        "address": f"{client.address[:6]}{access.MASK}" if len(client.address) > 6 else client.address and access.MASK,
    }


def masked_email(text: str) -> str:
    """l••••@example.com."""
    name, at, domain = text.partition("@")
    return f"{name[:1]}{access.MASK}{at}{domain}" if at else text and access.MASK
