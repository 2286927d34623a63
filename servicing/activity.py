"""What advisors planned and did in a span of days (S10): tasks and promises due, kept in time, conversations and the time they
took. Nobody is measured by turnover (B7)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate

from crm.models import Publication, Staff
from segmentation.models import Standing
from segmentation.thresholds import thresholds
from servicing.coverage import window
from servicing.models import Contact, Promise, Task
from servicing.querysets.contacts import leads_on
from servicing.standards import standards_on

SETTLED_ON = TruncDate("settled_at")
IN_TIME = Q(state__in=["done", "kept"], settled_on__lte=F("due_on"))  # of rows with `settled_on`
NUMBERS = ("work_day", "client_share")


@dataclass
class Activity:
    """Of one advisor or of all: tasks and promises due in the span, those of them that were done or kept by the day they
    were due, conversations, those told in full (S6: how the client was, and what comes next), and the minutes that the
    standards reckon for them."""

    tasks: int = 0
    done: int = 0
    promises: int = 0
    kept: int = 0
    contacts: int = 0
    full: int = 0
    minutes: int = 0

    def add(self, other: "Activity") -> None:
        """Add what another one counted."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    @property
    def planned(self) -> int:
        """Tasks and promises together."""
        return self.tasks + self.promises

    @property
    def late(self) -> int:
        """Tasks not done in time."""
        return self.tasks - self.done

    @property
    def broken(self) -> int:
        """Promises not kept in time."""
        return self.promises - self.kept

    @property
    def hours(self) -> float:
        """The minutes as hours."""
        return self.minutes / 60

    @property
    def fulfilment(self) -> float | None:
        """The share of what was planned that was done in time; None where nothing was planned."""
        return (self.done + self.kept) / self.planned if self.planned else None

    def time_share(self, days: int, minutes_a_day: int) -> float | None:
        """The share of so many working days that went to clients; None without a working day."""
        return self.minutes / (days * minutes_a_day) if days and minutes_a_day else None


def due_rows(
    user: Staff, branch: int, first: date, last: date, *, today: date
) -> tuple[QuerySet[Task], QuerySet[Promise]]:
    """What was planned for a span: tasks and promises of a branch due in it that nobody withdrew. What is open and has its day
    still, today or later, is not judged."""
    tasks, promises = Task.objects.visible_to(user), Promise.objects.visible_to(user)
    early = {"state": "open", "due_on__gte": today}
    return (
        tasks.planned_in(branch, first, last).exclude(**early),
        promises.planned_in(branch, first, last).exclude(**early),
    )


def contact_rows(user: Staff, branch: int, first: date, last: date) -> QuerySet[Contact]:
    """The conversations of a branch in a span."""
    begins, ends = window(last, (last - first).days + 1)
    rows = Contact.objects.visible_to(user).standing().filter(branch=branch)
    return rows.filter(happened_at__gte=begins, happened_at__lt=ends)


def activity_of(
    user: Staff, night: Publication, first: date, last: date, *, today: date
) -> Mapping[date, Mapping[int, Activity]]:
    """Day → staff id → what they planned and did, in the branch of a night over the clients whom the user sees. The minutes
    of a conversation are those that the standard of the client's tier in that night reckons on the day `last`."""
    found: dict[date, dict[int, Activity]] = defaultdict(lambda: defaultdict(Activity))
    for rows, names in zip(
        due_rows(user, night.branch_id, first, last, today=today),
        (("tasks", "done"), ("promises", "kept")),
        strict=True,
    ):
        in_time = Count("pk", filter=IN_TIME)
        told = rows.annotate(settled_on=SETTLED_ON).order_by().values_list("due_on", "owner")
        for day, owner, *counts in told.annotate(Count("pk"), in_time=in_time):
            found[day][owner].add(Activity(**dict(zip(names, counts, strict=True))))
    minutes = {tier: owed.minutes for tier, owed in standards_on(night.branch, last).items()}
    talks = contact_rows(user, night.branch_id, first, last).annotate(day=TruncDate("happened_at"))
    tier_of = Standing.objects.filter(publication=night, client=OuterRef("client")).values("tier")
    told_of = talks.annotate(tier=Subquery(tier_of)).order_by().values_list("day", "staff", "tier")
    in_full = Count("pk", filter=~Q(mood="") & leads_on())
    least = min(minutes.values(), default=0)  # whoever came after the night has no tier yet
    for day, person, tier, count, full in told_of.annotate(Count("pk"), full=in_full):
        found[day][person].add(Activity(contacts=count, full=full, minutes=count * minutes.get(tier, least)))
    return found


def numbers_on(day: date) -> Mapping[str, int]:
    """Minutes of a working day and the aimed share of it for clients (1/10,000), in force on a day."""
    return thresholds(NUMBERS, day)
