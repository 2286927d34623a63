"""What the nights found: changes of tier, of churn risk and of state, from the permanent ledgers."""

from collections.abc import Sequence

from clients.models import Client
from crm.pages.changes import Change, change_of, tier_change
from crm.pages.timeline.events import Event
from crm.pages.timeline.sources import Found, Rows
from segmentation.models import StateChange, TierMove

ICONS = {"tier": "arrows-sort", "risk": "chart-bar", "state": "zzz"}


def tiers_of(client: Client) -> Rows:
    """Changes of tier (T7)."""
    return Rows("tier", "tier", TierMove.objects.filter(client=client), "day", _tiers)


def _tiers(found: Sequence[Found]) -> list[Event]:
    return [_told(one, tier_change(one.row)) for one in found]


def states_of(client: Client) -> Rows:
    """Changes of risk and of state (R2)."""
    return Rows("state", "risk", StateChange.objects.filter(client=client), "day", _states)


def _states(found: Sequence[Found]) -> list[Event]:
    return [_told(one, change_of(one.row)) for one in found]


def _told(one: Found, change: Change) -> Event:
    return Event(one.place, ICONS[change.kind], change.title, change.why)
