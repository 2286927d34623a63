"""The three-way view 三方盈利 (S11): how the clients fared, how the advisor served them, what the branch earned; each beside what
the mix of clients predicts. The case to look at is where the branch earns while clients lose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.lib import formats
from segmentation.appraisals import Appraisal, Difference
from servicing.activity import Activity
from servicing.trends.reading import BETTER, SAME, UNKNOWN, WORSE
from servicing.trends.sums import Beside, Strata, Sums, beside_others, whole

SIGNS = {"above": BETTER, "as_expected": SAME, "below": WORSE}
OF_DIFFERENCE = {1: BETTER, 0: SAME, -1: WORSE}


@dataclass(frozen=True)
class ThreeWay:
    """Three signs (better, same, worse, unknown), and the share of clients in profit that the same styles have elsewhere."""

    client: str
    advisor: str
    branch: str
    expected_rate: float | None

    @property
    def is_case(self) -> bool:
        """Whether the branch earns more than expected while the clients do worse."""
        return self.branch == BETTER and self.client == WORSE


def three_ways(
    found: Appraisal,
    did: Activity,
    clients: Strata,
    *,
    all_did: Activity,
    everybody: Strata,
    is_told: bool,
    least: int,
) -> ThreeWay:
    """The view of one advisor. Results are held against the other advisors' clients of the same trading style; service is
    retention against the scores and what was done in time against the others; the branch's side is what the clients bring
    against how their tiers went. Too few clients (`is_told`) or cases (`least`) say nothing."""
    if not is_told:
        return ThreeWay(UNKNOWN, UNKNOWN, UNKNOWN, None)
    results = beside_others(clients, everybody, least=least)
    service = beside_others(_fulfilled(did), _fulfilled(all_did), least=least)
    return ThreeWay(
        sign_of(results),
        _both(SIGNS[found.stay.verdict], sign_of(service)),
        SIGNS[found.measure.verdict],
        results.expected if results else None,
    )


def sign_of(found: Beside | None) -> str:
    """Whether a share is surely higher (better) or lower than that of the others."""
    return OF_DIFFERENCE[found.differs] if found else UNKNOWN


def three_title(told: Sequence[tuple[str, ThreeWay]]) -> str:
    """The finding: with whom the branch earns while clients lose."""
    if all(three.branch == UNKNOWN for _name, three in told):
        return _("Too few clients to set the three sides side by side")
    if all(three.client == UNKNOWN for _name, three in told):
        return _("Too little is known of the clients' results to set the three sides side by side")
    cases = [name for name, three in told if three.is_case]
    if not cases:
        return _("With no advisor does the branch earn more than expected while clients do worse")
    return ngettext(
        "With {n} advisor the branch earns more than expected while clients do worse: {names}",
        "With {n} advisors the branch earns more than expected while clients do worse: {names}",
        len(cases),
    ).format(n=len(cases), names=formats.listed(cases))


def branch_words(told: Iterable[tuple[Difference, Activity, Strata]]) -> str:
    """The three sides of the branch as a whole, in numbers: it has nobody to be held against here."""
    measure, did, known = Difference(), Activity(), Sums()
    for brought, acted, clients in told:
        measure, known = measure.plus(brought), known + whole(clients)
        did.add(acted)
    if not known.n:
        return ""
    return ngettext(
        "The branch: {profit} of {n} client made a profit, {done} of what was due was done in time, clients bring {sum}.",
        "The branch: {profit} of {n} clients made a profit, {done} of what was due was done in time, clients bring {sum}.",
        round(known.n),
    ).format(
        profit=formats.percent(known.mean if known.n else None),
        n=formats.count(round(known.n)),
        done=formats.percent(did.fulfilment),
        sum=formats.summary(round(measure.observed * 100)),
    )


def _fulfilled(did: Activity) -> Strata:
    kept = did.done + did.kept
    return {"": Sums(did.planned, kept, kept)}


def _both(stay: str, service: str) -> str:
    """One sign of two: better or worse where one says so and the other does not contradict."""
    said = {stay, service} - {SAME, UNKNOWN}
    return said.pop() if len(said) == 1 else SAME
