"""The quarters of the demonstration: the present one is counted, the former ones are invented from it, as if the nights of a
year had been kept."""

from datetime import datetime
from random import Random

from crm.models import Publication
from servicing.models import QuarterFigures
from servicing.quarters import Quarter
from servicing.trends.counting import Counted
from servicing.trends.keeping import PAST, keep_trends, write_quarter
from servicing.trends.measures import MEASURES
from servicing.trends.sums import Sums

SEED = 2026
# Measure → what the former quarters were, beside the present one, the latest first.
FORMER = {
    "lost": (1.1, 1.25, 1.2, 1.4),
    "fulfilment": (0.92, 0.86, 0.8, 0.74),
    "reach": (0.95, 0.8, 0.85, 0.7),
    "response": (0.97, 0.9, 0.85, 0.8),
    "complaints": (1.0, 1.3, 0.9, 1.2),
    "money": (1.02, 0.98, 1.05, 0.97),
    "met": (1.02, 0.98, 0.95, 0.93),
}


def seed_trends(at: datetime) -> int:
    """Count the present quarter of every branch and write the former ones; returns how many quarters are kept."""
    for night in Publication.objects.current().select_related("branch"):
        keep_trends(night, at=at)
        quarter = Quarter.of(night.as_of)
        now = QuarterFigures.objects.get(branch=night.branch, first_day=quarter.first)
        for back, former in enumerate(quarter.former(PAST)):
            chance = Random(f"{SEED}/{night.branch.code}/{former}")  # noqa: S311 (an invented firm)
            counted = {name: (_former(now, name, back, chance), now.days[name]) for name in MEASURES}
            write_quarter(night.branch, former, counted, until=former.last, at=at)
    return QuarterFigures.objects.count()


def _former(now: QuarterFigures, name: str, back: int, chance: Random) -> Counted:
    found = {}
    for advisor, kept in now.advisors.items():
        for kind, told in kept.get(name, {}).items():
            n, total, squares = told
            factor = FORMER[name][back] * chance.uniform(0.9, 1.1)
            most = n if MEASURES[name].kind == "share" else total * 2
            sums = Sums(n, min(total * factor, most), squares * factor * factor)
            found[int(advisor) or None, kind] = _whole(sums) if MEASURES[name].kind != "yuan" else sums
    return found


def _whole(sums: Sums) -> Sums:
    """Cases are counted in whole ones, each its own square."""
    total = round(sums.total)
    return Sums(sums.n, total, total)
