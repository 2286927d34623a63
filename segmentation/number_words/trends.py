"""Numbers of the trends and self-assessments of branches (S20)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from segmentation.number_words.number import Number

_NOTE = _("Without a number the mean of the others counts.")


def _benchmark(key: str, label: str | Promise) -> Number:
    return Number(f"benchmark_{key}", label, "e-4", "team", _NOTE, most=10_000, of_night=False)


TRENDS = (
    Number(
        "trend_least",
        _("Cases below which a trend says nothing (S20)"),
        "cases",
        "team",
        least=2,
        most=1_000,
        of_night=False,
    ),
    Number(
        "trend_met",
        _("Mark that meets what a client expects, where nobody asked"),
        "marks",
        "team",
        least=1,
        most=5,
        of_night=False,
    ),
    Number(
        "self_review_days",
        _("Days before the end of a quarter in which its self-assessment is called for"),
        "days",
        "team",
        least=1,
        most=31,
        of_night=False,
    ),
    _benchmark("fulfilment", _("Benchmark: done in time")),
    _benchmark("reach", _("Benchmark: VIP and key clients reached")),
    _benchmark("response", _("Benchmark: first answer in time")),
    _benchmark("met", _("Benchmark: expectation met")),
)
