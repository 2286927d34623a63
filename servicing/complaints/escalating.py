"""What happens to a stage that is not left in time: the manager is told at once, compliance some working days later; each
once, however often it is looked at (S9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from crm.audit import tell
from segmentation.thresholds import threshold
from servicing.complaints.timers import WorkingDays
from servicing.models import Complaint, ComplaintEscalation

MANAGER, COMPLIANCE = ComplaintEscalation.Level.MANAGER, ComplaintEscalation.Level.COMPLIANCE


@dataclass(frozen=True)
class Timer:
    """How an open complaint stands on a day: working days left (0: due today; negative: overdue), when compliance is told if
    nothing happens, and who has been told of the present stage."""

    due_on: date
    left: int
    compliance_on: date
    told: frozenset[str]

    @property
    def is_late(self) -> bool:
        return self.left < 0

    @property
    def late(self) -> int:
        """Working days overdue."""
        return max(-self.left, 0)


def timers_of(complaints: Iterable[Complaint], today: date) -> Mapping[int, Timer]:
    """Complaint id → timer, of the open ones; three queries, however many they are."""
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
    found = {}
    for pk, (complaint, day) in due.items():
        ahead, behind = working.between(today, day), working.between(day, today)
        late = max(behind, 1) if today > day else 0
        told = frozenset(levels.get((pk, complaint.round, complaint.stage), ()))
        found[pk] = Timer(day, -late if late else ahead, working.after(day, patience), told)
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
    return [MANAGER, COMPLIANCE] if today >= timer.compliance_on else [MANAGER]


def _tell(complaint: Complaint, level: ComplaintEscalation.Level, at: datetime) -> bool:
    with transaction.atomic():
        _row, is_new = ComplaintEscalation.objects.get_or_create(
            complaint=complaint, round=complaint.round, stage=complaint.stage, level=level, defaults={"at": at}
        )
        if is_new:
            tell("escalate-complaint", complaint, by=None, stage=complaint.stage, level=level.value)
    return is_new
