"""What two nights were computed from, where it differs, in plain words: files, scheme, pins, numbers, rates, calendar, code."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.forms import kind_named
from clients.models import ExchangeRate, ImportBatch
from clients.pages.words import kind_label
from crm.lib import formats
from crm.models import Publication
from segmentation.models import Threshold
from segmentation.number_words import BY_KEY, NOT_OF_NIGHT

FILES_READ, MONTHS_SHOWN = 300, 6


@dataclass(frozen=True)
class Input:
    """One input that differs: what, and how in a sentence."""

    what: str
    told: str


def differing_inputs(earlier: Publication, later: Publication) -> list[Input]:
    """What the later night was given otherwise than the earlier one; both come with `run` and `basis` read."""
    before, after = _inputs(earlier), _inputs(later)
    found = []
    if earlier.as_of != later.as_of:
        told = _("{before} and {after}: other days, and a period that moved on with them")
        found.append(Input(_("Day"), told.format(before=earlier.as_of, after=later.as_of)))
    if not before or not after:
        return [*found, Input(_("Inputs"), _("One of the runs is older than the notes about its inputs."))]
    for key, what, tell in (
        ("facts", _("Facts"), _facts),
        ("scheme", _("Scheme"), _scheme),
        ("pins", _("Set by hand"), _pins),
        ("thresholds", _("Numbers"), _numbers),
        ("rates", _("Exchange rates"), _rates),
        ("calendar", _("Calendar"), _calendar),
        ("history", _("Model"), _model),
        ("code", _("Program"), _code),
    ):
        if before.get(key) != after.get(key):
            found.append(Input(what, tell(earlier, later)))
    return found


def _inputs(night: Publication) -> Mapping[str, Any]:
    told: Mapping[str, Any] = night.run.arguments.get("inputs", {})
    return told


def _ordered(earlier: Publication, later: Publication) -> tuple[datetime, datetime]:
    return min(earlier.cutoff, later.cutoff), max(earlier.cutoff, later.cutoff)


def _facts(earlier: Publication, later: Publication) -> str:
    """Files that came or were undone between both cutoffs, by kind, with their months."""
    start, end = _ordered(earlier, later)
    came = Q(committed_at__gt=start, committed_at__lte=end)
    undone = Q(undone_at__gt=start, undone_at__lte=end)
    batches = ImportBatch.objects.filter(came | undone).order_by("-pk")[:FILES_READ]
    files: Counter[tuple[str, bool]] = Counter()
    months: dict[tuple[str, bool], set[str]] = {}
    for batch in batches:
        slots = [slot for slot in batch.scope.get("slots", ()) if slot[1] == later.branch_id]
        if slots:
            key = (batch.kind, batch.undone_at is not None and start < batch.undone_at <= end)
            files[key] += 1
            months.setdefault(key, set()).update(month for _table, _branch, month in slots if month)
    if not files:
        return _("corrected by hand, or by an owner who changed")
    return "; ".join(_files(kind, months[kind, gone], n, is_undone=gone) for (kind, gone), n in files.items())


def _files(kind: str, months: set[str], count: int, *, is_undone: bool) -> str:
    known = kind_named(kind)
    name = kind_label(known.name) if known else kind
    ordered = sorted(months)
    span = ", ".join(ordered) if len(ordered) <= MONTHS_SHOWN else f"{ordered[0]} – {ordered[-1]}"
    told = ngettext("{kind} {months} ({n} file)", "{kind} {months} ({n} files)", count)
    text = told.format(kind=name, months=span, n=count).replace("  ", " ")
    return _("{files} undone").format(files=text) if is_undone else text


def _scheme(earlier: Publication, later: Publication) -> str:
    return f"{earlier.basis.scheme.name} → {later.basis.scheme.name}"


def _pins(earlier: Publication, later: Publication) -> str:
    before, after = (night.run.arguments.get("pins", {}) for night in (earlier, later))
    differing = sum(before.get(client) != after.get(client) for client in {*before, *after})
    return ngettext("{n} client", "{n} clients", differing).format(n=differing)


def _numbers(earlier: Publication, later: Publication) -> str:
    days = sorted((earlier.as_of, later.as_of))
    made = sorted((earlier.run.created_at, later.run.created_at))
    begun = Q(from_day__gt=days[0], from_day__lte=days[1]) | Q(confirmed_on__gt=days[0], confirmed_on__lte=days[1])
    rows = Threshold.objects.filter(begun | Q(made_at__gt=made[0], made_at__lte=made[1])).exclude(key__in=NOT_OF_NIGHT)
    names = sorted({str(BY_KEY[key].label) if key in BY_KEY else key for key in rows.values_list("key", flat=True)})
    return ", ".join(names) or _("a number was withdrawn")


def _rates(earlier: Publication, later: Publication) -> str:
    start, end = _ordered(earlier, later)
    rows = ExchangeRate.objects.filter(recorded_at__gt=start, recorded_at__lte=end)
    found = Counter(rows.values_list("currency", flat=True))
    told = ", ".join(f"{code} {formats.count(n)}" for code, n in sorted(found.items()))
    return told or _("a rate was taken back")


def _calendar(_earlier: Publication, _later: Publication) -> str:
    return _("holidays or made-up days were entered or removed")


def _model(earlier: Publication, later: Publication) -> str:
    before, after = (str(night.basis.model or formats.NOTHING) for night in (earlier, later))
    if earlier.basis.model_id == later.basis.model_id:
        return _("{model} on both; the history of the firm has grown").format(model=after)
    return f"{before} → {after}"


def _code(earlier: Publication, later: Publication) -> str:
    before, after = (_inputs(night).get("code", formats.NOTHING) for night in (earlier, later))
    return _("another version: {before} → {after}").format(before=before, after=after)
