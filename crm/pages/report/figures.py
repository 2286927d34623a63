"""What a monthly report says: the month's last published night beside the one before, over the clients that its reader sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crm.lib import formats
from crm.lib.charts import Chart
from crm.models import Branch, Publication, Staff
from crm.pages.branch import charts as branch_charts
from crm.templatetags.parts import RISKS, TIERS
from segmentation.concentration import lorenz, step_chart, top_share
from segmentation.figures import AdvisorSum, Alike, Figures, figures_seen
from segmentation.models import ASLEEP, Tier
from segmentation.querysets import BANDS

ADVISORS_SHOWN = 24  # what still fits on the second sheet


@dataclass(frozen=True)
class Table:
    """A table of the report, written out: heads, rows, and the sum below them (empty: none)."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()
    note: str = ""


def month_nights(user: Staff, branch: Branch) -> dict[str, Publication]:
    """The last published night of each month of a branch, newest first, by `YYYY-MM`; month-ends are kept for good."""
    nights = Publication.objects.visible_to(user).published().filter(branch=branch)
    found = nights.select_related("branch", "basis__scheme", "basis__model").order_by("-as_of")
    last: dict[str, Publication] = {}
    for night in found[:400]:
        last.setdefault(f"{night.as_of:%Y-%m}", night)
    return last


def report_context(user: Staff, night: Publication, earlier: Publication | None) -> dict[str, Any]:
    """Everything that the report of a night draws; figures of `earlier` are what it is compared with."""
    figures = figures_seen(user, night, earlier)
    before = figures_seen(user, earlier, None) if earlier else None
    measure = str(night.basis.scheme.get_measure_display())
    steps = step_chart(figures.sums)
    curve = branch_charts.lorenz(lorenz(figures.hundredths), top_share(figures.hundredths), steps, measure)
    return {
        "night": night,
        "earlier": earlier,
        "branch": night.branch,
        "month": f"{night.as_of:%Y-%m}",
        "measure": measure,
        "scheme": "" if night.basis.scheme.name == measure else night.basis.scheme.name,
        "stats": _stats(figures.sums, before.sums if before else None, measure),
        "steps": branch_charts.steps(steps, measure, {}),
        "curve": curve,
        "tables": [
            table
            for table in (
                _tiers(figures.sums, before, measure),
                _moves(figures, night, earlier),
                _risk(figures.sums),
                _advisors(figures.advisors),
            )
            if table
        ],
    }


def _stats(sums: Sequence[Alike], before: Sequence[Alike] | None, measure: str) -> list[dict[str, str]]:
    """Six figures, each with its change since the month before."""

    def told(label: str, now: int, then: int | None, *, money: bool) -> dict[str, str]:
        number, unit = formats.summary_parts(now) if money else (formats.count(now), formats.clients(now))
        if then is None:
            note = ""
        elif money:
            note = formats.change((now - then) / then) if then else formats.NOTHING
        else:
            note = formats.signed(now - then)
        return {"label": label, "figure": number, "unit": unit, "note": note}

    def total(name: str) -> tuple[int, int | None]:
        then = None if before is None else sum(getattr(one, name) for one in before)
        return sum(getattr(one, name) for one in sums), then

    def counted(chosen: Mapping[str, set[str]]) -> tuple[int, int | None]:
        def count(some: Sequence[Alike]) -> int:
            return sum(one.clients for one in some if all(getattr(one, k) in v for k, v in chosen.items()))

        return count(sums), None if before is None else count(before)

    return [
        told(_("Clients"), *total("clients"), money=False),
        told(measure, *total("measure"), money=True),
        told(_("Net assets"), *total("assets"), money=True),
        told(_("Commission at risk (12 months)"), *total("stake"), money=True),
        told(_("Risk raised or high"), *counted({"churn_band": {"raised", "high"}}), money=False),
        told(_("Dormant"), *counted({"dormancy": {str(state) for state in ASLEEP}}), money=False),
    ]


