"""What complaints teach (S9, C4): causes by month and branch, who complains again, how long stages take, what is in time, and
how many are dissatisfied without a word."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth

from crm.models import Branch, Staff
from segmentation.thresholds import threshold
from servicing.complaints.timers import STAGES
from servicing.models import Complaint, ComplaintAction, ComplaintStep

MONTHS = 12
MOST = 1_000  # clients who complained again, and open actions: more than there are
STEPS_READ = 5_000  # the latest: a median needs no more
Cell = tuple[str, int, date]  # root cause, branch, first day of the month


@dataclass(frozen=True)
class StageFigure:
    """How one stage went: how many left it, median days in it, how many of them in time, and how many are late in it still."""

    stage: str
    left: int
    median_days: float | None
    in_time: int
    still_late: int

    @property
    def judged(self) -> int:
        return self.left + self.still_late

    @property
    def rate(self) -> float | None:
        return self.in_time / self.judged if self.judged else None

    @property
    def word(self) -> str:
        return str(Complaint.Stage(self.stage).label)


@dataclass(frozen=True)
class Iceberg:
    """C4: `complaints` at `rate_permille` who complain mean so many dissatisfied."""

    complaints: int
    rate_permille: int

    @property
    def dissatisfied(self) -> int | None:
        return dissatisfied(self.complaints, self.rate_permille)


@dataclass(frozen=True)
class Lessons:
    """A year of complaints as its reader sees it."""

    since: date
    months: Sequence[date]
    cells: Mapping[Cell, int]
    stages: Sequence[StageFigure]
    repeated: Sequence[tuple[int, int]]  # client id, complaints
    actions: Sequence[ComplaintAction]
    iceberg: Iceberg

    @property
    def total(self) -> int:
        return sum(self.cells.values())

    def count(self, *, cause: str | None = None, branch: int | None = None, month: date | None = None) -> int:
        """Complaints of a cause, branch and month; what is left out is summed."""
        wanted = (cause, branch, month)
        pairs = self.cells.items()
        return sum(n for cell, n in pairs if all(w is None or w == c for w, c in zip(wanted, cell, strict=True)))


def dissatisfied(complaints: int, rate_permille: int) -> int | None:
    """C4: 100 complaints at 100 ‰ mean 1,000 dissatisfied clients; None where nobody complains."""
    return (complaints * 1000 + rate_permille // 2) // rate_permille if rate_permille > 0 else None


def months_until(day: date, count: int = MONTHS) -> list[date]:
    """The first days of so many months, the last one being that of the day."""
    months = [day.replace(day=1)]
    while len(months) < count:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]


def lessons_for(user: Staff, branches: Sequence[Branch], today: date) -> Lessons:
    """What the complaints of some branches that the user sees teach, of the twelve months until today; six queries."""
    months = months_until(today)
    seen = Complaint.objects.visible_to(user).filter(branch__in=branches)
    year = seen.filter(received_at__date__gte=months[0], received_at__date__lte=today)
    counted = year.order_by().annotate(month=TruncMonth("received_at")).values_list("cause", "branch", "month")
    cells: Counter[Cell] = Counter()
    for cause, branch, month, count in counted.annotate(n=Count("pk")):
        cells[cause, branch, month.date()] += count
    repeated = year.filter(client__isnull=False).order_by().values_list("client").annotate(n=Count("pk"))
    actions = ComplaintAction.objects.filter(complaint__in=seen.values("pk")).still_open()
    return Lessons(
        since=months[0],
        months=months,
        cells=cells,
        stages=_stages(seen, months[0], today),
        repeated=list(repeated.filter(n__gt=1).order_by("-n", "client")[:MOST]),
        actions=list(actions.select_related("owner", "complaint__branch").order_by("due_on", "pk")[:MOST]),
        iceberg=Iceberg(sum(cells.values()), threshold("complaint_rate", today)),
    )


def _stages(seen: Any, since: date, today: date) -> list[StageFigure]:
    rows = ComplaintStep.objects.filter(complaint__in=seen.values("pk"), left_at__date__gte=since, stage__in=STAGES)
    took: dict[str, list[float]] = defaultdict(list)
    in_time: Counter[str] = Counter()
    for step in rows.order_by("-left_at").only("stage", "entered_at", "left_at", "due_on")[:STEPS_READ]:
        took[step.stage].append((step.left_at - step.entered_at).total_seconds() / 86_400)
        in_time[step.stage] += step.is_in_time
    late = Counter(seen.still_open().filter(due_on__lt=today).values_list("stage", flat=True))
    return [
        StageFigure(stage, len(took[stage]), median(took[stage]) if took[stage] else None, in_time[stage], late[stage])
        for stage in STAGES
    ]
