"""Service standards: everybody reads what the clients of a tier are owed; another one takes over, after a look at what it asks
of the advisors."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.lib.deciding import Desk
from crm.models import Branch, Staff
from segmentation.models import MarketRegime, Tier
from servicing.channels import channel_words
from servicing.models import ServiceStandard
from servicing.pages.decided_lists import DecidedList
from servicing.pages.nights import nights_of
from servicing.pages.standards.forms import StandardForm, initial_of
from servicing.previews import Preview, preview_standard
from servicing.standards import by_tier, supersede_standard

ADVISORS_SHOWN = 20


@dataclass(frozen=True)
class Owed:
    """What the clients of a tier are owed; `is_own`: decided for the scope itself; None: nobody decided."""

    tier: str
    standard: ServiceStandard | None
    is_own: bool

    @property
    def word(self) -> str:
        """The tier in words."""
        return str(Tier(self.tier).label)


def _owed(counting: Collection[ServiceStandard], branch: int | None) -> list[Owed]:
    """Every tier, with what counts for it: in any market first, then in one."""
    found: dict[str, list[ServiceStandard | None]] = {tier: [] for tier in Tier.values}
    for row in counting:
        found[row.tier].append(row)
    return [
        Owed(tier, row, row is not None and row.branch_id == branch)
        for tier, rows in found.items()
        for row in rows or [None]
    ]


def _counting(begun: Iterable[ServiceStandard], branch: int | None) -> list[ServiceStandard]:
    """What counts in any market, and what in each."""
    rows, markets = list(begun), ("", *MarketRegime.Level.values)
    return [row for market in markets for row in by_tier(rows, branch, market).values() if row.regime == market]


def _told_meanwhile(other: ServiceStandard, who: str) -> str:
    told = _(
        "{who} has saved a standard for this tier meanwhile, from {day}: {level}, {cadence} ({channels}), {n} minutes per "
        "contact, the plan reviewed after {review} days. Look at it, then save again to let yours count from its own first day."
    )
    days = other.cadence_days
    every = ngettext("every {n} day", "every {n} days", days).format(n=days) if days else _("no cadence")
    return told.format(
        who=who,
        day=other.from_day,
        level=other.get_level_display(),
        cadence=every,
        channels=channel_words(other.channels),
        n=other.minutes,
        review=other.review_days,
    )


def _begin(request: HttpRequest, user: Staff, branch: Branch | None) -> dict[str, Any]:
    """The form begins as a copy of what the clients of the tier are owed now."""
    tier = request.GET.get("tier") if request.GET.get("tier") in Tier.values else Tier.VIP.value
    asked = request.GET.get("regime", "")
    market = asked if asked in MarketRegime.Level.values else ""
    begun = ServiceStandard.objects.visible_to(user).begun([branch] if branch else [], timezone.localdate())
    owed = by_tier(begun, branch.pk if branch else None, market).get(str(tier))
    return initial_of(owed) | {"tier": tier, "regime": market}


def _preview(user: Staff, form: StandardForm) -> dict[str, Any]:
    """What the standard would ask of the advisors; nothing without a night."""
    row, read = form.row(), list(nights_of(user, form.scope()))
    if not read:
        return {}
    alike = ServiceStandard.objects.visible_to(user).filter(branch=row.branch, tier=row.tier, regime=row.regime)
    later = alike.filter(from_day__gt=row.from_day)
    return {
        "preview": _shown(preview_standard(row, read)),
        "standard": row,
        "as_of": max(night.as_of for night in read),
        "until": later.order_by("from_day").values_list("from_day", flat=True).first(),
    }


def _shown(found: Preview) -> dict[str, Any]:
    shown = found.advisors[:ADVISORS_SHOWN]
    names = Staff.objects.in_bulk([line.advisor for line in shown if line.advisor])
    return {
        "found": found,
        "advisors": [{"line": line, "name": names[line.advisor].name if line.advisor else ""} for line in shown],
        "rest": len(found.advisors) - len(shown),
        "week_hours": found.advisors[0].week / 60 if found.advisors else None,
    }


DESK = Desk(
    kind=StandardForm,
    begin=_begin,
    rows=ServiceStandard.objects.visible_to,
    alike=lambda form: {name: form.cleaned_data[name] for name in ("tier", "regime")},
    told=_told_meanwhile,
    preview=_preview,
    save=supersede_standard,
    noun="standard",
)
LIST = DecidedList(
    rows=ServiceStandard.objects.all,
    counting=_counting,
    holding=_owed,
    shown=lambda row: row,
    noun="standard",
)
