"""The advisors of a branch side by side: what their clients are worth and stand to lose, and whom they have reached. Nobody
is judged by turnover (B7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from crm.lib import formats
from crm.lib.http import only
from crm.models import Publication, Staff
from crm.pages.branch.nights import Chosen, chosen, frame
from segmentation.figures import AdvisorSum, advisors_seen
from segmentation.risks import interval
from segmentation.thresholds import threshold
from servicing.coverage import Reach, reach_of, window
from servicing.models import Contact

RISING = {"name"}


@dataclass(frozen=True)
class Line:
    """One advisor: sums, reach, and the addresses that the figures open."""

    sum: AdvisorSum
    name: str
    contacts: int
    age: int | None
    reached: Mapping[str, int]
    links: Mapping[str, str]

    @property
    def low(self) -> int:
        return interval(self.sum.stake, self.sum.variance)[0]

    @property
    def high(self) -> int:
        return interval(self.sum.stake, self.sum.variance)[1]

    @property
    def vip_rate(self) -> float | None:
        return self.reached["vip"] / self.sum.vip if self.sum.vip else None

    @property
    def key_rate(self) -> float | None:
        return self.reached["key"] / self.sum.key if self.sum.key else None


SORTS: Mapping[str, Any] = {
    "name": lambda line: line.name,
    "clients": lambda line: line.sum.clients,
    "assets": lambda line: line.sum.assets,
    "measure": lambda line: line.sum.measure,
    "stake": lambda line: line.sum.stake,
    "upper": lambda line: (line.sum.vip, line.sum.key),
    "raised": lambda line: line.sum.raised,
    "contacts": lambda line: line.contacts,
    "age": lambda line: line.age if line.age is not None else 10**6,
    "vip": lambda line: -1 if line.vip_rate is None else line.vip_rate,
    "key": lambda line: -1 if line.key_rate is None else line.key_rate,
}


@require_safe
@only("manager", "compliance")
def branch_advisors(request: HttpRequest) -> HttpResponse:
    """The table, sorted as the address says; every figure opens its rows."""
    found = chosen(request)
    context = dict(frame(found, "branch-advisors"))
    if found.night is None:
        return render(request, "crm/branch_advisors.html", context)
    until = until_of(found, found.night)
    days, recent = (threshold(key, found.night.as_of) for key in ("coverage_window", "contact_window"))
    lines = _lines(found, found.night, until, days=days, recent=recent)
    asked = request.GET.get("sort", "")
    sort = asked if asked.removeprefix("-") in SORTS else "-stake"
    lines.sort(key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    context |= {
        "lines": lines,
        "columns": _columns(found, sort, days, recent),
        "until": until,
        "days": days,
        "title": _title(lines, days),
    }
    return render(request, "crm/branch_advisors.html", context)


def until_of(found: Chosen, night: Publication) -> date:
    """Until when conversations count: until today on the latest night, else until its day."""
    return timezone.localdate() if found.is_latest else night.as_of


def _lines(found: Chosen, night: Publication, until: date, *, days: int, recent: int) -> list[Line]:
    sums = advisors_seen(found.user, night)
    reach = reach_of(found.user, night, until=until, days=days)
    begins, ends = window(until, recent)
    talks = Contact.objects.visible_to(found.user).standing().filter(branch=night.branch_id)
    talks = talks.filter(happened_at__gte=begins, happened_at__lt=ends)
    told = dict(talks.order_by().values_list("client__advisor").annotate(n=Count("pk")))
    names = dict(Staff.objects.filter(pk__in=[one.advisor_id for one in sums]).values_list("pk", "name"))
    lines = []
    for one in sums:
        seen = reach.get(one.advisor_id, Reach())
        lines.append(
            Line(
                one,
                names.get(one.advisor_id or 0, _("nobody")),
                told.get(one.advisor_id, 0),
                seen.median_age(one.clients),
                {tier: seen.tiers.get(tier, 0) for tier in ("vip", "key")},
                _links(found, one.advisor_id),
            )
        )
    return lines


def _links(found: Chosen, advisor: int | None) -> Mapping[str, str]:
    """What the figures of an advisor open; the client list knows no clients of nobody."""
    own = str(advisor or 0)
    unreached = {
        f"no_{tier}": found.address("uncontacted-client-list", advisor=own, tier=tier) for tier in ("vip", "key")
    }
    links = {
        "contacts": found.address("branch-contact-list", advisor=own),
        "unreached": found.address("uncontacted-client-list", advisor=own),
        **unreached,
    }
    if advisor is None:
        return links
    return links | {
        "clients": found.of_list(advisor=advisor),
        "assets": found.of_list(advisor=advisor, sort="-assets"),
        "measure": found.of_list(advisor=advisor, sort="-measure"),
        "stake": found.of_list(advisor=advisor, sort="-risk_money"),
        "upper": found.of_list(advisor=advisor, tiers=("vip", "key")),
        "raised": found.of_list(advisor=advisor, bands=("high", "raised")),
    }


def _columns(found: Chosen, sort: str, days: int, recent: int) -> list[dict[str, Any]]:
    measure = found.night.basis.scheme.get_measure_display() if found.night else ""
    heads = [
        ("name", _("Advisor"), ""),
        ("clients", _("Clients"), ""),
        ("assets", _("Net assets"), pgettext("money", "10k yuan")),
        ("measure", measure, pgettext("money", "yuan")),
        ("stake", _("Commission at risk"), _("90 % interval, yuan")),
        ("upper", _("VIP · key"), ""),
        ("raised", _("Raised or high"), ""),
        ("contacts", _("Contacts"), _within(recent)),
        ("age", _("Last contact"), _("median, days ago")),
        ("vip", _("VIP reached"), _within(days)),
        ("key", _("Key reached"), _within(days)),
    ]
    columns = []
    for name, label, unit in heads:
        first, other = (name, f"-{name}") if name in RISING else (f"-{name}", name)
        way = "" if sort.removeprefix("-") != name else "down" if sort.startswith("-") else "up"
        href = found.address("branch-advisors", sort=other if sort == first else first)
        columns.append({"label": label, "unit": unit, "href": href, "sorted": way, "right": name != "name"})
    return columns


def _title(lines: list[Line], days: int) -> str:
    """The finding: how many of the best clients nobody has spoken to."""
    best = sum(line.sum.vip + line.sum.key for line in lines)
    reached = sum(line.reached["vip"] + line.reached["key"] for line in lines)
    if not best:
        return _("No VIP or key clients")
    told = ngettext(
        "{n} of {all} VIP and key clients has not been spoken to for {days} days",
        "{n} of {all} VIP and key clients have not been spoken to for {days} days",
        best - reached,
    )
    return told.format(n=formats.count(best - reached), all=formats.count(best), days=days)


def _within(days: int) -> str:
    return ngettext("{n} day", "{n} days", days).format(n=days)
