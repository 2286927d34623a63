"""What two readings of a plan say differently, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crm.lib import formats
from servicing.items.words import called, joined
from servicing.plans.content import Action, Written


@dataclass(frozen=True)
class Difference:
    """A field in which two readings differ; an action that only one of them has is empty on the other side."""

    field: str
    label: str
    before: str
    after: str


def differences(before: Written, after: Written, names: dict[str, str] | None = None) -> list[Difference]:
    """What changed from one reading to another; `names`: typed names of items by code."""
    told = {**told_of(before, names or {})}, {**told_of(after, names or {})}
    fields = list(dict.fromkeys([*told[0], *told[1]]))
    nothing = ("", "")
    found = []
    for field in fields:
        was, now = told[0].get(field, nothing), told[1].get(field, nothing)
        if was[1] != now[1]:
            found.append(Difference(field, now[0] or was[0], was[1], now[1]))
    return found


def told_of(written: Written, names: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Field → its word and what it says, in the reader's language."""
    found = {
        "goal": (_("Goal"), written.goal),
        "needs": (_("Needs"), "\n".join(written.needs)),
        "cadence_days": (_("Contact"), every(written.cadence_days) or _("as the standard says")),
        "next_review_on": (_("Next review"), formats.day(written.next_review_on)),
    }
    return found | dict(_actions(written, names))


def _actions(written: Written, names: dict[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    for action in written.actions:
        yield f"action {action.id}", (pgettext("plan", "Action"), action_words(action, names))


def action_words(action: Action, names: dict[str, str]) -> str:
    """What to do, from which day, how often."""
    said = (title_of(action, names), formats.day(action.due_on), every(action.every_days))
    return " · ".join(part for part in said if part)


def title_of(action: Action, names: dict[str, str]) -> str:
    """What to do: the item, the text, or the one with the other."""
    item = names.get(action.item) or called(action.item) if action.item else ""
    return joined(item, action.text)


def every(days: int | None) -> str:
    """Every so many days, nothing where it does not repeat."""
    return ngettext("every {n} day", "every {n} days", days).format(n=days) if days else ""
