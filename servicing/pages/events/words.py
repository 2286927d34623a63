"""How an event and its guests are told: states as tags, seats, scores, and what the effect allows to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clients.grants import serves
from crm import access
from crm.lib import formats
from crm.models import Staff
from servicing.events.effect import Effect, Share
from servicing.models import Event, Guest
from servicing.querysets.events import COMING

MARKS = {
    "open": "ac",
    "held": "ok",
    "cancelled": "bad",
    "registered": "ok",
    "waiting": "note",
    "came": "ok",
    "absent": "note",
}


@dataclass(frozen=True)
class Told:
    """An event with how many guests are in each state."""

    event: Event
    counts: Mapping[str, int]

    @property
    def mark(self) -> str:
        """The class of the tag of its state."""
        return MARKS.get(self.event.state, "")

    @property
    def seats(self) -> str:
        """12 / 30: registered of all."""
        return f"{self.counts.get('registered', 0)} / {self.event.quota}"


@dataclass(frozen=True)
class ToldGuest:
    """A guest as somebody who sees the client reads it. `step` is what may be done next: "answer" (register or decline),
    "undo", "tick", "ask" (what it brought), or nothing."""

    row: Guest
    name: str
    remark: str
    step: str

    @property
    def word(self) -> str:
        """How it stands."""
        return word_of(self.row)

    @property
    def mark(self) -> str:
        """The class of its tag."""
        return MARKS.get(self.row.attendance or self.row.state, "")


def word_of(row: Guest) -> str:
    """How a guest stands: why the place was freed, or what came of it, else the state."""
    code = "why" if row.why else "attendance" if row.attendance else "state"
    return str(getattr(row, f"get_{code}_display")())


def told_guest(row: Guest, user: Staff, event: Event, now: datetime) -> ToldGuest:
    """How a guest, read with the client, is told."""
    client = row.client
    name = access.name_for(user, client.name, client.client_number)
    step = step_of(row, event, now) if serves(user, client) else ""
    return ToldGuest(row, name, access.text_for(user, row.remark, client.name), step)


def step_of(row: Guest, event: Event, now: datetime) -> str:
    """What comes next for a guest of an event."""
    if event.state == Event.State.HELD:
        return "ask" if row.state != Guest.State.WITHDRAWN else ""
    if event.state != Event.State.OPEN or row.state == Guest.State.WITHDRAWN:
        return ""
    if row.state == Guest.State.REGISTERED and now >= event.starts_at:
        return "tick"
    if now >= event.closes_at and row.state not in COMING:
        return ""
    return "answer" if row.state == Guest.State.INVITED else "undo"


def effect_words(effect: Effect) -> str:
    """The finding in one sentence."""
    told = {
        "unknown": _("Cannot tell: fewer than {n} clients on one side were asked before and afterwards"),
        "same": _("No difference between those who came and those who did not can be told ({low} to {high} points)"),
        "above": _("Of those who came {value} points more know more now ({low} to {high})"),
        "below": _("Of those who came {value} points fewer know more now ({low} to {high})"),
    }[effect.verdict]
    value = formats.points(abs(effect.value), 0).lstrip("+")
    return told.format(
        n=effect.least, value=value, low=formats.points(effect.low, 0), high=formats.points(effect.high, 0)
    )


def effect_rows(effect: Effect) -> list[list[Any]]:
    """Both sides with their shares and intervals; a side too small for it has none."""
    sides = ((_("Came"), effect.came), (_("Invited, did not come"), effect.others))
    return [[word, formats.count(side.n), *_share(side, effect.least)] for word, side in sides]


def _share(side: Share, least: int) -> tuple[str, str]:
    if side.n < least:
        return formats.count(side.rose), _("cannot tell")
    interval = f"{formats.percent(side.low)} – {formats.percent(side.high)}"
    return formats.count(side.rose), f"{formats.percent(side.rate)} ({interval})"
