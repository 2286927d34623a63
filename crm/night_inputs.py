"""What decides the result of a night: the facts of the branch, the firm's history behind the model, rates, numbers that
people decided, the calendar and the code, each as a digest or a watermark."""

import hashlib
import json
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Sum

from clients.models import ExchangeRate, FactGeneration
from crm.models import Branch, Holiday
from segmentation.churn.registry import fit_day
from segmentation.models import Threshold
from segmentation.number_words import NOT_OF_NIGHT

BEFORE_ALL_FACTS = datetime(1990, 12, 19, tzinfo=UTC)


def night_inputs(branch: Branch, as_of: date) -> dict[str, Any]:
    """What decides a night's result besides scheme, pins and cutoff, each as a digest or watermark: facts of the branch,
    the firm's history that the model was fitted on, rates, numbers that people decided, the calendar, and the code."""
    facts = FactGeneration.objects.filter(branch=branch).order_by("table", "month")
    decided = Threshold.objects.filter(from_day__lte=as_of).exclude(key__in=NOT_OF_NIGHT)
    thresholds = decided.order_by("key", "from_day")
    rates = ExchangeRate.objects.aggregate(n=Count("pk"), sum=Sum("rate_e6"), latest=Max("recorded_at"))
    days = Holiday.objects.order_by("day").values_list("day", "kind")
    return {
        "facts": digest(list(facts.values_list("table", "month", "generation"))),
        "history": history_until(as_of),
        "rates": digest(rates),
        "thresholds": digest(list(thresholds.values_list("key", "from_day", "value", "confirmed_on"))),
        "calendar": digest(list(days)),
        "code": code_version(),
    }


def history_until(as_of: date) -> str:
    """A digest of the facts that the model of a day is fitted on."""
    history = FactGeneration.objects.exclude(month="").filter(month__lte=f"{fit_day(as_of):%Y-%m}")
    return digest(sorted(history.values_list("table", "branch_id", "month", "generation")))


def digest(value: object) -> str:
    """A short name for a value, the same wherever it is told."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def code_version() -> str:
    """A digest of the code that decides a night: other code, other results, another run."""
    root = Path(settings.BASE_DIR)
    files = [*root.glob("segmentation/**/*.py"), *root.glob("reactivation/**/*.py"), *root.glob("clients/mirror*.py")]
    told = hashlib.sha256()
    for path in sorted(files):
        if "migrations" not in path.parts:
            told.update(path.read_bytes())
    return told.hexdigest()[:12]


def branches_with_facts() -> list[int]:
    """The branches that any file has spoken of."""
    return list(FactGeneration.objects.values_list("branch_id", flat=True).distinct())


def latest_record() -> datetime:
    """The moment until which everything recorded so far is read."""
    moments = [
        FactGeneration.objects.aggregate(latest=Max("changed_at"))["latest"],
        ExchangeRate.objects.aggregate(latest=Max("recorded_at"))["latest"],
    ]
    return max((m for m in moments if m is not None), default=BEFORE_ALL_FACTS)
