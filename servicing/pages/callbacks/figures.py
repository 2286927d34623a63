"""The figures of the year's call-backs: the strip, the months and the callers, each with the address of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from crm.models import Staff
from servicing.callbacks.progress import Progress, Tally
from servicing.models import CallbackSample

FINDINGS_SHOWN = 30


@dataclass(frozen=True)
class Line:
    """A month or a caller with what became of the call-backs; `address` opens them."""

    label: str
    tally: Tally
    address: str


def stats_of(
    progress: Progress, samples: Sequence[CallbackSample], findings: int, kept: dict[str, str]
) -> list[dict[str, Any]]:
    """The strip over the page; every figure opens the rows behind it."""
    total, of_year = progress.total, progress.by_kind.get("year", Tally())
    required = sum(sample.required for sample in samples)
    new = progress.by_kind.get("new", Tally())
    many = f"{findings:,}" if findings <= FINDINGS_SHOWN else f"{FINDINGS_SHOWN:,}+"

    def stat(label: str, figure: str, note: str, **asked: str) -> dict[str, Any]:
        return {"label": label, "figure": figure, "note": note, "href": address_of(kept | asked) + "#rows"}

    return [
        stat(
            _("Year's sample reached"),
            f"{of_year.reached:,}",
            _("of {n} that are required").format(n=f"{required:,}") if samples else _("not drawn yet"),
            show="reached",
            kind="year",
        ),
        stat(
            _("New accounts reached"),
            f"{new.reached:,}",
            _("of {n} that are due this year").format(n=f"{new.to_call:,}"),
            show="reached",
            kind="new",
        ),
        stat(
            _("Without an answer"),
            f"{total.without_answer:,}",
            _("{refused} refused, {unreached} not reachable").format(refused=total.refused, unreached=total.unreached),
            show="unanswered",
        ),
        stat(pgettext("call-back", "Open"), f"{total.open:,}", _("due by the end of the year"), show="open"),
        stat(_("Overdue"), f"{total.late:,}", _("the day has passed"), show="late"),
        {
            "label": _("Findings to settle"),
            "figure": many,
            "note": _("answers that must not stand"),
            "href": "#findings",
        },
    ]


def months_of(progress: Progress, kept: dict[str, str]) -> list[Line]:
    """The months in which call-backs are due."""
    return [
        Line(str(MONTHS[month]), tally, address_of(kept | {"month": str(month)}) + "#rows")
        for month, tally in sorted(progress.by_month.items())
    ]


def callers_of(progress: Progress, kept: dict[str, str]) -> list[Line]:
    """Who calls, those with the most overdue first."""
    names = {person.pk: person.name for person in Staff.objects.filter(pk__in=[pk for pk in progress.by_caller if pk])}
    lines = [
        Line(
            names.get(pk, "—") if pk else _("nobody yet"),
            tally,
            address_of(kept | {"caller": str(pk or "none")}) + "#rows",
        )
        for pk, tally in progress.by_caller.items()
        if tally.to_call
    ]
    return sorted(lines, key=lambda line: (-line.tally.late, -line.tally.open, line.label))


def address_of(pairs: Mapping[str, str]) -> str:
    """The address of the page that keeps what is chosen."""
    return "?" + urlencode({name: value for name, value in pairs.items() if value})
