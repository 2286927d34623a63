"""What clients said of our service, beside what they expected (S20). Nothing is stored besides the answers themselves; later
sources (surveys) join `SOURCES`."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.models import Branch
from segmentation.thresholds import threshold
from servicing.models import CallbackAttempt, Complaint, Guest
from servicing.trends.sums import Strata, Sums


@dataclass(frozen=True)
class Answer:
    """An advisor's client (None: nobody's) who was asked: whether it was as expected, and the marks where there are any (1–5)."""

    advisor: int | None
    is_met: bool
    perceived: int | None = None
    expected: int | None = None


def satisfactions(branch: Branch, begins: datetime, ends: datetime) -> Iterable[Answer]:
    """What complainers said when their complaint was closed: nobody asks them what they expect, so a number says which mark
    meets it."""
    met = threshold("trend_met", timezone.localdate(ends))
    rows: Any = Complaint.objects.asked_in(branch.pk, begins, ends)
    for advisor, mark in rows.values_list("client__advisor", "satisfaction").iterator():
        yield Answer(advisor, mark >= met, mark)


def callbacks(branch: Branch, begins: datetime, ends: datetime) -> Iterable[Answer]:
    """Whether clients who were called back had something about our service to complain of (L2)."""
    rows: Any = CallbackAttempt.objects.heard_in(branch.pk, begins, ends)
    for advisor, answers in rows.values_list("advisor", "answers").iterator():
        if "service" in answers:
            yield Answer(advisor, answers["service"] == "no")


def events(branch: Branch, begins: datetime, ends: datetime) -> Iterable[Answer]:
    """What clients who came to an event had hoped for, and found (S13)."""
    rows: Any = Guest.objects.asked_in(branch.pk, begins, ends)
    for advisor, expected, perceived in rows.values_list("client__advisor", "expected", "perceived").iterator():
        yield Answer(advisor, perceived >= expected, perceived, expected)


@dataclass(frozen=True)
class Source:
    """Where clients are asked: its words, and the answers of a branch between two moments, of unrestricted clients."""

    label: str | Promise
    read: Callable[[Branch, datetime, datetime], Iterable[Answer]]


SOURCES: Mapping[str, Source] = {
    "complaint": Source(_("Satisfaction after a complaint"), satisfactions),
    "callback": Source(_("Call-backs: our service"), callbacks),
    "event": Source(_("Events: found against hoped for"), events),
}


def answers_by_advisor(branch: Branch, begins: datetime, ends: datetime) -> Mapping[int | None, Strata]:
    """Advisor → where clients were asked → how many answered between two moments, and for how many it was as expected."""
    found: dict[int | None, dict[str, Sums]] = defaultdict(lambda: defaultdict(Sums))
    for name, source in SOURCES.items():
        for answer in source.read(branch, begins, ends):
            found[answer.advisor][name] += Sums(1, answer.is_met, answer.is_met)
    return found
