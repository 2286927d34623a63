"""Sums of what was measured, unit by unit, and one of them beside another with the mix of the first."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

Z95 = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Sums:
    """So many units (clients, tasks, answers), their total, and the total of their squares."""

    n: float = 0
    total: float = 0
    squares: float = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.n + other.n, self.total + other.total, self.squares + other.squares)

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(self.n - other.n, self.total - other.total, self.squares - other.squares)

    def times(self, factor: float) -> "Sums":
        """The same in another unit of what was measured."""
        return Sums(self.n, self.total * factor, self.squares * factor * factor)

    @property
    def mean(self) -> float:
        """Per unit; 0 without units."""
        return self.total / self.n if self.n else 0

    @property
    def variance(self) -> float:
        """Of one unit."""
        return max(self.squares / self.n - self.mean**2, 0) if self.n else 0

    @property
    def half(self) -> float:
        """Half the 95 % interval of the mean, units independent."""
        return Z95 * math.sqrt(self.variance / self.n) if self.n else 0


Strata = Mapping[str, Sums]  # kind of unit (tier, risk word, source; "" where all are alike) → its sums


@dataclass(frozen=True)
class Beside:
    """A mean per unit, what the other's means give for the same mix of units, and half the 95 % interval of the difference."""

    mean: float
    expected: float
    half: float

    @property
    def differs(self) -> int:
        """1 where it is surely higher, -1 where surely lower, 0 where chance explains it."""
        value = self.mean - self.expected
        return 0 if abs(value) <= self.half else (1 if value > 0 else -1)


def whole(strata: Strata) -> Sums:
    """All kinds of units together."""
    return added(strata.values())


def added(sums: Iterable[Sums]) -> Sums:
    """The sum of some sums."""
    return sum(sums, Sums())


def together(many: Iterable[Strata]) -> dict[str, Sums]:
    """Kind by kind, over several."""
    found: dict[str, Sums] = {}
    for strata in many:
        for name, one in strata.items():
            found[name] = found.get(name, Sums()) + one
    return found


def beside(one: Strata, other: Strata) -> Beside:
    """One beside another, with the mix of the first (indirect standardisation): every kind of unit is expected to do as in
    the other, a kind that the other has not as all of the other's. Spread is pooled, so that equal shares never differ."""
    all_of_other, expected, variance = whole(other), 0.0, 0.0
    for name, mine in one.items():
        if not mine.n:
            continue
        theirs = other.get(name, Sums())
        theirs = theirs if theirs.n else all_of_other
        expected += mine.n * theirs.mean
        variance += mine.n**2 * (mine + theirs).variance * (1 / mine.n + 1 / theirs.n)
    mine = whole(one)
    return Beside(mine.mean, expected / mine.n, Z95 * math.sqrt(variance) / mine.n)


def beside_others(one: Strata, everybody: Strata, *, least: int) -> Beside | None:
    """One of everybody beside all the others; None where either has fewer units than may be judged."""
    others = {name: sums - one.get(name, Sums()) for name, sums in everybody.items()}
    return beside(one, others) if min(whole(one).n, whole(others).n) >= least else None


def beside_number(one: Strata, number: float) -> Beside:
    """One beside a number that somebody decided."""
    mine = whole(one)
    return Beside(mine.mean, number, mine.half)
