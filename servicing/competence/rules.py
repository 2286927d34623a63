"""May this person serve that tier, offer that product (S21)? The one rule that hand-overs, messages and concessions ask.

Where nobody decided on a requirement nothing is asked; a paper more never turns a yes into a no."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clients.models import CommissionRate
from clients.suitability import PRODUCT_LEVELS
from segmentation.models import Tier
from servicing.models import Paper

TIER, RISK, BUSINESS = "tier", "risk", "class"
SUBJECTS: tuple[str, ...] = (
    *(f"{TIER}:{tier}" for tier in Tier.values),
    *(f"{RISK}:{level}" for level in PRODUCT_LEVELS),
    *(f"{BUSINESS}:{product}" for product in CommissionRate.Product.values),
)
KINDS: tuple[str, ...] = tuple(Paper.Kind.values)
FOREVER = date.max

Needs = Mapping[str, Sequence[str]]  # subject → kinds of papers; one without a row asks for nothing


@dataclass(frozen=True)
class Held:
    """A paper as the rule sees one: it counts from the first day to the last, both included; None: without an end."""

    kind: str
    from_day: date
    until_day: date | None = None

    @property
    def ends(self) -> date:
        return self.until_day or FOREVER


@dataclass(frozen=True)
class Verdict:
    """Whether somebody may: `kind` is the first paper that is missing, `ended_on` the last day of the latest one of that
    kind that ended (None: none did), `until` the last day on which all that is asked for holds, where it does."""

    kind: str = ""
    ended_on: date | None = None
    until: date = FOREVER

    @property
    def passes(self) -> bool:
        return not self.kind


def tiers_of(subjects: Iterable[str]) -> list[str]:
    """The tiers among subjects, each once."""
    parts = (subject.partition(":") for subject in subjects)
    return list(dict.fromkeys(code for kind, _colon, code in parts if kind == TIER))


def may_serve(held: Iterable[Held], tier: str, needs: Needs, day: date) -> Verdict:
    """Whether somebody with these papers may be given clients of a tier on a day."""
    return judge(held, needs.get(f"{TIER}:{tier}", ()), day)


def may_offer(held: Iterable[Held], level: str, needs: Needs, day: date) -> Verdict:
    """Whether somebody may offer a product of a risk level on a day: what a level asks for is asked for above it too, and of
    a product without a known level everything."""
    last = PRODUCT_LEVELS.index(level) + 1 if level in PRODUCT_LEVELS else None
    return judge(held, [kind for one in PRODUCT_LEVELS[:last] for kind in needs.get(f"{RISK}:{one}", ())], day)


def may_agree(held: Iterable[Held], product: str, needs: Needs, day: date) -> Verdict:
    """Whether somebody may agree on the fees of a product class on a day."""
    return judge(held, needs.get(f"{BUSINESS}:{product}", ()), day)


def judge(held: Iterable[Held], kinds: Iterable[str], day: date) -> Verdict:
    """Whether papers of all these kinds hold on a day; of several that are missing the first of the fixed order is told."""
    papers, asked = list(held), set(kinds)
    until = FOREVER
    for kind in (kind for kind in KINDS if kind in asked):
        own = [paper for paper in papers if paper.kind == kind]
        last = held_until(own, day)
        if last is None:
            return Verdict(kind, max((paper.ends for paper in own if paper.ends < day), default=None))
        until = min(until, last)
    return Verdict(until=until)


def held_until(papers: Iterable[Held], day: date) -> date | None:
    """The last day in a row from a day on which one of these papers holds; None where none holds on the day itself."""
    last: date | None = None
    for paper in sorted(papers, key=lambda one: one.from_day):
        reached = day if last is None else last + timedelta(days=last < FOREVER)
        if paper.from_day <= reached <= paper.ends:
            last = paper.ends
    return last
