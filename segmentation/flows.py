"""Who came, who went and what moved between two published nights of a branch (C7), told from their stored standings: a net
of zero never hides a hundred out and a hundred in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from crm.models import Publication

OUTSIDE = ""  # where somebody is on the night that does not count them
STAYED = "stayed"
CAME = ("new", "returned", "moved_in", "late")
LEFT = ("closed", "transferred", "moved_out")
NOBODY = "0"  # the advisor of clients who have none
GROUPS = {"tier": "{0}.tier", "advisor": "CAST(COALESCE({0}.advisor_id, 0) AS TEXT)"}
# The same person, by identity number, was transferred out of one branch and opened in another one afterwards.
_MOVED = """EXISTS (SELECT 1 FROM clients_client o WHERE o.identity_index = c.identity_index AND c.identity_index <> ''
    AND o.branch_id <> c.branch_id AND {out}.state = 'transferred_out' AND o.opened_on {after} c.opened_on)"""
# Somebody who stands in a night now and stood in one on or before the earlier day, but not in that one, is won back (C2).
# Who was opened before it and never stood in a night came with a file that came late.
_KIND_CAME = """(SELECT CASE
    WHEN EXISTS (SELECT 1 FROM segmentation_tiermove t WHERE t.client_id = c.id AND t.day <= '{day}') THEN 'returned'
    WHEN {moved} THEN 'moved_in' WHEN c.opened_on > '{day}' THEN 'new' ELSE 'late' END
    FROM clients_client c WHERE c.id = n.client_id)"""
_KIND_LEFT = """(SELECT CASE WHEN {moved} THEN 'moved_out' WHEN c.state = 'transferred_out' THEN 'transferred'
    ELSE 'closed' END FROM clients_client c WHERE c.id = p.client_id)"""


@dataclass(frozen=True)
class Amount:
    """Clients, and their net assets and measure in fen."""

    clients: int = 0
    assets: int = 0
    measure: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.clients + other.clients, self.assets + other.assets, self.measure + other.measure)

    def __neg__(self) -> "Amount":
        return Amount(-self.clients, -self.assets, -self.measure)

    def __sub__(self, other: "Amount") -> "Amount":
        return self + -other


@dataclass(frozen=True)
class FlowSum:
    """Clients who went the same way between two nights: how (`stayed`, or a kind of CAME and LEFT), from which group to
    which (a tier, or an advisor's number, '0' of nobody), and what they brought on both nights in fen."""

    kind: str
    before: str
    after: str
    clients: int
    assets_before: int
    assets_after: int
    measure_before: int
    measure_after: int

    @property
    def was(self) -> Amount:
        """What they were on the earlier night."""
        return Amount(self.clients, self.assets_before, self.measure_before)

    @property
    def now(self) -> Amount:
        """What they are on the later night."""
        return Amount(self.clients, self.assets_after, self.measure_after)


@dataclass(frozen=True)
class Flow:
    """How many clients went from one tier to another between two nights; '' is outside (came, left)."""

    from_tier: str
    to_tier: str
    count: int


@dataclass(frozen=True)
class Way:
    """Some of the clients between two nights: of these kinds, from this group, to that one ('*': any); `changed`: only
    those whose group is another one."""

    by: str = "tier"
    kinds: tuple[str, ...] = ()
    before: str = "*"
    after: str = "*"
    changed: bool = False

    @property
    def stands(self) -> str:
        """On which night they stand: those who left only on the earlier one."""
        return "earlier" if self.after == OUTSIDE or (self.kinds and set(self.kinds) <= set(LEFT)) else "later"


def compared_with(nights: Sequence[Publication], night: Publication) -> list[Publication]:
    """The nights that movements are measured from: the latest one at least 30 days before, and the last month-end."""
    before = sorted((n for n in nights if n.as_of < night.as_of), key=lambda n: n.as_of, reverse=True)
    if not before:
        return []
    month = next((n for n in before if n.as_of <= night.as_of - timedelta(days=30)), before[-1])
    end = next((n for n in before if (n.as_of.year, n.as_of.month) != (night.as_of.year, night.as_of.month)), month)
    return [month] if end == month else [month, end]


def flow_sums(
    earlier: Publication, later: Publication, clients: Sequence[int] | None = None, *, by: str = "tier"
) -> list[FlowSum]:
    """The flows between two nights of a branch by tier or advisor, largest first; of some clients only where they are
    named. One join over the nights' own index."""
    sums = ", ".join(f"SUM({field.name})" for field in fields(FlowSum)[4:])
    named = "" if clients is None else ", ".join(str(int(client)) for client in clients) or "NULL"
    some = f" AND {{}}.client_id IN ({named})" if named else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT kind, before, after, COUNT(*), {sums} FROM ({_rows(earlier, later, by, some)}) t
                GROUP BY kind, before, after ORDER BY COUNT(*) DESC, kind, before, after"""
        )
        return [FlowSum(*row[:3], *(int(number) for number in row[3:])) for row in cursor.fetchall()]


def flows_between(earlier: Publication, later: Publication, clients: Sequence[int] | None = None) -> list[Flow]:
    """Tier migration between two nights of a branch, largest first; of some clients only where they are named."""
    return merged(flow_sums(earlier, later, clients))


def merged(sums: Iterable[FlowSum]) -> list[Flow]:
    """The same without the kinds: how many went from tier to tier."""
    found: dict[tuple[str, str], int] = {}
    for one in sums:
        found[one.before, one.after] = found.get((one.before, one.after), 0) + one.clients
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Flow(*ends, count) for ends, count in ordered if count]


def clients_on(earlier: Publication, later: Publication, way: Way) -> RawSQL:
    """Ids of the clients who went a way between two nights, as a subquery."""
    terms = ["1 = 1"]
    params: list[Any] = []
    if way.kinds:
        terms.append(f"kind IN ({', '.join(['%s'] * len(way.kinds))})")
        params += way.kinds
    for name, value in (("before", way.before), ("after", way.after)):
        if value != "*":
            terms.append(f"{name} = %s")
            params.append(value)
    if way.changed:
        terms.append("before <> after")
    return RawSQL(  # noqa: S611 (numbers and days of our own; what an address says is a parameter)
        f"SELECT client_id FROM ({_rows(earlier, later, way.by)}) t WHERE {' AND '.join(terms)}", params
    )


def _rows(earlier: Publication, later: Publication, by: str, some: str = "") -> str:
    """One row per client of either night: kind, groups, and amounts of both nights."""
    before, after = (GROUPS[by].format(night) for night in ("p", "n"))
    first, last, day = int(earlier.pk), int(later.pk), earlier.as_of.isoformat()
    came = _KIND_CAME.format(day=day, moved=_MOVED.format(out="o", after="<"))
    left = _KIND_LEFT.format(moved=_MOVED.format(out="c", after=">"))
    return f"""SELECT p.client_id, CASE WHEN n.id IS NULL THEN {left} ELSE '{STAYED}' END AS kind, {before} AS before,
            CASE WHEN n.id IS NULL THEN '' ELSE {after} END AS after, p.net_assets_fen AS assets_before,
            COALESCE(n.net_assets_fen, 0) AS assets_after, p.measure_fen AS measure_before,
            COALESCE(n.measure_fen, 0) AS measure_after
        FROM segmentation_standing p
        LEFT JOIN segmentation_standing n ON n.publication_id = {last} AND n.client_id = p.client_id
        WHERE p.publication_id = {first}{some.format("p")}
        UNION ALL
        SELECT n.client_id, {came}, '', {after}, 0, n.net_assets_fen, 0, n.measure_fen
        FROM segmentation_standing n
        LEFT JOIN segmentation_standing p ON p.publication_id = {first} AND p.client_id = n.client_id
        WHERE n.publication_id = {last} AND p.id IS NULL{some.format("n")}"""
