"""The flow statement as tables (C7): which lines and columns it has, and which clients each figure opens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from crm.lib import formats
from crm.pages.branch.nights import Chosen
from segmentation.flows import CAME, LEFT, OUTSIDE, STAYED, Amount
from segmentation.models import Tier
from segmentation.statements import CHANGE, LINES, SHIFTED_IN, SHIFTED_OUT, Statement

KINDS: Mapping[str, Any] = {
    "new": pgettext_lazy("flow", "opened"),
    "returned": gettext_lazy("won back"),
    "moved_in": gettext_lazy("moved in from another branch"),
    "late": gettext_lazy("entered later"),
    "closed": pgettext_lazy("flow", "closed"),
    "transferred": pgettext_lazy("flow", "transferred out"),
    "moved_out": gettext_lazy("moved to another branch"),
    STAYED: gettext_lazy("stayed"),
}
SHIFTS: Mapping[str, Mapping[str, Any]] = {
    "tier": {SHIFTED_IN: gettext_lazy("from other tiers"), SHIFTED_OUT: gettext_lazy("to other tiers")},
    "advisor": {SHIFTED_IN: gettext_lazy("taken over"), SHIFTED_OUT: gettext_lazy("handed over")},
}
MONTH_LINES = (*CAME, *LEFT, CHANGE)
MEASURES = ("clients", "assets", "measure")
Write = Callable[[Any], str]
WRITE: Mapping[str, Write] = {"clients": formats.count, "assets": formats.wan, "measure": formats.yuan_whole}


@dataclass(frozen=True)
class Cell:
    """A figure of the statement and the clients behind it ('' where there is nothing to open)."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the statement: `kind` is sum or line; `href` is what its label opens."""

    label: str
    cells: Sequence[Cell]
    kind: str = "line"
    href: str = ""


def line_word(line: str, by: str) -> str:
    """What a line of the statement is called."""
    if line == CHANGE:
        return _("market and trading")
    sign = "+" if line in CAME else formats.MINUS if line in LEFT else ""
    return f"{sign} {SHIFTS[by].get(line) or KINDS[line]}".strip()


def clients_address(found: Chosen, *, line: str = "", by: str = "tier", group: str = "*", **ends: str) -> str:
    """The clients of a line of the statement, in a group; or of a band from one group to another (`before`, `after`)."""
    asked: dict[str, object] = {"by": by if by != "tier" else ""}
    if line in CAME:
        asked |= {"kind": line, "after": group}
    elif line in LEFT:
        asked |= {"kind": line, "before": group}
    elif line == SHIFTED_IN:
        asked |= {"kind": STAYED, "after": group, "changed": "1"}
    elif line == SHIFTED_OUT:
        asked |= {"kind": STAYED, "before": group, "changed": "1"}
    elif line == CHANGE:
        asked |= {"kind": STAYED, "after": group}
    asked |= {name: value or "none" for name, value in ends.items()}
    return found.address("flow-client-list", **{name: "" if value == "*" else value for name, value in asked.items()})


def by_tier(found: Chosen, whole: Statement, tiers: Mapping[str, Statement]) -> list[Row]:
    """Lines by tiers in clients, and their sums in net assets and measure; a line that nobody went is left out."""
    has_measure = is_comparable(found)

    def money(amount: Amount, line: str = "") -> list[Cell]:
        told = {"assets": amount.assets, "measure": amount.measure}
        cells = [_cell(found, line, value, name) if line else Cell(WRITE[name](value)) for name, value in told.items()]
        return cells if has_measure else [cells[0], Cell(formats.NOTHING)]

    def cells(line: str) -> list[Cell]:
        told = [
            _cell(found, line, tiers[tier].lines[line].clients, "clients", group=tier) if line != CHANGE else Cell("·")
            for tier in Tier.values
        ]
        total = whole.lines[line]
        # over all clients those who changed tier come and go: told in clients, worth nothing
        told.append(_cell(found, line, total.clients, "clients") if line != CHANGE else Cell("·"))
        shown = total if line not in (SHIFTED_IN, SHIFTED_OUT) else Amount()
        return [*told, *money(shown, line)]

    def ends(name: str) -> list[Cell]:
        told = [Cell(formats.count(getattr(tiers[tier], name).clients)) for tier in Tier.values]
        total: Amount = getattr(whole, name)
        return [*told, Cell(formats.count(total.clients)), *money(total)]

    lines = [line for line in LINES if _is_told(line, whole)]
    return [
        Row(_("Opening {day}").format(day=formats.day(found.earlier.as_of if found.earlier else None)), ends("opening"),
            "sum"),
        *(Row(line_word(line, "tier"), cells(line)) for line in lines),
        Row(_("Closing {day}").format(day=formats.day(found.night.as_of if found.night else None)), ends("closing"),
            "sum"),
    ]  # fmt: skip


