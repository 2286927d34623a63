"""What a gateway is given and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Written:
    """A message as it leaves: `key` is the same at every attempt, by which a provider knows it again; `headers` are those of
    an e-mail (how to opt out by one click)."""

    key: str
    to: str
    subject: str
    body: str
    at: datetime
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sent:
    """The provider has it."""

    provider_id: str = ""


@dataclass(frozen=True)
class NotSent:
    """It surely did not go. `why` is a code; `again`: a later attempt may succeed."""

    why: str
    again: bool = False


@dataclass(frozen=True)
class Unclear:
    """It may have gone: nobody but a person can tell."""

    why: str


Outcome = Sent | NotSent | Unclear


class Gateway(Protocol):
    """A way out. It never raises for what happens on the way: that is an outcome."""

    def send(self, written: Written) -> Outcome:
        """Hand one message over."""
        ...
