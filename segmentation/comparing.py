"""Two published nights of a branch side by side: who stands otherwise, in what and why, from their stored standings alone.
They may be of one day: a night and the one that superseded it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from crm.models import Publication, Staff
from segmentation.models import Standing
from segmentation.moves import WHY_MOVED

# What may differ → the condition on the later standing n and the earlier one p.
SUBJECTS = {
    "tier": "p.id IS NOT NULL AND p.tier <> n.tier",
    "band": "p.id IS NOT NULL AND p.churn_band <> n.churn_band",
    "state": "p.id IS NOT NULL AND p.dormancy <> n.dormancy",
    "opened": "p.id IS NULL",
}
COLUMNS = {"tier": "tier", "band": "churn_band", "state": "dormancy"}
# A restricted client (L3) is counted for compliance only.
_SEEN = "AND n.client_id NOT IN (SELECT id FROM clients_client WHERE is_restricted)"
_BOTH = """FROM segmentation_standing n
    LEFT JOIN segmentation_standing p ON p.publication_id = %(earlier)s AND p.client_id = n.client_id
    LEFT JOIN segmentation_publicationbasis basis ON basis.publication_id = %(later)s
    LEFT JOIN segmentation_publicationbasis old ON old.publication_id = %(earlier)s
    WHERE n.publication_id = %(later)s"""


@dataclass(frozen=True)
class Flow:
    """How many clients went from one word to another: tier, band or state."""

    before: str
    after: str
    count: int


@dataclass(frozen=True)
class Differences:
    """Counts of clients who stand otherwise: `flows` by subject, tier moves by reason, and who came and went."""

    flows: Mapping[str, Sequence[Flow]]
    why: Mapping[str, int]
    opened: int
    gone: int

    def total(self, subject: str) -> int:
        """Clients who differ in one subject."""
        return sum(flow.count for flow in self.flows[subject])

    @property
    def are_none(self) -> bool:
        """Whether both nights say the same of everybody, but for scores and ranks."""
        return not (self.opened or self.gone or any(self.flows.values()))


@dataclass(frozen=True)
class Pair:
    """A client in both nights; `before` is None for whoever came since, `why` is the reason of a move between tiers."""

    before: Standing | None
    after: Standing
    why: str


def differences(earlier: Publication, later: Publication, user: Staff) -> Differences:
    """What differs between two nights of one branch, counted in the database: one pass over both."""
    seen = "" if user.is_compliance else _SEEN
    differing = " OR ".join(f"({condition})" for condition in SUBJECTS.values())
    rows = _rows(
        f"""SELECT p.id IS NULL, p.tier, n.tier, p.churn_band, n.churn_band, p.dormancy, n.dormancy,
            {WHY_MOVED}, count(*) {_BOTH} AND ({differing}) {seen} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8""",
        earlier,
        later,
    )
    flows: dict[str, dict[tuple[str, str], int]] = {subject: {} for subject in COLUMNS}
    why: dict[str, int] = {}
    opened = 0
    for is_new, *sides, reason, count in rows:
        if is_new:
            opened += count
            continue
        for at, subject in enumerate(COLUMNS):
            ends = (sides[2 * at], sides[2 * at + 1])
            if ends[0] != ends[1]:
                flows[subject][ends] = flows[subject].get(ends, 0) + count
        if sides[0] != sides[1]:
            why[reason] = why.get(reason, 0) + count
    return Differences(
        {
            subject: [Flow(*ends, n) for ends, n in sorted(found.items(), key=lambda one: (-one[1], one[0]))]
            for subject, found in flows.items()
        },
        why,
        opened,
        _gone(earlier, later, user),
    )


def _gone(earlier: Publication, later: Publication, user: Staff) -> int:
    seen = "" if user.is_compliance else _SEEN.replace("n.client_id", "p.client_id")
    return int(
        _rows(
            f"""SELECT count(*) FROM segmentation_standing p
            LEFT JOIN segmentation_standing n ON n.publication_id = %(later)s AND n.client_id = p.client_id
            WHERE p.publication_id = %(earlier)s AND n.id IS NULL {seen}""",
            earlier,
            later,
        )[0][0]
    )


def pairs(
    earlier: Publication,
    later: Publication,
    user: Staff,
    *,
    subject: str,
    ends: tuple[str, str] | None = None,
    after: int = 0,
    size: int = 50,
) -> tuple[list[Pair], int | None]:
    """The clients who differ in a subject (from and to one word each, where `ends` are given), in the order of their keys
    after a key; and the key after which the next page begins, None where there is none. Only whom the user sees."""
    narrowed, params = "", {}
    if ends is not None and subject in COLUMNS:
        narrowed = f"AND p.{COLUMNS[subject]} = %(before)s AND n.{COLUMNS[subject]} = %(after)s"
        params = {"before": ends[0], "after": ends[1]}
    rows = _rows(
        f"""SELECT n.client_id, p.id, n.id, {WHY_MOVED} {_BOTH} AND ({SUBJECTS[subject]}) {narrowed}
            AND n.client_id > %(key)s {"" if user.is_compliance else _SEEN} ORDER BY n.client_id LIMIT {int(size) + 1}""",
        earlier,
        later,
        key=after,
        **params,
    )
    more = len(rows) > size
    rows = rows[:size]
    visible = Standing.objects.visible_to(user).select_related("client__advisor")
    stored = visible.in_bulk([pk for _client, old, new, _why in rows for pk in (old, new) if pk is not None])
    found = [Pair(stored.get(old), stored[new], why) for _client, old, new, why in rows if new in stored]
    return found, (rows[-1][0] if more else None)


def _rows(sql: str, earlier: Publication, later: Publication, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"earlier": earlier.pk, "later": later.pk, **params})
        return list(cursor.fetchall())
