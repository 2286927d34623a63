"""What a requirement would mean, looked at before it is saved: who would fall short on its first day, and how many clients they
serve."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from crm.models import Publication, Staff
from servicing.competence.gaps import crowds_in, people_in
from servicing.competence.requirements import by_subject
from servicing.competence.rules import Verdict, judge, tiers_of
from servicing.competence.serving import held_by
from servicing.models import PaperRequirement


@dataclass(frozen=True)
class Short:
    """Somebody who would fall short: what would be missing, and the clients of the tier whom the person serves; 0 where it
    is no tier."""

    person: Staff
    verdict: Verdict
    clients: int


@dataclass(frozen=True)
class RequirementPreview:
    """Who would fall short, most clients first, of so many people who are asked; `before`: how many do by what counts now;
    `clients`: of the tier, None where it is no tier; `kept`: branches that keep a row of their own."""

    people: int
    before: int
    short: tuple[Short, ...]
    clients: int | None
    branches: int
    kept: int

    @property
    def served_short(self) -> int:
        """Clients whose advisor would fall short."""
        return sum(one.clients for one in self.short)


def preview_requirement(row: PaperRequirement, nights: Iterable[Publication]) -> RequirementPreview:
    """An unsaved row on its first day, for those who serve in the branches of the nights; a branch with a row of its own
    keeps it. Of a tier those are asked who have clients of it."""
    found, tiers = list(nights), tiers_of([row.subject])
    branches = [night.branch_id for night in found]
    begun = list(PaperRequirement.objects.begun(branches, row.from_day).filter(subject=row.subject))
    asked, before, short, clients, kept = set[int](), set[int](), dict[int, Short](), 0, 0
    for night in found:
        now, then = (by_subject(rows, night.branch_id).get(row.subject) for rows in (begun, [row, *begun]))
        kept += now is then
        crowds, people = crowds_in([night], tiers), people_in([night.branch_id])
        clients += sum(crowds.values())
        held = held_by([person.pk for person in people])
        for person in people:
            served = sum(crowds.get((person.pk, tier), 0) for tier in tiers)
            if tiers and not served:
                continue
            asked.add(person.pk)
            sides = (judge(held.get(person.pk, ()), side.needs if side else (), row.from_day) for side in (now, then))
            was, would = sides
            if not was.passes:
                before.add(person.pk)
            if not would.passes:
                known = short.get(person.pk, Short(person, would, 0))
                short[person.pk] = replace(known, clients=known.clients + served)
    ordered = sorted(short.values(), key=lambda one: (-one.clients, one.person.username))
    return RequirementPreview(len(asked), len(before), tuple(ordered), clients if tiers else None, len(found), kept)
