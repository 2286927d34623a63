"""Conditions of the client list as they stand in its address: `f=tier:vip,key` and `f=band:raised|!last_contact:..30d`.
All `f` hold; of one, any part (`|`); `!` turns a part round. What cannot be read is left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from crm.pages.lists.attributes import ATTRIBUTES, Attribute
from crm.pages.lists.kinds import Asked

MOST_GROUPS, MOST_PARTS, LONGEST = 12, 8, 1000


@dataclass(frozen=True)
class Condition:
    """One part: an attribute, its operand as written, and whether it is turned round."""

    name: str
    operand: str
    negated: bool = False

    @classmethod
    def read(cls, text: str) -> "Condition | None":
        """The condition of a part of an address; None where there is none."""
        negated, text = text.startswith("!"), text.removeprefix("!")
        name, _colon, operand = text.partition(":")
        one = cls(name.strip(), operand.strip(), negated)
        try:
            _ = one.value
        except (KeyError, ValueError):
            return None
        return one

    def write(self) -> str:
        """As it stands in an address."""
        return f"{'!' if self.negated else ''}{self.name}:{self.operand}"

    @property
    def attribute(self) -> Attribute:
        """What it is about."""
        return ATTRIBUTES[self.name]

    @property
    def value(self) -> Any:
        """What the operand stands for."""
        return self.attribute.kind.read(self.operand)

    def among(self, asked: Asked) -> Q:
        """The rows of which it holds."""
        found = self.attribute.condition(self.value, asked)
        return ~found if self.negated else found


Group = tuple[Condition, ...]


def read_groups(texts: Iterable[str]) -> tuple[Group, ...]:
    """The groups of an address."""
    groups = []
    for text in list(texts)[:MOST_GROUPS]:
        parts = [Condition.read(part) for part in text.replace("\0", "")[:LONGEST].split("|")[:MOST_PARTS]]
        known = tuple(dict.fromkeys(part for part in parts if part))
        if known:
            groups.append(known)
    return tuple(groups)


def write_group(group: Group) -> str:
    """A group as it stands in an address."""
    return "|".join(condition.write() for condition in group)


def all_hold(groups: Sequence[Group], asked: Asked) -> Q:
    """The rows of which every group holds."""
    found = Q()
    for group in groups:
        any_part = Q()
        for condition in group:
            any_part |= condition.among(asked)
        found &= any_part
    return found
