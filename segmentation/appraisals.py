"""How the clients of each advisor fared between two nights, beside what their mix predicts (S11): retention against the scores
that the clients had, the measure against how their tiers went in the whole branch. Never raw turnover."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

from django.db import connection

from crm.models import Publication, Staff

Z95 = NormalDist().inv_cdf(0.975)
SILENT = ("dormant", "regulatory_dormant", "empty")  # those who are asleep, and who left nothing behind
# Whoever stood in the earlier night, by the advisor and tier of that night. Lost is who stands no more, or fell asleep since.
_SQL = f"""SELECT p.advisor_id, p.tier, COUNT(*), SUM(p.lost), COUNT(p.score), COUNT(CASE WHEN p.lost = 1 THEN p.score END),
    SUM(p.score), SUM(p.score * p.score),
    SUM(p.before), SUM(p.after), SUM(p.before * p.before), SUM(p.after * p.after), SUM(p.before * p.after)
FROM (
    SELECT s.advisor_id, s.tier, s.churn_score AS score, s.measure_fen / 100.0 AS before,
        COALESCE(l.measure_fen, 0) / 100.0 AS after,
        CASE WHEN l.id IS NULL OR (l.dormancy IN {SILENT} AND s.dormancy NOT IN {SILENT}) THEN 1 ELSE 0 END AS lost
    FROM segmentation_standing s JOIN clients_client c ON c.id = s.client_id{{hidden}}
    LEFT JOIN segmentation_standing l ON l.publication_id = %(later)s AND l.client_id = s.client_id
    WHERE s.publication_id = %(earlier)s
) p GROUP BY p.advisor_id, p.tier"""


@dataclass(frozen=True)
class Difference:
    """What was observed beside what was expected, with the variance of their difference; in clients or in yuan."""

    observed: float = 0
    expected: float = 0
    variance: float = 0

    @property
    def value(self) -> float:
        """Observed minus expected."""
        return self.observed - self.expected

    @property
    def half(self) -> float:
        """Half the width of the 95 % interval, clients independent."""
        return Z95 * math.sqrt(max(self.variance, 0))

    @property
    def verdict(self) -> str:
        """Above or below where the interval leaves nothing out, else as_expected."""
        if abs(self.value) <= self.half:
            return "as_expected"
        return "above" if self.value > 0 else "below"

    def plus(self, other: "Difference") -> "Difference":
        """Both together: clients are independent, variances add up."""
        return Difference(
            self.observed + other.observed, self.expected + other.expected, self.variance + other.variance
        )


@dataclass
class Appraisal:
    """The clients whom an advisor (None: nobody) had in the earlier night. `scored`: those with a score; `stay`: how many of
    them were not lost; `measure`: what all of them brought in the later one, a client who left nothing."""

    clients: int = 0
    lost: int = 0
    scored: int = 0
    stay: Difference = field(default_factory=Difference)
    measure: Difference = field(default_factory=Difference)


@dataclass(frozen=True)
class _Row:
    advisor: int | None
    tier: str
    clients: int
    lost: int
    scored: int
    scored_lost: int
    score: float
    score2: float
    before: float
    after: float
    before2: float
    after2: float
    both: float


def appraise(user: Staff, earlier: Publication, later: Publication) -> Mapping[int | None, Appraisal]:
    """Advisor of the earlier night → how their clients fared until the later one, over the clients whom the user sees.

    The scores say who is likelier to be lost than who; how many were lost is the branch's own level (indirect
    standardisation), so that neither the length of the span nor a wave on the market is put down to an advisor."""
    rows = _read(user, earlier, later)
    level = _ratio(sum(row.scored_lost for row in rows), sum(row.score for row in rows))
    growth = {
        tier: _ratio(*(sum(getattr(row, side) for row in rows if row.tier == tier) for side in ("after", "before")))
        for tier in {row.tier for row in rows}
    }
    found: dict[int | None, Appraisal] = defaultdict(Appraisal)
    for row in rows:
        one, k = found[row.advisor], growth[row.tier]
        one.clients += row.clients
        one.lost += row.lost
        one.scored += row.scored
        expected = level * row.score
        one.stay = one.stay.plus(
            Difference(row.scored - row.scored_lost, row.scored - expected, expected - level * level * row.score2)
        )
        spread = row.after2 - 2 * k * row.both + k * k * row.before2  # Σ (after − k × before)²
        one.measure = one.measure.plus(Difference(row.after, k * row.before, spread))
    return found


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0


def _read(user: Staff, earlier: Publication, later: Publication) -> list[_Row]:
    hidden = "" if user.is_compliance else " AND NOT c.is_restricted"
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(hidden=hidden), {"earlier": earlier.pk, "later": later.pk})
        return [
            _Row(advisor, tier, *(int(n or 0) for n in told[:4]), *(float(n or 0) for n in told[4:]))
            for advisor, tier, *told in cursor.fetchall()
        ]
