"""Who calls back: an advisor of the branch who is not the client's own and is there, the one with the fewest calls waiting;
where there is none, the manager. Never the own advisor (L2)."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max

from crm.lib.bulk import in_parts
from crm.models import Branch, Leave, Staff
from servicing.models import Callback

_PART = 500


@dataclass(frozen=True)
class Callers:
    """Who may call in a branch: its advisors, the managers who step in, and until when somebody is away."""

    advisors: frozenset[int]
    managers: frozenset[int]
    away_until: Mapping[int, date]

    def may_keep(self, caller: int | None, own: int | None, due: date) -> bool:
        """Whether a call stays with its caller: not with the client's own advisor, nor with whoever is away until after the
        due day; with a manager only while no advisor can."""
        if caller == own or caller is None:
            return False
        if caller in self.advisors:
            return due >= self.away_until.get(caller, due)
        return caller in self.managers and not self._free(own)

    def choose(self, own: int | None, load: Mapping[int, int]) -> int | None:
        """Who is to call the client of an advisor: the one with the fewest calls waiting."""
        return min(self._free(own) or self.managers - {own}, key=lambda pk: (load.get(pk, 0), pk), default=None)

    def _free(self, own: int | None) -> frozenset[int]:
        return self.advisors - self.away_until.keys() - {own}


def callers_on(branch: Branch, day: date) -> Callers:
    """Who may call in a branch on a day."""
    here = Staff.objects.filter(branches=branch)
    managers = here.working().filter(role=Staff.Role.MANAGER)
    away = Leave.objects.covering(day).order_by().values_list("staff").annotate(Max("until_day"))
    return Callers(
        frozenset(here.advisors().values_list("pk", flat=True)),
        frozenset(managers.values_list("pk", flat=True)),
        dict(away),
    )


def assign_callers(branch: Branch, *, day: date, ahead_days: int) -> int:
    """Give every call that is due in the coming days a caller, and another one where the present one may not keep it; the
    same for the same rows. Returns how many changed hands. Runs in the caller's transaction."""
    callers = callers_on(branch, day)
    waiting = Callback.objects.waiting().filter(branch=branch, due_on__lte=day + timedelta(days=ahead_days))
    rows = list(waiting.values_list("pk", "caller", "client__advisor", "due_on"))
    kept = {pk: caller for pk, caller, own, due in rows if callers.may_keep(caller, own, due)}
    load = Counter(kept.values())
    given: dict[int | None, list[int]] = defaultdict(list)
    for pk, caller, own, _due in rows:
        if pk not in kept and (found := callers.choose(own, load)) != caller:
            given[found].append(pk)
        if pk not in kept and found is not None:
            load[found] += 1
    for found, keys in given.items():
        for part in in_parts(keys, _PART):
            Callback.objects.filter(pk__in=part).update(caller=found)
    return sum(len(keys) for keys in given.values())
