"""What happens to a stage that is not left in time: the manager is told at once, compliance some working days later, or at once
where it is about the only manager; each once, however often it is looked at (S9)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from crm.audit import tell
from crm.models import Staff
from segmentation.thresholds import threshold
from servicing.complaints.timers import WorkingDays
from servicing.models import Complaint, ComplaintEscalation

MANAGER, COMPLIANCE = ComplaintEscalation.Level.MANAGER, ComplaintEscalation.Level.COMPLIANCE


@dataclass(frozen=True)
class Timer:
    """How an open complaint stands on a day: working days left (0: due today; negative: overdue), when compliance is told if
    nothing happens, who has been told of the present stage, and whether there is a manager to be told."""

    due_on: date
    left: int
    compliance_on: date
    told: frozenset[str]
    has_manager: bool = True

    @property
    def is_late(self) -> bool:
        return self.left < 0

    @property
    def late(self) -> int:
        """Working days overdue."""
        return max(-self.left, 0)


def timers_of(complaints: Iterable[Complaint], today: date) -> Mapping[int, Timer]:
    """Complaint id → timer, of the open ones; three queries, however many they are, and one where any is about a
    person."""
    due = {complaint.pk: (complaint, complaint.due_on) for complaint in complaints if complaint.due_on}
    if not due:
        return {}
    days = [day for _complaint, day in due.values()]
    patience = threshold("complaint_escalation", today)
    working = WorkingDays.around(min([*days, today]), max([*days, today]), patience)
    rows = ComplaintEscalation.objects.filter(complaint__in=due)
    levels: dict[tuple[int, int, str], set[str]] = {}
    for pk, turn, stage, level in rows.values_list("complaint", "round", "stage", "level"):
        levels.setdefault((pk, turn, stage), set()).add(level)
    lonely, found = _without_manager([complaint for complaint, _day in due.values()]), {}
    for pk, (complaint, day) in due.items():
        ahead, behind = working.between(today, day), working.between(day, today)
        late = max(behind, 1) if today > day else 0
        told = frozenset(levels.get((pk, complaint.round, complaint.stage), ()))
        found[pk] = Timer(day, -late if late else ahead, working.after(day, patience), told, pk not in lonely)
    return found


def escalate_overdue(at: datetime) -> int:
    """Tell the manager of every stage overdue, and compliance of those overdue for longer; how many were told. Called as often
    as one likes: what was told is not told again."""
    today = timezone.localdate(at)
    late = list(Complaint.objects.still_open().filter(due_on__lt=today).select_related("branch").order_by("pk"))
    timers = timers_of(late, today)
    missing = [
        (complaint, level)
        for complaint in late
        for level in _levels(timers[complaint.pk], today)
        if level not in timers[complaint.pk].told
    ]
    return sum(_tell(complaint, level, at) for complaint, level in missing)


def _levels(timer: Timer, today: date) -> Sequence[ComplaintEscalation.Level]:
    if not timer.has_manager:
        return [COMPLIANCE]
    return [MANAGER, COMPLIANCE] if today >= timer.compliance_on else [MANAGER]


def _without_manager(complaints: Collection[Complaint]) -> set[int]:
    """Those about the only manager of their branch."""
    about = {complaint.pk: (complaint.branch_id, complaint.about_id) for complaint in complaints if complaint.about_id}
    if not about:
        return set()
    managers: dict[int, set[int]] = defaultdict(set)
    branches = {branch for branch, _person in about.values()}
    rows = Staff.objects.working().filter(role=Staff.Role.MANAGER, branches__in=branches)
    for person, branch in rows.values_list("pk", "branches"):
        managers[branch].add(person)
    return {pk for pk, (branch, person) in about.items() if not managers[branch] - {person}}


def _tell(complaint: Complaint, level: ComplaintEscalation.Level, at: datetime) -> bool:
    with transaction.atomic():
        _row, is_new = ComplaintEscalation.objects.get_or_create(
            complaint=complaint, round=complaint.round, stage=complaint.stage, level=level, defaults={"at": at}
        )
        if is_new:
            tell("escalate-complaint", complaint, by=None, stage=complaint.stage, level=level.value)
    return is_new