def of_measure(
    found: Chosen,
    name: str,
    by: str,
    *,
    whole: Statement,
    groups: Mapping[str, Statement],
    words: Mapping[str, str],
) -> list[Row]:
    """One row per group, one column per line, in clients, net assets or measure."""
    lines = told_lines(whole, name)
    rows = []
    for group, one in [*groups.items(), ("*", whole)]:
        told = [_cell(found, line, getattr(one.lines[line], name), name, by=by, group=group) for line in lines]
        first, last = (Cell(WRITE[name](getattr(end, name))) for end in (one.opening, one.closing))
        label = words.get(group, group) if group != "*" else _("All")
        rows.append(Row(label, [first, *told, last, _check(one, name)], "line" if group != "*" else "sum"))
    return rows


def told_lines(whole: Statement, name: str) -> list[str]:
    """The lines that say anything in clients, net assets or measure; opened and closed are always told."""
    return [line for line in LINES if _is_told(line, whole) and (line != CHANGE or name != "clients")]


def signed(value: int, name: str) -> str:
    """A figure of a line; nothing is a dot."""
    return formats.plus(WRITE[name](value)) if value else "·"


def check_of(statement: Statement) -> str:
    """By how much a statement fails, in words; '' where it holds."""
    gap = statement.difference
    parts = [
        ngettext("{n} client", "{n} clients", abs(gap.clients)).format(n=formats.signed(gap.clients))
        if gap.clients
        else "",
        _("net assets {amount}").format(amount=formats.yuan_signed(gap.assets)) if gap.assets else "",
        _("measure {amount}").format(amount=formats.yuan_signed(gap.measure)) if gap.measure else "",
    ]
    return " · ".join(part for part in parts if part)


def title_of(whole: Statement) -> str:
    """The finding: how many came and went behind the net change."""
    net = whole.closing.clients - whole.opening.clients
    told = ngettext("Net {n} client", "Net {n} clients", abs(net)).format(n=formats.signed(net))
    return told + _(": {came} came, {left} left").format(
        came=formats.count(whole.came.clients), left=formats.count(-whole.left.clients)
    )


def is_comparable(found: Chosen) -> bool:
    """Whether both nights rank by the same measure: else its changes say nothing."""
    if found.night is None or found.earlier is None:
        return False
    return bool(found.night.basis.scheme.measure == found.earlier.basis.scheme.measure)


def words_of(way_kinds: Sequence[str], before: str, after: str, groups: Mapping[str, str]) -> str:
    """Who is listed, in words: how they came or went, and from where to where."""
    told = [kind for kind in way_kinds if kind in KINDS and (kind != STAYED or "*" in (before, after))]
    kinds = _("、").join(str(KINDS[kind]) for kind in told)
    ends = [groups.get(end, end) if end not in ("*", OUTSIDE) else "" for end in (before, after)]
    way = " → ".join(end or _("anywhere") for end in ends) if all(ends) else "".join(ends)
    if before != "*" and after != "*" and OUTSIDE in (before, after):
        way = f"{ends[0] or _('from outside')} → {ends[1] or _('gone')}"
    return " · ".join(part for part in (kinds, way) if part)


def _is_told(line: str, whole: Statement) -> bool:
    return line in ("new", "closed", CHANGE) or whole.lines[line] != Amount()


def _cell(found: Chosen, line: str, value: int, name: str, *, by: str = "tier", group: str = "*") -> Cell:
    if not value:
        return Cell("·")
    return Cell(signed(value, name), clients_address(found, line=line, by=by, group=group))


def _check(one: Statement, name: str) -> Cell:
    gap = getattr(one.difference, name)
    return Cell(check_word(gap, name))


def check_word(gap: int, name: str) -> str:
    """Whether a row adds up, or by how much it does not."""
    return signed(gap, name) if gap else "✓"
