"""The night's part: the facts of this month and of the one before are judged by what was pledged on their days; what was not kept
is a breach, once, and the month's counts are put down. What a later fact makes good before anybody put it right is taken
back."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from crm import audit
from crm.lib.bulk import in_parts
from crm.models import Branch
from servicing.models import Measure, Pledge, PledgeBreach, PledgeMonth
from servicing.pledges.deciding import Book
from servicing.pledges.judging import Judged, judge

_PART = 500  # breaches per statement
Key = tuple[int, str]  # pledge and fact
State = PledgeBreach.State


def find_breaches(
    branch: Branch, *, day: date, at: datetime, fence: Callable[[], None] = lambda: None
) -> dict[str, int]:
    """Judge what fell due before a day, and write down what is new. `fence` is called inside the transaction and raises where
    the run is no longer the caller's. Twice is once; nothing is read where nothing is pledged."""
    book = Book(Pledge.objects.of(branch), branch.pk)
    last = day - timedelta(days=1)
    first = max(_month_before(last), book.begins or day)
    if first > last:
        return {"found": 0, "taken_back": 0}
    judged = list(judge(branch, first, last, book.on, at=at))
    kept = {(one.pledge.pk, one.fact.key) for one in judged if one.is_kept}
    broken = {(one.pledge.pk, one.fact.key): one for one in judged if not one.is_kept}
    with transaction.atomic():
        fence()
        Branch.objects.select_for_update().get(pk=branch.pk)
        known = _known(branch, first, last)
        counts = {"found": _add(branch, broken, known, at=at), "taken_back": _take_back(known, kept, broken)}
        _count(branch, first, judged)
        if any(counts.values()):
            audit.record(
                "find-breaches",
                actor=None,
                table=PledgeBreach._meta.db_table,
                branch=branch,
                detail={"day": day.isoformat(), **counts},
            )
    return counts


def _known(branch: Branch, first: date, last: date) -> Mapping[Key, PledgeBreach]:
    rows = PledgeBreach.objects.found_in(branch, first, last).only("pledge", "key", "measure", "state")
    return {(row.pledge_id, row.key): row for row in rows}


def _add(branch: Branch, broken: Mapping[Key, Judged], known: Mapping[Key, PledgeBreach], *, at: datetime) -> int:
    """What is new, and what was taken back and is a breach after all."""
    fresh = [
        PledgeBreach(
            branch=branch, pledge_id=key[0], measure=one.fact.measure, key=key[1], on=one.fact.on, client_id=one.fact.client,
            complaint_id=one.fact.complaint, owner_id=one.fact.owner, made_at=at,
        )
        for key, one in broken.items()
        if key not in known
    ]  # fmt: skip
    PledgeBreach.objects.bulk_create(fresh, batch_size=_PART)
    back = [known[key].pk for key in broken if key in known and known[key].state == State.VOID]
    return len(fresh) + _turn(back, State.VOID, State.OPEN)


def _take_back(known: Mapping[Key, PledgeBreach], kept: Collection[Key], broken: Collection[Key]) -> int:
    """Open ones that the facts no longer tell. A client who changes the tier has no term any more: that alone keeps none."""
    gone = [
        row.pk
        for key, row in known.items()
        if row.state == State.OPEN and (key in kept or (key not in broken and row.measure != Measure.CADENCE))
    ]
    return _turn(gone, State.OPEN, State.VOID)


def _turn(rows: list[int], since: str, to: str) -> int:
    return sum(PledgeBreach.objects.filter(pk__in=part, state=since).update(state=to) for part in in_parts(rows, _PART))


def _count(branch: Branch, first: date, judged: list[Judged]) -> None:
    """What was kept as judged, what was broken as it stands: with what people reported."""
    known = PledgeMonth.objects.since([branch], first.replace(day=1))
    counts = {(row.measure, row.month): {"kept": 0, "broken": 0} for row in known}
    kept = Counter((one.fact.measure, one.fact.on.replace(day=1)) for one in judged if one.is_kept)
    broken: Counter[tuple[str, date]] = Counter()
    for (measure, on), n in PledgeBreach.objects.counted(branch, first.replace(day=1)).items():
        broken[measure, on.replace(day=1)] += n
    for name, found in (("kept", kept), ("broken", broken)):
        for key, n in found.items():
            counts.setdefault(key, {"kept": 0, "broken": 0})[name] = n
    for (measure, month), told in counts.items():
        PledgeMonth.objects.update_or_create(branch=branch, measure=measure, month=month, defaults=told)


def add_to_month(breach: PledgeBreach, by: int) -> None:
    """A breach that a person reports, or takes back, counts at once, inside the caller's transaction."""
    month = breach.on.replace(day=1)
    row, _is_new = PledgeMonth.objects.get_or_create(branch=breach.branch, measure=breach.measure, month=month)
    PledgeMonth.objects.filter(pk=row.pk).update(broken=F("broken") + by)


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
