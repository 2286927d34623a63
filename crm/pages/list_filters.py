"""What the client list is asked for, read from its address and written back into it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from crm.lib.keyset import Order
from crm.models import Staff
from crm.pages.lists.columns import read_columns
from crm.pages.lists.conditions import Condition, Group, read_groups, write_group
from crm.pages.lists.kinds import Asked
from segmentation.models import Band, Dormancy, Tier
from segmentation.querysets import NEWS, Night

SORTS = {
    "risk_money": Order("at_risk_fen", int, tie="client_id", has_gaps=True),
    "measure": Order("measure_fen", int, tie="client_id"),
    "assets": Order("net_assets_fen", int, tie="client_id"),
    "rank": Order("rank", int, tie="client_id"),
    "risk": Order("risk_order", float, tie="client_id", has_gaps=True),
    "active": Order("last_active_on", date.fromisoformat, tie="client_id", has_gaps=True),
    "to_next": Order("to_next_fen", int, tie="client_id", has_gaps=True),
    "contact": Order("contacted_at", datetime.fromisoformat, tie="client_id", has_gaps=True),
    "opened": Order("client__opened_on", date.fromisoformat, tie="client_id", has_gaps=True),
    "number": Order("client__client_number", str, tie="client_id"),
    "name": Order("client__pinyin", str, tie="client_id"),
}
RISING = {
    "rank",
    "number",
    "name",
    "contact",
    "to_next",
}  # what a first click sorts upwards; figures begin with the largest
SIZES = (25, 50, 100, 200)
ALL = "all"  # the view that has no conditions, said where another view would open first


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
    groups: tuple[Group, ...] = ()  # conditions that no field above says
    columns: tuple[str, ...] = ()  # empty: the view's, or the reader's own
    view: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """The conditions of an address."""
        advisor, size = query.get("advisor", ""), query.get("size", "")
        sort, news = query.get("sort", ""), query.get("news", "")
        try:
            day = parse_date(query.get("day", ""))
        except ValueError:
            day = None
        found = cls(
            tiers=_known(query.getlist("tier"), Tier.values),
            bands=_known(query.getlist("band"), [band for band in Band.values if band]),
            states=_known(query.getlist("state"), Dormancy.values),
            advisor=int(advisor) if _is_key(advisor) else None,
            branch=query.get("branch", "")[:20],
            text=query.get("q", "").strip().replace("\0", "")[:40],
            news=news if news in NEWS else "",
            near=query.get("near") == "1",
            giants=query.get("giants") == "1",
            day=day,
            sort=sort if sort.removeprefix("-") in SORTS else "",
            size=int(size) if size in map(str, SIZES) else 50,
            columns=read_columns(query.get("cols", "")),
            view=query.get("view", "")[:36].replace("\0", ""),
        )
        return found.with_groups([*found.all_groups(), *read_groups(query.getlist("f"))])

    def all_groups(self) -> list[Group]:
        """Every condition but the search and the day as a group, in the order in which chips show them."""
        plain: list[tuple[str, Iterable[str]]] = [
            ("branch", [self.branch]),
            ("tier", self.tiers),
            ("band", self.bands),
            ("state", self.states),
            ("advisor", [str(self.advisor) if self.advisor is not None else ""]),
            ("news", [self.news]),
            ("near", ["yes" if self.near else ""]),
            ("giants", ["yes" if self.giants else ""]),
        ]
        said = [(name, ",".join(values)) for name, values in plain]
        return [(Condition(name, operand),) for name, operand in said if operand] + list(self.groups)

    def with_groups(self, groups: Iterable[Group]) -> "Filters":
        """The same list under these conditions and no others. What sums and older addresses know stands in a field of its
        own; the rest stays a group."""
        told: dict[str, Any] = {}
        rest: list[Group] = []
        for group in dict.fromkeys(groups):
            field = _field_of(group[0]) if len(group) == 1 else None
            if field and field[0] not in told:
                told[field[0]] = field[1]
            else:
                rest.append(group)
        return replace(self, **{**_NO_FIELDS, **told}, groups=tuple(rest))

    def pairs(self) -> list[tuple[str, object]]:
        """The conditions as they stand in an address, defaults left out."""
        pairs: list[tuple[str, object]] = [("tier", tier) for tier in self.tiers]
        pairs += [("band", band) for band in self.bands]
        pairs += [("state", state) for state in self.states]
        pairs += [("f", write_group(group)) for group in self.groups]
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
            "cols": ",".join(self.columns),
            "view": self.view,
        }
        return pairs + [(name, value) for name, value in rest.items() if value]

    def address(self, *, after: str | None = None, before: str | None = None) -> str:
        """The list with these conditions, at a cursor if given."""
        pairs = self.pairs() + [(name, value) for name, value in (("after", after), ("before", before)) if value]
        return reverse("client-list") + (f"?{urlencode(pairs, safe=':,|!+')}" if pairs else "")

    def asks_alike(self, other: "Filters") -> bool:
        """Whether another list asks the same question, however it is sorted and shown."""
        return _question(self) == _question(other)

    def asked(self, user: Staff, nights: Iterable[Night], as_of: date) -> Asked:
        """Who asks, for the groups; relative days of what people did count back from today."""
        return Asked(user, list(nights), as_of, timezone.localdate())

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


_NO_FIELDS: dict[str, Any] = {
    "tiers": (),
    "bands": (),
    "states": (),
    "advisor": None,
    "branch": "",
    "news": "",
    "near": False,
    "giants": False,
}


def _field_of(condition: Condition) -> tuple[str, Any] | None:
    """The field that says the same as a condition, and its value."""
    if condition.negated:
        return None
    value = condition.value
    several: dict[str, tuple[str, Sequence[str]]] = {
        "tier": ("tiers", Tier.values),
        "band": ("bands", [band for band in Band.values if band]),
        "state": ("states", Dormancy.values),
    }
    if condition.name in several and "none" not in value:
        field, allowed = several[condition.name]
        return field, _known(value, allowed)
    if condition.name in {"near", "giants"} and value:
        return condition.name, True
    if condition.name in {"news", "branch"} and len(value) == 1:
        return condition.name, value[0][:20]
    if condition.name == "advisor" and len(value) == 1 and _is_key(value[0]):
        return "advisor", int(value[0])
    return None


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _question(filters: "Filters") -> "Filters":
    return replace(filters, sort="", usual="", size=50, columns=(), view="")


def _known(values: Iterable[str], allowed: Sequence[str]) -> tuple[str, ...]:
    chosen = set(values)
    return tuple(value for value in allowed if value in chosen)


def address_of_list(**conditions: object) -> str:
    """The address of the list with conditions, as Filters names them: what a figure on another page opens."""
    asked = replace(Filters(), **conditions)  # type: ignore[arg-type]
    return asked.address() if asked.pairs() else replace(asked, view=ALL).address()
