"""What the list can be asked about: one attribute is a name, its words, a kind, and how it becomes a condition on rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from crm.models import Staff
from crm.pages.lists.kinds import Asked, Choice, Kind, Options, Text


@dataclass(frozen=True)
class Attribute:
    """An attribute. `field` is the path from a standing; `build` takes its place where no field says it. `never` is the
    word for rows without a value, where they can be asked for; `has_future`: days that are still to come make sense."""

    name: str
    label: Text
    kind: Kind
    field: str = ""
    build: Callable[[Any, Asked], Q] | None = None
    never: Text = ""
    has_future: bool = False
    hidden_from: frozenset[str] = frozenset()  # roles to whom it would say nothing

    def condition(self, value: Any, asked: Asked) -> Q:
        """The rows of which it is so."""
        return self.build(value, asked) if self.build else self.kind.among(self.field, value, asked)

    def options(self, user: Staff, chosen: Sequence[str] = (), branch: str = "") -> Options:
        """What can be chosen, for a reader who asks for a branch or for all; nothing for kinds without choices."""
        return self.kind.options(user, chosen, branch) if isinstance(self.kind, Choice) else ()


@dataclass(frozen=True)
class Subject:
    """Attributes about one thing, as they stand together in the menu."""

    label: Text
    attributes: tuple[Attribute, ...]


def of_values(pairs: Sequence[tuple[str, str | Promise]], *, none: bool = False) -> Choice:
    """A choice of fixed values."""
    known: Mapping[str, str | Promise] = {value: word for value, word in pairs if value}
    return Choice(lambda _user, _chosen, _branch: tuple(known.items()), frozenset(known), none=none)
