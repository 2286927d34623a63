"""Counting the measures of a branch in a quarter: what the night keeps. Restricted clients (L3) are in none of them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, FloatField, Sum
from django.db.models.functions import Cast

from crm.models import Branch, Publication
from segmentation.losses import lost_between
from segmentation.models import Standing
from segmentation.thresholds import threshold
from servicing.activity import IN_TIME, SETTLED_ON
from servicing.coverage import reach_in, window
from servicing.models import Complaint, Promise, Task
from servicing.perceptions import answers_by_advisor
from servicing.previews import EARNED
from servicing.quarters import Quarter
from servicing.responses import responses_in
from servicing.trends.sums import Sums

SHORTEST = 21  # days between two nights that tell who was lost
UPPER = ("vip", "key")
Counted = Mapping[tuple[int | None, str], Sums]  # (advisor, kind of unit) → sums


@dataclass(frozen=True)
class Span:
    """The part of a quarter that is over, with the nights that opened and closed it (None: there was none)."""

    branch: Branch
    first: date
    last: date
    opening: Publication | None
    closing: Publication | None

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def span_of(branch: Branch, quarter: Quarter, until: date) -> Span:
    """A quarter of a branch until a day; it opens with the last night before it, or the first one in it."""
    last = min(quarter.last, until)
    nights = Publication.objects.published().filter(branch=branch)
    inside = nights.filter(as_of__range=(quarter.first, last)).select_related("basis__scheme").order_by("as_of")
    earlier = nights.filter(as_of__range=(quarter.before.first, quarter.before.last)).order_by("-as_of").first()
    return Span(branch, quarter.first, last, earlier or inside.first(), inside.last())


def count_lost(span: Span) -> tuple[Counted, int]:
    """Clients lost between the two nights, by risk word, and the days between them."""
    if not span.opening or not span.closing or (days := (span.closing.as_of - span.opening.as_of).days) < SHORTEST:
        return {}, 0
    found = lost_between(span.opening, span.closing)
    return {key: Sums(clients, lost, lost) for key, (clients, lost) in found.items()}, days


def count_fulfilment(span: Span) -> tuple[Counted, int]:
    """Tasks and promises that were due, and those done or kept by then (S10), by owner."""
    found: dict[tuple[int | None, str], Sums] = defaultdict(Sums)
    for rows in (Task.objects.all(), Promise.objects.all()):
        due = rows.planned_in(span.branch.pk, span.first, span.last).filter(client__is_restricted=False)
        told = due.annotate(settled_on=SETTLED_ON).order_by().values_list("owner")
        for owner, n, done in told.annotate(Count("pk"), done=Count("pk", filter=IN_TIME)):
            found[owner, ""] += Sums(n, done, done)
    return found, span.days


def count_reach(span: Span) -> tuple[Counted, int]:
    """VIP and key clients, and those of them spoken to in the last days of the span (S6), by tier."""
    if not span.closing:
        return {}, 0
    days = threshold("coverage_window", span.last)
    reached = reach_in(span.closing, until=span.last, days=days)
    found = {
        (advisor, tier): Sums(n, (met := reached[advisor].tiers.get(tier, 0) if advisor in reached else 0), met)
        for advisor, tier, n in _standings(span.closing)
        .filter(tier__in=UPPER)
        .values_list("client__advisor", "tier")
        .annotate(Count("pk"))
    }
    return found, days


def count_response(span: Span) -> tuple[Counted, int]:
    """Questions that were answered or overdue, and those answered in time (S10)."""
    _begins, ends = window(span.last, span.days)
    told = responses_in(span.branch, span.first, span.last, at=ends)
    return {(pk, ""): Sums(one.judged, one.in_time, one.in_time) for pk, one in told.items() if one.judged}, span.days


def count_complaints(span: Span) -> tuple[Counted, int]:
    """Clients, and the complaints of the span (S9)."""
    if not span.closing:
        return {}, 0
    rows = Complaint.objects.received_in(span.branch.pk, *window(span.last, span.days)).order_by()
    told = dict(rows.values_list("client__advisor").annotate(Count("pk")))
    clients = dict(_standings(span.closing).values_list("client__advisor").annotate(Count("pk")))
    found = {
        (pk, ""): Sums(clients.get(pk, 0), told.get(pk, 0), told.get(pk, 0)) for pk in clients.keys() | told.keys()
    }
    return found, span.days


def count_money(span: Span) -> tuple[Counted, int]:
    """What clients brought in twelve months by the closing night, in yuan, by tier; nothing where tiers are not made by
    money earned."""
    if not span.closing or span.closing.basis.scheme.measure not in EARNED:
        return {}, 0
    yuan = Cast(F("measure_fen"), FloatField()) / 100.0
    rows = _standings(span.closing).values_list("client__advisor", "tier")
    told = rows.annotate(Count("pk"), total=Sum(yuan), squares=Sum(yuan * yuan))
    return {(pk, tier): Sums(n, total, squares) for pk, tier, n, total, squares in told}, span.days


def count_met(span: Span) -> tuple[Counted, int]:
    """Answers of clients, and those that say that it was as expected, by source (S20)."""
    told = answers_by_advisor(span.branch, *window(span.last, span.days))
    return {(pk, name): sums for pk, asked in told.items() for name, sums in asked.items()}, span.days


COUNTS = {
    "lost": count_lost,
    "fulfilment": count_fulfilment,
    "reach": count_reach,
    "response": count_response,
    "complaints": count_complaints,
    "money": count_money,
    "met": count_met,
}


def _standings(night: Publication) -> Any:
    return Standing.objects.filter(publication=night, client__is_restricted=False).order_by()
