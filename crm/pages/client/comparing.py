"""Two published days of one client side by side, and what the ledgers say happened between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib import formats
from crm.models import Publication
from crm.pages.changes import Change, change_of, sentences, tier_change
from segmentation.models import Standing, StateChange, TierMove


@dataclass(frozen=True)
class Line:
    """One thing on both days; `differs` dims what stayed."""

    label: str
    before: str
    after: str
    difference: str = ""

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Comparison:
    """Both days, their lines, and the changes between them with their reasons."""

    earlier: date
    later: date
    lines: Sequence[Line]
    changes: Sequence[tuple[date, Change]]


def compare(client: Client, earlier: Publication, later: Publication) -> Comparison:
    """What differs between two published nights of a client, from stored rows alone (T7)."""
    standings = {
        row.publication_id: row for row in Standing.objects.filter(client=client, publication__in=[earlier, later])
    }
    before, after = standings.get(earlier.pk), standings.get(later.pk)
    moves = TierMove.objects.filter(client=client, day__gt=earlier.as_of, day__lte=later.as_of)
    changes = StateChange.objects.filter(client=client, day__gt=earlier.as_of, day__lte=later.as_of)
    told = [(move.day, tier_change(move)) for move in moves] + [(row.day, change_of(row)) for row in changes]
    lines = [
        Line(_("Tier"), _word(before, "tier"), _word(after, "tier")),
        Line(_("Rank"), _count(before, "rank"), _count(after, "rank"), _step(before, after)),
        Line(
            later.basis.scheme.get_measure_display()
            if earlier.basis.scheme.measure == later.basis.scheme.measure
            else _("measure of the scheme"),
            _money(before, "measure_fen"),
            _money(after, "measure_fen"),
            _moved(before, after, "measure_fen"),
        ),
        Line(
            _("Net assets"),
            _money(before, "net_assets_fen"),
            _money(after, "net_assets_fen"),
            _moved(before, after, "net_assets_fen"),
        ),
        Line(_("State"), _word(before, "dormancy"), _word(after, "dormancy")),
        Line(_("Churn risk"), _risk(before), _risk(after)),
        Line(_("Reasons"), _reasons(before), _reasons(after)),
        Line(_("Scheme"), earlier.basis.scheme.name, later.basis.scheme.name),
        Line(_("Model"), str(earlier.basis.model or formats.NOTHING), str(later.basis.model or formats.NOTHING)),
    ]
    return Comparison(earlier.as_of, later.as_of, lines, sorted(told, key=lambda pair: pair[0], reverse=True))


def _word(row: Standing | None, field: str) -> str:
    return str(getattr(row, f"get_{field}_display")()) if row else formats.NOTHING


def _count(row: Standing | None, field: str) -> str:
    return formats.count(getattr(row, field)) if row else formats.NOTHING


def _step(before: Standing | None, after: Standing | None) -> str:
    return formats.signed(after.rank - before.rank) if before and after else ""


def _money(row: Standing | None, field: str) -> str:
    return formats.exact(getattr(row, field)) if row else formats.NOTHING


def _moved(before: Standing | None, after: Standing | None, field: str) -> str:
    return formats.yuan_signed(getattr(after, field) - getattr(before, field)) if before and after else ""


def _risk(row: Standing | None) -> str:
    if row is None or not row.churn_band:
        return formats.NOTHING
    score = f" {formats.percent(row.churn_score)}" if row.churn_score is not None else ""
    return f"{row.get_churn_band_display()}{score}"


def _reasons(row: Standing | None) -> str:
    return "; ".join(sentences(row.churn_reasons)) if row and row.churn_reasons else formats.NOTHING
