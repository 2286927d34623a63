"""What the trends measure, and of how many units at least something is said."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

MONTH = 30  # days, for what is counted per month


@dataclass(frozen=True)
class Measure:
    """`label` and `unit` in words; `kind`: how a value is written (share, permille, yuan); `is_more_better`; `is_monthly`:
    counted over some days and told per month; `least`: the number of units below which nothing is said, by its key;
    `page`: the branch page with the rows behind it."""

    label: str | Promise
    unit: str | Promise
    kind: str
    is_more_better: bool
    least: str
    page: str
    is_monthly: bool = False

    @property
    def benchmark(self) -> bool:
        """Whether people may decide a number to be held against: shares, which mean the same everywhere."""
        return self.kind == "share"


_CLIENTS, _TRIES = "appraisal_clients", "trend_least"
MEASURES: Mapping[str, Measure] = {
    "lost": Measure(
        pgettext_lazy("trend", "Clients lost"),
        _("per 1,000 clients and month"),
        "permille",
        False,
        _CLIENTS,
        "branch-appraisal",
        is_monthly=True,
    ),
    "fulfilment": Measure(
        pgettext_lazy("trend", "Done in time"),
        _("of tasks and promises due"),
        "share",
        True,
        _TRIES,
        "branch-activity",
    ),
    "reach": Measure(
        pgettext_lazy("trend", "VIP and key clients reached"),
        _("in the days that count as reached"),
        "share",
        True,
        _TRIES,
        "branch-advisors",
    ),
    "response": Measure(
        pgettext_lazy("trend", "First answer in time"),
        _("of clients' questions"),
        "share",
        True,
        _TRIES,
        "branch-activity",
    ),
    "complaints": Measure(
        pgettext_lazy("trend", "Complaints"),
        _("per 1,000 clients and month"),
        "permille",
        False,
        _CLIENTS,
        "complaint-list",
        is_monthly=True,
    ),
    "money": Measure(
        pgettext_lazy("trend", "Net commission per client, 12 months"),
        pgettext_lazy("trend", "yuan, beside clients of the same tiers"),
        "yuan",
        True,
        _CLIENTS,
        "branch-appraisal",
    ),
    "met": Measure(
        pgettext_lazy("trend", "Expectation met"),
        _("of clients' answers"),
        "share",
        True,
        _TRIES,
        "complaint-lessons",
    ),
}
BENCHMARKS = {f"benchmark_{key}": key for key, measure in MEASURES.items() if measure.benchmark}
