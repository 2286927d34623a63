"""What is missing, and what will be (S21): everybody who serves or offers in a branch, beside all that is asked for there. A
gap takes nothing away from anybody; it is told, with the day by which it should be closed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm.models import Branch, Publication, Staff
from segmentation.models import Standing
from segmentation.thresholds import threshold
from servicing.competence.requirements import by_subject
from servicing.competence.rules import FOREVER, KINDS, TIER, Held, Verdict, held_until, judge
from servicing.competence.serving import held_by
from servicing.models import PaperRequirement
from servicing.querysets import DecidedQuerySet

Crowds = Mapping[tuple[int | None, str], int]  # advisor and tier → clients


@dataclass(frozen=True)
class Known:
    """The papers of some people, and how many clients of a tier each serves."""

    held: Mapping[int, Sequence[Held]]
    crowds: Crowds


@dataclass(frozen=True)
class Cell:
    """One person beside one requirement. `clients`: how many of the tier the person has, None where it is no tier; `due_on`:
    by when it should be closed; `ends_soon`: it holds still, and not beyond the days of notice."""

    person: Staff
    subject: str
    verdict: Verdict
    clients: int | None
    due_on: date
    ends_soon: bool

    @property
    def is_gap(self) -> bool:
        """Missing, and of some client's concern: a tier of which the person has nobody waits."""
        return not self.verdict.passes and self.clients != 0

    @property
    def until(self) -> date | None:
        """The last day on which it holds; None where it does not end."""
        return self.verdict.until if self.verdict.until < FOREVER else None


@dataclass(frozen=True)
class Ending:
    """A paper of a person of which the last day has come near, or passed lately, without another one after it."""

    person: Staff
    kind: str
    until: date


def people_in(branches: Iterable[Branch | int]) -> list[Staff]:
    """Who serves or offers in some branches: advisors, and managers, who write to clients too."""
    here = Staff.objects.working().filter(branches__in=branches)
    return list(here.filter(role__in=[Staff.Role.ADVISOR, Staff.Role.MANAGER]).distinct().order_by("role", "username"))


def crowds_in(nights: Iterable[Publication], tiers: Iterable[str]) -> Crowds:
    """The open clients of some tiers by their advisor of today; clients whom only compliance sees (L3) are not counted."""
    asked = list(tiers)
    if not asked:
        return {}
    found: dict[tuple[int | None, str], int] = defaultdict(int)
    rows = Standing.objects.of_nights([night.pk for night in nights]).filter(tier__in=asked)
    for _night, advisor, tier, clients, _measure in rows.by_advisor_and_tier():
        found[advisor, tier] += clients
    return found


def table_of(
    people: Iterable[Staff], rows: Iterable[PaperRequirement], known: Known, *, day: date, notice: int
) -> list[list[Cell]]:
    """A line of cells per person, in the order of the requirements; only advisors serve tiers."""
    last, asked = day + timedelta(days=notice), list(rows)
    return [[_cell(person, row, known, day, last) for row in asked] for person in people]


def requirements_in(
    rows: DecidedQuerySet[PaperRequirement], branch: Branch, day: date
) -> Mapping[str, PaperRequirement]:
    """The rows that count in a branch on a day and ask for something, by subject."""
    counting = by_subject(rows.begun([branch], day), branch.pk)
    return {subject: row for subject, row in counting.items() if row.needs}


def endings(people: Iterable[Staff], held: Mapping[int, Sequence[Held]], *, day: date, notice: int) -> list[Ending]:
    """The papers that end within the days of notice, or have within as many days; the earliest first."""
    first, last = day - timedelta(days=notice), day + timedelta(days=notice)
    found = []
    for person in people:
        for kind in KINDS:
            own = [paper for paper in held.get(person.pk, ()) if paper.kind == kind]
            until = held_until(own, day) or max((paper.ends for paper in own if paper.ends < day), default=None)
            if until is not None and first <= until <= last:
                found.append(Ending(person, kind, until))
    return sorted(found, key=lambda one: (one.until, one.person.username, one.kind))


def endings_told(user: Staff, day: date) -> list[Ending]:
    """What a reader's first page tells: an advisor the own papers, a manager those of the staff of the branches."""
    people = [user] if user.is_advisor else people_in(user.branches.all())
    held = held_by([person.pk for person in people])
    return endings(people, held, day=day, notice=threshold("paper_notice", day)) if held else []


def _cell(person: Staff, row: PaperRequirement, known: Known, day: date, last: date) -> Cell:
    kind, _colon, code = row.subject.partition(":")
    is_tier = kind == TIER
    clients = known.crowds.get((person.pk, code), 0) if is_tier else None
    verdict = judge(known.held.get(person.pk, ()), row.needs if person.is_advisor or not is_tier else (), day)
    due = verdict.until if verdict.passes else verdict.ended_on or row.from_day
    return Cell(person, row.subject, verdict, clients, due, verdict.passes and verdict.until <= last)
