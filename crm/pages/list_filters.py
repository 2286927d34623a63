"""What the client list is asked for, read from its address and written back into it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Q, Value
from django.http import QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_date

from clients.querysets import sought
from crm.access import sees_names
from crm.lib.keyset import Order, Parts
from crm.models import Staff
from crm.pages.nights import Nights
from segmentation.models import Band, Dormancy, Standing, StandingSum, Tier
from segmentation.querysets import ADDED, COUNTED, NEWS, Night, StandingQuerySet

SORTS = {
    "risk_money": Order("at_risk_fen", int, tie="client_id", has_gaps=True),
    "measure": Order("measure_fen", int, tie="client_id"),
    "assets": Order("net_assets_fen", int, tie="client_id"),
    "rank": Order("rank", int, tie="client_id"),
    "risk": Order("risk_order", float, tie="client_id", has_gaps=True),
    "active": Order("last_active_on", date.fromisoformat, tie="client_id", has_gaps=True),
    "number": Order("client__client_number", str, tie="client_id"),
    "name": Order("client__pinyin", str, tie="client_id"),
}
RISING = {"rank", "number", "name"}  # what a first click sorts upwards; figures begin with the largest
SIZES = (25, 50, 100, 200)


@dataclass(frozen=True)
class Filters:
    """The conditions of a list; what an address says wrongly is left out."""

    tiers: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    advisor: int | None = None
    branch: str = ""
    text: str = ""
    news: str = ""
    near: bool = False
    giants: bool = False
    day: date | None = None
    sort: str = ""
    usual: str = "-risk_money"  # how it is sorted when the address does not say
    size: int = 50

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """The conditions of an address."""
        advisor, size = query.get("advisor", ""), query.get("size", "")
        sort, news = query.get("sort", ""), query.get("news", "")
        try:
            day = parse_date(query.get("day", ""))
        except ValueError:
            day = None
        return cls(
            tiers=_known(query.getlist("tier"), Tier.values),
            bands=_known(query.getlist("band"), [band for band in Band.values if band]),
            states=_known(query.getlist("state"), Dormancy.values),
            advisor=int(advisor) if advisor.isascii() and advisor.isdigit() and len(advisor) < 19 else None,
            branch=query.get("branch", "")[:20],
            text=query.get("q", "").strip().replace("\0", "")[:40],
            news=news if news in NEWS else "",
            near=query.get("near") == "1",
            giants=query.get("giants") == "1",
            day=day,
            sort=sort if sort.removeprefix("-") in SORTS else "",
            size=int(size) if size in map(str, SIZES) else 50,
        )

    def pairs(self) -> list[tuple[str, object]]:
        """The conditions as they stand in an address, defaults left out."""
        pairs: list[tuple[str, object]] = [("tier", tier) for tier in self.tiers]
        pairs += [("band", band) for band in self.bands]
        pairs += [("state", state) for state in self.states]
        rest = {
            "advisor": self.advisor,
            "branch": self.branch,
            "q": self.text,
            "news": self.news,
            "near": "1" if self.near else "",
            "giants": "1" if self.giants else "",
            "day": self.day.isoformat() if self.day else "",
            "sort": self.sort if self.sort != self.usual else "",
            "size": self.size if self.size != 50 else "",
        }
        return pairs + [(name, value) for name, value in rest.items() if value]

    def address(self, *, after: str | None = None, before: str | None = None) -> str:
        """The list with these conditions, at a cursor if given."""
        pairs = self.pairs() + [(name, value) for name, value in (("after", after), ("before", before)) if value]
        return reverse("client-list") + (f"?{urlencode(pairs)}" if pairs else "")

    def sorted_by(self, name: str) -> "Filters":
        """The same, sorted by a column: the other way round where it is sorted by it already."""
        first = name if name in RISING else f"-{name}"
        other = f"-{name}" if name in RISING else name
        return replace(self, sort=other if self.sorting == first else first)

    def alike(self) -> Q:
        """The conditions on tier, band and state: of standings and of their sums."""
        chosen = {"tier": self.tiers, "churn_band": self.bands, "dormancy": self.states}
        return Q(**{f"{name}__in": values for name, values in chosen.items() if values})

    @property
    def order(self) -> Order:
        """How the rows are read."""
        return replace(SORTS[self.sorting.removeprefix("-")], descending=self.sorting.startswith("-"))

    @property
    def sorting(self) -> str:
        """The sort that holds."""
        return self.sort or self.usual


def _known(values: Iterable[str], allowed: Sequence[str]) -> tuple[str, ...]:
    chosen = set(values)
    return tuple(value for value in allowed if value in chosen)


def address_of_list(**conditions: object) -> str:
    """The address of the list with conditions, as Filters names them: what a figure on another page opens."""
    return replace(Filters(), **conditions).address()  # type: ignore[arg-type]


def standings_for(user: Staff, nights: Nights, filters: Filters) -> StandingQuerySet[Standing]:
    """The rows of the list: standings of the resolved nights, of clients the reader sees, under the conditions."""
    rows = _narrowed(Standing.objects.visible_to(user).of_nights(nights.pks), nights.pks, filters)
    if filters.text:
        # the branches said again, as an index of names wants them: who is looked for is found before the standing
        branches = Q(client__branch__in=nights.branches)
        rows = rows.filter(branches, sought(filters.text, "client__", by_name=sees_names(user)))
    if filters.advisor is not None:
        rows = rows.filter(client__advisor=filters.advisor)
    if filters.giants:
        rows = rows.sleeping_giants()
    return rows


def parts_for(user: Staff, nights: Nights, filters: Filters) -> Parts[Standing] | None:
    """The same rows night by night, to be merged; None where somebody is looked for, who would be looked for in each."""
    if filters.text:
        return None
    rows = Standing.objects.visible_to(user).for_table()
    if filters.advisor is not None:
        rows = rows.filter(client__advisor=filters.advisor)
    if filters.giants:
        rows = rows.sleeping_giants()
    return Parts(nights.pks, lambda night: _narrowed(rows.of_nights([night]), [night], filters))


def totals_for(user: Staff, nights: Nights, filters: Filters) -> dict[str, int] | None:
    """How many rows the list has and what they add up to, from the sums of the nights less the clients hidden from the
    reader; None where no sums tell."""
    if user.is_advisor or filters.text or filters.giants or filters.advisor is not None or not nights.have_sums:
        return None
    sums = StandingSum.objects.of_nights(nights.pks).filter(filters.alike())
    if filters.near:
        sums = sums.filter(is_near=True)
    if filters.news:
        sums = sums.filter(**{f"{filters.news}_news": True})
    told = sums.order_by().values(times=Value(1)).annotate(**ADDED)
    if not user.is_compliance:
        hidden = _narrowed(Standing.objects.hidden_from(user).of_nights(nights.pks), nights.pks, filters)
        told = told.union(hidden.order_by().values(times=Value(-1)).annotate(**COUNTED), all=True)
    found = cast("list[dict[str, Any]]", list(told))
    return {name: sum(row["times"] * int(row[name] or 0) for row in found) for name in ADDED}


def _narrowed(
    rows: StandingQuerySet[Standing], nights: Iterable[Night], filters: Filters
) -> StandingQuerySet[Standing]:
    """Under the conditions that sums know too."""
    rows = rows.filter(filters.alike())
    if filters.near:
        rows = rows.near_boundary()
    return rows.changed_in(nights, filters.news) if filters.news else rows
