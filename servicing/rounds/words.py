"""What a task says: as a person wrote it, or by the rule of the night in the reader's language."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.lib import formats
from segmentation.models import Band, Tier
from servicing.models import Task

Slots = Mapping[str, Any]
Said = Callable[[Slots], str]


def _day(slots: Slots) -> str:
    return formats.day(date.fromisoformat(slots["on"]))


def _cadence(slots: Slots) -> str:
    return ngettext("a contact every day is owed", "a contact every {n} days is owed", slots["days"]).format(
        n=slots["days"]
    )


def _birthday(slots: Slots) -> str:
    return (_("birthday on {day}, by the lunar calendar") if slots["lunar"] else _("birthday on {day}")).format(
        day=_day(slots)
    )


def _tier(slots: Slots) -> str:
    return _("{before} → {after} last night").format(before=Tier(slots["from"]).label, after=Tier(slots["to"]).label)


def _concession(slots: Slots) -> str:
    told = _("the fee concession ends on {day}") if slots["kind"] == "fee" else _("the gift is due until {day}")
    return told.format(day=_day(slots))


# rule: what to do, and why.
WORDS: Mapping[str, tuple[str | LazyText, Said]] = {
    "cadence": (gettext_lazy("Care call"), _cadence),
    "welcome": (
        gettext_lazy("Welcome call"),
        lambda s: ngettext("{n} day after the opening", "{n} days after the opening", s["days"]).format(n=s["days"]),
    ),
    "birthday": (gettext_lazy("Birthday greeting"), _birthday),
    "rating": (gettext_lazy("Have the risk rating renewed"), lambda s: _("it ends on {day}").format(day=_day(s))),
    "document": (
        gettext_lazy("Have the identity document renewed"),
        lambda s: _("it ends on {day}").format(day=_day(s)),
    ),
    "risk": (
        gettext_lazy("Ask whether something has changed"),
        lambda s: _("the risk of leaving rose to {band}").format(band=Band(s["band"]).label),
    ),
    "tier": (gettext_lazy("Tell what the new tier brings"), _tier),
    "concession": (gettext_lazy("Talk before the concession ends"), _concession),
}
# why the night withdrew a task
WITHDRAWN_WHY: Mapping[str, str | LazyText] = {
    "closed": gettext_lazy("the client has closed the account"),
    "restricted": gettext_lazy("the client is restricted"),
    "past": gettext_lazy("the day has passed"),
    "spoken": gettext_lazy("the client was spoken to"),
}


def title_of(task: Task) -> str:
    """What is to be done."""
    return str(WORDS[task.rule][0]) if task.rule in WORDS else task.title


def reason_of(task: Task) -> str:
    """Why it is to be done."""
    return WORDS[task.rule][1](task.slots) if task.rule in WORDS else task.reason


def why_of(task: Task) -> str:
    """Why the night withdrew it; empty where a person settled it."""
    return str(WITHDRAWN_WHY.get(task.settled_why, ""))
