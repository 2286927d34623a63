"""What a pledge would have meant: the facts of the last days judged as if it had held, beside what holds now."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm.models import Branch
from servicing.models import Pledge
from servicing.pledges.deciding import Book
from servicing.pledges.facts import Fact, facts_of
from servicing.pledges.judging import Clock

DAYS = 90


@dataclass(frozen=True)
class Told:
    """Facts in time and too late."""

    kept: int
    broken: int

    @property
    def judged(self) -> int:
        """All that were decided."""
        return self.kept + self.broken

    @property
    def share(self) -> float | None:
        """The share kept, 0–1; None where nothing was decided."""
        return self.kept / self.judged if self.judged else None


@dataclass(frozen=True)
class Line:
    """A branch: with the new wording, and with what is pledged today (None: nothing of this measure)."""

    branch: Branch
    then: Told
    now: Told | None


def preview_pledge(row: Pledge, branches: Iterable[Branch], *, day: date, at: datetime) -> list[Line]:
    """Branch by branch, over the facts that fell due in the last 90 days before a day."""
    first, last = day - timedelta(days=DAYS), day - timedelta(days=1)
    clock = Clock.around(first, last, at)
    lines = []
    for branch in branches:
        facts = list(facts_of(row.measure, branch, first, last))
        now = Book(Pledge.objects.of(branch), branch.pk).on(row.measure, day)
        lines.append(Line(branch, _told(facts, row, clock), _told(facts, now, clock) if now else None))
    return lines


def _told(facts: Iterable[Fact], pledge: Pledge, clock: Clock) -> Told:
    found = Counter(clock.is_kept(fact, pledge.allowed) for fact in facts)
    return Told(found[True], found[False])
