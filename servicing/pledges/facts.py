"""What a pledge is measured by: facts of a branch that fell due on the days of a span, each read by an index. A fact says when
it was done; whether that was in time depends on the pledge."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from crm.models import Branch, Publication
from segmentation.models import Standing
from servicing.coverage import window
from servicing.models import Callback, Complaint, ComplaintStep, Contact, Idea, Measure, Promise
from servicing.standards import standards_on


@dataclass(frozen=True)
class Fact:
    """Something that fell due on a day, or was asked at a moment (`since`); `done_at` None: not yet. `key` names it among the
    facts of its measure; `owner` is whose it is."""

    measure: str
    key: str
    on: date
    done_at: datetime | None
    client: int | None
    owner: int | None
    since: datetime | None = None
    complaint: int | None = None


Read = Callable[[Branch, date, date], Iterable[Fact]]


def facts_of(measure: str, branch: Branch, first: date, last: date) -> Iterable[Fact]:
    """The facts of a measure that fell due in a branch between two days, both included."""
    return _READERS[measure](branch, first, last)


def _responses(branch: Branch, first: date, last: date) -> Iterator[Fact]:
    """What clients asked, and our first contact afterwards (S10)."""
    rows: Any = Contact.objects.asked_in(branch.pk, *window(last, (last - first).days + 1))
    told = rows.values_list("pk", "happened_at", "answered_at", "client", "client__advisor")
    for pk, asked, answered, client, advisor in told.iterator():
        day = timezone.localdate(asked)
        yield Fact(Measure.RESPONSE, f"contact:{pk}", day, answered, client, advisor, since=asked)


def _complaints(branch: Branch, first: date, last: date) -> Iterator[Fact]:
    """Stages of complaints by their timers (S9), those left and those that still run."""
    left = ComplaintStep.objects.filter(complaint__branch=branch, due_on__range=(first, last))
    running = Complaint.objects.still_open().filter(branch=branch, due_on__range=(first, last))
    names = ("stage", "round", "due_on")
    steps = left.values_list("complaint", *names, "left_at", "complaint__client", "complaint__owner")
    still = running.values_list("pk", *names, "closed_at", "client", "owner")
    for rows in (steps, still):
        for pk, stage, turn, due, done, client, owner in rows.iterator():
            yield Fact(Measure.COMPLAINT, f"complaint:{pk}:{turn}:{stage}", due, done, client, owner, complaint=pk)


def _promises(branch: Branch, first: date, last: date) -> Iterator[Fact]:
    """Promises by their due day (S6), but for those withdrawn by agreement."""
    rows = Promise.objects.filter(branch=branch, due_on__range=(first, last)).exclude(state=Promise.State.WITHDRAWN)
    for pk, due, done, client, owner in rows.values_list("pk", "due_on", "settled_at", "client", "owner").iterator():
        yield Fact(Measure.PROMISE, f"promise:{pk}", due, done, client, owner)


def _callbacks(branch: Branch, first: date, last: date) -> Iterator[Fact]:
    """Call-backs by their due day (L2); refused and unreachable clients were called, too."""
    rows = Callback.objects.filter(branch=branch, due_on__range=(first, last)).exclude(state=Callback.State.WITHDRAWN)
    for pk, due, done, client, owner in rows.values_list("pk", "due_on", "settled_at", "client", "caller").iterator():
        yield Fact(Measure.CALLBACK, f"callback:{pk}", due, done, client, owner)


def _ideas(branch: Branch, first: date, last: date) -> Iterator[Fact]:
    """Ideas by the day on which their answer is due (S19)."""
    rows = Idea.objects.filter(branch=branch, answer_due_on__range=(first, last))
    told = rows.values_list("pk", "answer_due_on", "answered_at", "client", "owner")
    for pk, due, done, client, owner in told.iterator():
        yield Fact(Measure.IDEA, f"idea:{pk}", due, done, client, owner)


def _cadences(branch: Branch, first: date, last: date) -> Iterator[Fact]:
    """The day on which the next conversation with a client was due by the cadence of the tier (S1, S2), for the open clients of
    the current night. Once per client and month: of several terms the one that waited longest."""
    night = Publication.objects.current().filter(branch=branch).first()
    if night is None:
        return
    for tier, owed in standards_on(branch, last).items():
        if owed.cadence_days is not None:
            yield from _terms(night, tier, timedelta(days=owed.cadence_days), first, last)


def _terms(night: Publication, tier: str, cadence: timedelta, first: date, last: date) -> Iterator[Fact]:
    in_tier = Standing.objects.filter(publication=night, tier=tier, client=OuterRef("client"))
    begins, ends = window(last - cadence, (last - first).days + 1)
    later = Contact.objects.standing().filter(client=OuterRef("client"), happened_at__gt=OuterRef("happened_at"))
    talks = Contact.objects.standing().filter(
        Exists(in_tier), branch=night.branch_id, happened_at__gte=begins, happened_at__lt=ends, client__closed_on=None
    )
    rows = talks.annotate(next_at=Subquery(later.order_by("happened_at").values("happened_at")[:1]))
    longest: dict[tuple[int, date], Fact] = {}
    told = rows.values_list("happened_at", "next_at", "client", "client__advisor").order_by("client", "happened_at")
    for talked, following, client, advisor in told.iterator():
        due = timezone.localdate(talked) + cadence
        month = due.replace(day=1)
        fact = Fact(Measure.CADENCE, f"cadence:{client}:{month:%Y-%m}", due, following, client, advisor)
        known = longest.get((client, month))
        if known is None or _wait(fact) > _wait(known):
            longest[client, month] = fact
    yield from longest.values()


def _wait(fact: Fact) -> timedelta:
    """How long after its due day the next conversation came; the longest where none has come yet."""
    return timezone.localdate(fact.done_at) - fact.on if fact.done_at else timedelta.max


_READERS: dict[str, Read] = {
    Measure.RESPONSE: _responses,
    Measure.COMPLAINT: _complaints,
    Measure.PROMISE: _promises,
    Measure.CADENCE: _cadences,
    Measure.CALLBACK: _callbacks,
    Measure.IDEA: _ideas,
}
