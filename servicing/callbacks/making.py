"""What the night does for call-backs (L2): the year's sample is drawn once, new accounts are added, whoever has closed or is
restricted is replaced from the same order, and everybody who is to be called soon has a caller."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from clients.models import Client
from clients.models.people import State
from crm import audit, calendar
from crm.lib.bulk import in_parts
from crm.models import Branch, Staff
from segmentation.thresholds import thresholds
from servicing.callbacks.callers import assign_callers
from servicing.callbacks.sampling import checksum, drawn, read, size_of, written
from servicing.models import Callback, CallbackSample

NUMBERS = ("callback_share", "callback_new_days", "callback_ahead")
GONE = (State.CLOSED, State.TRANSFERRED_OUT)
_PART = 500
_SLACK = timedelta(days=30)  # longer than any closure
Counts = dict[str, int]


def make_callbacks(
    branch: Branch,
    *,
    day: date,
    at: datetime,
    seed: str,
    by: Staff | None = None,
    fence: Callable[[], None] = lambda: None,
) -> Counts:
    """Bring the call-backs of a branch up to a day, in one transaction under the branch's lock; a second time changes
    nothing. `seed` is used where the year's sample is not drawn yet; `fence` is called inside the transaction and raises
    where the run is no longer the caller's."""
    with transaction.atomic():
        fence()
        Branch.objects.select_for_update().get(pk=branch.pk)
        numbers = thresholds(NUMBERS, day)
        counts = {"withdrawn": _withdraw(branch, at=at)}
        sample = CallbackSample.objects.filter(branch=branch, year=day.year).first()
        if sample is None:
            sample = _draw(branch, day.year, share_e4=numbers["callback_share"], seed=seed, by=by, at=at)
        counts["added"] = _fill(sample, day=day, at=at)
        counts["added"] += _add_new(branch, numbers["callback_new_days"], day=day, at=at)
        counts["assigned"] = assign_callers(branch, day=day, ahead_days=numbers["callback_ahead"])
        if any(counts.values()):
            detail = {"day": day.isoformat(), **counts}
            audit.record(
                "make-callbacks", actor=by, table=Callback._meta.db_table, key=sample.pk, branch=branch, detail=detail
            )
    return counts


def base_of(branch: Branch, year: int) -> list[int]:
    """The clients that a branch had at the end of the year before, as far as they count: dormant and suspended ones do
    not."""
    ended = date(year - 1, 12, 31)
    there = Client.objects.filter(Q(opened_on=None) | Q(opened_on__lte=ended), branch=branch)
    there = there.filter(Q(closed_on=None) | Q(closed_on__gt=ended)).exclude(state__in=[State.DORMANT, State.FROZEN])
    return list(there.exclude(state__in=GONE, closed_on=None).order_by("pk").values_list("pk", flat=True))


def _draw(branch: Branch, year: int, *, share_e4: int, seed: str, by: Staff | None, at: datetime) -> CallbackSample:
    base = base_of(branch, year)
    text = written(base)
    sample = CallbackSample.objects.create(
        branch=branch, year=year, seed=seed, share_e4=share_e4, base=text, base_count=len(base),
        required=size_of(len(base), share_e4), checksum=checksum(text), drawn_at=at, drawn_by=by,
    )  # fmt: skip
    audit.record(
        "draw-callbacks",
        actor=by,
        of=sample,
        branch=branch,
        detail={"year": year, "base": len(base), "required": sample.required, "checksum": sample.checksum},
    )
    return sample


def _withdraw(branch: Branch, *, at: datetime) -> int:
    """Whoever has closed or is restricted is not called; the row says why."""
    waiting = Callback.objects.filter(branch=branch, state=Callback.State.OPEN)
    gone = {
        "closed": waiting.filter(Q(client__closed_on__isnull=False) | Q(client__state__in=GONE)),
        "restricted": waiting.filter(client__is_restricted=True),
    }
    count = 0
    for why, rows in gone.items():
        keys = list(rows.values_list("pk", flat=True))
        for part in in_parts(keys, _PART):
            some = Callback.objects.filter(pk__in=part, state=Callback.State.OPEN)
            count += some.update(state=Callback.State.WITHDRAWN, why=why, settled_at=at)
    return count


def _fill(sample: CallbackSample, *, day: date, at: datetime) -> int:
    """Take the next of the order until as many are to be called as the share asks for, or nobody is left. Who cannot be
    called stands there as well, with the reason: the members are the beginning of the order, without a gap."""
    members = Callback.objects.filter(sample=sample)
    taken, missing = members.count(), sample.required - members.exclude(state=Callback.State.WITHDRAWN).count()
    if missing <= 0 or taken >= sample.base_count:
        return 0
    order, weeks, added = drawn(read(sample.base), sample.seed), _weeks(day), 0
    while missing > 0 and taken < len(order):
        some = order[taken : taken + min(missing, _PART)]
        out = _barred(some)
        rows = [
            Callback(
                branch_id=sample.branch_id, client_id=client, kind=Callback.Kind.YEAR, sample=sample, place=place,
                due_on=_week_of(place, sample.required, weeks), made_at=at, **_standing(out.get(client, ""), at),
            )
            for place, client in enumerate(some, taken)
        ]  # fmt: skip
        Callback.objects.bulk_create(rows)
        taken, missing, added = taken + len(some), missing - len(some) + len(out), added + len(rows)
    return added


def _barred(clients: list[int]) -> dict[int, str]:
    rows = Client.objects.filter(pk__in=clients)
    closed = rows.filter(Q(closed_on__isnull=False) | Q(state__in=GONE)).values_list("pk", flat=True)
    restricted = rows.filter(is_restricted=True).values_list("pk", flat=True)
    return dict.fromkeys(restricted, "restricted") | dict.fromkeys(closed, "closed")


def _standing(why: str, at: datetime) -> Mapping[str, object]:
    return {"state": Callback.State.WITHDRAWN, "why": why, "settled_at": at} if why else {}


def _week_of(place: int, required: int, weeks: list[date]) -> date:
    """The draw is spread over the weeks; who replaces somebody later has one of those that are left."""
    return weeks[place * len(weeks) // required] if place < required else weeks[place % len(weeks)]


def _weeks(day: date) -> list[date]:
    """The last working days of the year's coming weeks, from next week on; at its end the last one that is left."""
    end = date(day.year, 12, 31)
    working = calendar.working_days(day, end)
    last = {one.isocalendar()[:2]: one for one in working}
    later = [one for week, one in last.items() if week != day.isocalendar()[:2]]
    return later or working[-1:] or [end]


def _add_new(branch: Branch, days: int, *, day: date, at: datetime) -> int:
    """A call-back for each new account by the last working day within the days. A file that comes late brings call-backs
    that are overdue already; what is older than twice the days was before our time."""
    opened = Client.objects.filter(branch=branch, opened_on__range=(day - timedelta(days=2 * days), day))
    able = opened.filter(closed_on=None, is_restricted=False).exclude(state__in=GONE)
    known = Callback.objects.filter(branch=branch, kind=Callback.Kind.NEW).values("client")
    found = list(able.exclude(pk__in=known).order_by("pk").values_list("pk", "opened_on"))
    working = calendar.working_days(day - timedelta(days=2 * days) - _SLACK, day + timedelta(days=days))
    rows = [
        Callback(
            branch=branch, client_id=client, kind=Callback.Kind.NEW, made_at=at,
            due_on=calendar.worked_by(opened_on + timedelta(days=days), working),
        )
        for client, opened_on in found
        if opened_on
    ]  # fmt: skip
    Callback.objects.bulk_create(rows, batch_size=_PART)
    return len(rows)
