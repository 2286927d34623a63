"""What it takes to describe a number that people decided."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise

_MOST = 10**15
# Unit as stored → how many stored units make one unit that people type.
SCALES = {"fen": 100, "fen a year": 100, "e-4": 100, "e-3": 10, "e-2 a year": 100, "e-1": 10, "e-6": 100}


@dataclass(frozen=True)
class Number:
    """What a key means: `least` and `most` in stored units; `is_lawlike`: it needs compliance; `of_night`: it decides the
    result of a night, so that another value makes another run."""

    key: str
    label: str | Promise
    unit: str
    topic: str = "others"
    help: str | Promise = ""
    least: int = 0
    most: int = _MOST
    is_lawlike: bool = False
    of_night: bool = True

    @property
    def scale(self) -> int:
        return SCALES.get(self.unit, 1)

    def typed(self, value: int) -> Decimal:
        """A stored value as people type it: yuan for fen, per cent for e-4."""
        return Decimal(value) / self.scale

    def stored(self, typed: Decimal) -> int | None:
        """What is stored for a typed value, None where it has finer parts than are kept."""
        whole = typed * self.scale
        return int(whole) if whole == int(whole) else None
