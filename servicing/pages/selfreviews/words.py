"""The facts of a self-assessment in the reader's language, question by question, beside those of the former quarter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clients.models import Need
from segmentation.models import Tier
from servicing.items.words import called
from servicing.models import Contact, ServiceItem
from servicing.perceptions import SOURCES
from servicing.selfreviews.facts import Facts

MOST = 6  # facts of a kind that are shown, the largest first


@dataclass(frozen=True)
class Line:
    """A fact: what, how many, and how many in the former quarter (None: not known)."""

    label: str
    now: int
    before: int | None


@dataclass(frozen=True)
class Group:
    """Facts of one kind."""

    label: str
    lines: Sequence[Line]


def groups_of(question: str, facts: Facts, before: Facts | None) -> list[Group]:
    """The facts beside a question."""
    found = {
        "whom": [
            _group(_("Clients by tier"), "tiers", dict(Tier.choices), facts, before),
            _group(_("Clear needs noted in a year, clients"), "needs", dict(Need.Kind.choices), facts, before),
        ],
        "offer": [
            _group(_("Items on offer by quality (Kano)"), "items", dict(ServiceItem.Quality.choices), facts, before),
            _group(_("Deliveries of items in the quarter"), "used", None, facts, before),
        ],
        "channels": [
            _group(_("Contacts of the quarter by channel"), "channels", dict(Contact.Channel.choices), facts, before)
        ],
        "asking": [_group(_("Asked in the quarter"), "asked", _asked(), facts, before)],
    }
    return found[question]


def _group(label: str, kind: str, words: Mapping[Any, Any] | None, facts: Facts, before: Facts | None) -> Group:
    counted, former = facts.get(kind, {}), (before or {}).get(kind) or None
    codes = list(words) if words and counted else sorted(counted)
    if len(codes) > MOST or not words:
        codes.sort(key=lambda code: -counted.get(code, 0))
    lines = [
        Line(
            str(words[code] if words else called(code)),
            counted.get(code, 0),
            former.get(code, 0) if former is not None else None,
        )
        for code in codes[:MOST]
    ]
    return Group(label, lines)


def _asked() -> Mapping[str, Any]:
    return {name: source.label for name, source in SOURCES.items()} | {"need": _("Clients who told a need")}