def _tiers(sums: Sequence[Alike], before: Figures | None, measure: str) -> Table:
    whole = sum(one.measure for one in sums)

    def row(name: str, some: Sequence[Alike], then: Sequence[Alike] | None) -> list[str]:
        n, value = sum(one.clients for one in some), sum(one.measure for one in some)
        change = None if then is None else n - sum(one.clients for one in then)
        return [
            name,
            formats.count(n),
            formats.signed(change),
            formats.wan(value),
            formats.percent(value / whole if whole > 0 else None, 1),
            formats.yuan_whole(value // n if n else None),
            formats.wan(sum(one.assets for one in some)),
            formats.yuan_whole(sum(one.stake for one in some)),
            formats.count(sum(one.clients for one in some if one.dormancy in ASLEEP)),
        ]

    wan, yuan = pgettext("money", "10k yuan"), pgettext("money", "yuan")
    return Table(
        _("Tiers"),
        [
            *(_("Tier"), _("Clients"), pgettext("difference", "Change"), f"{measure} {wan}", _("Share")),
            _("Per client") + f" {yuan}",
            *(_("Net assets") + f" {wan}", _("At risk") + f" {yuan}", _("Dormant")),
        ],
        [
            row(
                str(TIERS[tier][1]),
                [one for one in sums if one.tier == tier],
                [one for one in before.sums if one.tier == tier] if before else None,
            )
            for tier in Tier.values
        ],
        row(_("All"), sums, before.sums if before else None),
    )


def _moves(figures: Figures, night: Publication, earlier: Publication | None) -> Table | None:
    """From tier to tier, who came and who left: every client of either night is in one cell."""
    if earlier is None:
        return None
    counts = {(flow.from_tier, flow.to_tier): flow.count for flow in figures.flows}
    words = {tier: str(TIERS[tier][1]) for tier in Tier.values}
    ends = [*Tier.values, ""]

    def cell(start: str, end: str) -> str:
        return "" if not start and not end else formats.count(counts.get((start, end), 0))

    return Table(
        branch_charts.moves(figures.flows, earlier, night).title,
        [_("From") + " ＼ " + _("To"), *words.values(), _("left"), pgettext("sum", "Sum")],
        [
            [
                words.get(start, _("new")),
                *(cell(start, end) for end in ends),
                formats.count(sum(counts.get((start, end), 0) for end in ends)),
            ]
            for start in ends
        ],
        [
            pgettext("sum", "Sum"),
            *(formats.count(sum(counts.get((start, end), 0) for start in ends)) for end in ends),
            formats.count(sum(counts.values())),
        ],
        _("rows: tier on {earlier}; columns: tier on {later}").format(
            earlier=formats.day(earlier.as_of), later=formats.day(night.as_of)
        ),
    )


def _risk(sums: Sequence[Alike]) -> Table:
    def row(name: str, some: Sequence[Alike]) -> list[str]:
        return [
            name,
            *(formats.count(sum(one.clients for one in some if one.churn_band == band)) for band in (*BANDS, "")),
            formats.yuan_whole(sum(one.stake for one in some)),
        ]

    return Table(
        _("Churn risk by tier"),
        [
            _("Tier"),
            *(str(RISKS[band][1]) for band in BANDS),
            _("not scored"),
            _("At risk") + " " + pgettext("money", "yuan"),
        ],
        [row(str(TIERS[tier][1]), [one for one in sums if one.tier == tier]) for tier in Tier.values],
        row(_("All"), sums),
    )


def _advisors(sums: Sequence[AdvisorSum]) -> Table:
    """Load and stakes per advisor, most at stake first; those beyond the sheet in one row."""
    ordered = sorted(sums, key=lambda one: (-one.stake, one.advisor_id or 0))
    shown, rest = ordered[:ADVISORS_SHOWN], ordered[ADVISORS_SHOWN:]
    names = dict(Staff.objects.filter(pk__in=[one.advisor_id for one in shown]).values_list("pk", "name"))

    def row(name: str, some: Sequence[AdvisorSum]) -> list[str]:
        return [
            name,
            formats.count(sum(one.clients for one in some)),
            formats.count(sum(one.vip for one in some)),
            formats.count(sum(one.key for one in some)),
            formats.count(sum(one.raised for one in some)),
            formats.wan(sum(one.assets for one in some)),
            formats.yuan_whole(sum(one.stake for one in some)),
        ]

    rows = [row(names.get(one.advisor_id or 0, _("nobody")), [one]) for one in shown]
    if rest:
        rows.append(row(ngettext("{n} other", "{n} others", len(rest)).format(n=len(rest)), rest))
    return Table(
        _("Advisors"),
        [
            *(_("Advisor"), _("Clients"), str(TIERS["vip"][1]), str(TIERS["key"][1]), _("Raised or high")),
            _("Net assets") + " " + pgettext("money", "10k yuan"),
            _("At risk") + " " + pgettext("money", "yuan"),
        ],
        rows,
        row(_("All"), ordered),
    )


def charts_of(context: Mapping[str, Any]) -> list[Chart]:
    """The charts that are drawn, those without numbers left out."""
    return [chart for chart in (context["steps"], context["curve"]) if chart]
