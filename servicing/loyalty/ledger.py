"""The ledger of points (S19): earned for what is no trade (B7), spent, taken back by a counter entry. Off until compliance has
confirmed what a client may earn in a year (S12); while it is off nothing is booked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client
from crm import audit
from crm.lib.refusals import Refused
from crm.models import Staff
from segmentation.thresholds import confirmed_threshold, threshold
from servicing.items.entitlements import months_between
from servicing.models import PointEntry, Referral

Kind = PointEntry.Kind


@dataclass(frozen=True)
class _Entry:
    """What is to be booked: `occasion` names it, and `check` refuses it, both under the client's lock."""

    kind: str
    points: int
    note: str
    occasion: Callable[[], str]
    check: Callable[[], None]
    counters: PointEntry | None = None


def yearly_cap(day: date) -> int | None:
    """What a client may earn in a calendar year; None while points are off."""
    return confirmed_threshold("points_cap", day) or None


def balance_of(client: Client) -> int:
    """What a client may spend."""
    return PointEntry.objects.of_client(client).total()


def earn_points(client: Client, kind: str, note: str, *, uid: UUID, by: Staff, at: datetime) -> PointEntry:
    """Book what a client earned, as many points as were decided for the kind; a second call with the same `uid` finds the
    first one. Raises Refused while points are off, for what was booked already, and above the yearly cap."""
    day = timezone.localdate(at)
    if kind not in Kind.values or kind in (Kind.SPENT, Kind.COUNTER):
        raise Refused(_("Choose what it was for."), "kind")
    points = threshold(f"points_{kind}", day)

    def check() -> None:
        earned = PointEntry.objects.of_client(client).earned().filter(booked_on__year=day.year).total()
        cap = yearly_cap(day) or 0
        if earned + points > cap:
            told = _("At most {cap} points a year; {earned} are earned already.")
            raise Refused(told.format(cap=cap, earned=earned), "kind")

    entry = _Entry(kind, points, note, lambda: _occasion(client, kind, note, day), check)
    return _book(client, entry, uid=uid, by=by, at=at)


def spend_points(client: Client, points: int, note: str, *, uid: UUID, by: Staff, at: datetime) -> PointEntry:
    """Book what a client spent; the balance never falls below zero. A second call with the same `uid` finds the first one.
    Raises Refused."""
    if points <= 0:
        raise Refused(_("At least one point."), "points")
    if not note.strip():
        raise Refused(_("Say what for."), "note")

    def check() -> None:
        balance = balance_of(client)
        if balance < points:
            words = ngettext("Only {n} point is left.", "Only {n} points are left.", balance)
            raise Refused(words.format(n=balance), "points")

    return _book(client, _Entry(Kind.SPENT, -points, note, lambda: f"spent:{uid}", check), uid=uid, by=by, at=at)


def counter_points(entry: PointEntry, why: str, *, uid: UUID, by: Staff, at: datetime) -> PointEntry:
    """Take an entry back by one of the opposite sign, with a reason; twice is once. Raises Refused where the points are spent
    already, for a counter entry, and while points are off."""
    if not why.strip():
        raise Refused(_("Say why."), "note")
    if entry.kind == Kind.COUNTER:
        raise Refused(_("A counter entry stays."))

    def check() -> None:
        if balance_of(entry.client) < entry.points:
            raise Refused(_("These points are spent already."))

    counter = _Entry(Kind.COUNTER, -entry.points, why, lambda: f"counter:{entry.pk}", check, entry)
    return _book(entry.client, counter, uid=uid, by=by, at=at)


def _book(client: Client, entry: _Entry, *, uid: UUID, by: Staff, at: datetime) -> PointEntry:
    day = timezone.localdate(at)
    if yearly_cap(day) is None:
        raise Refused(_("Points are off: compliance has not switched them on."))
    try:
        with transaction.atomic():
            _lock(client)
            if found := PointEntry.objects.filter(uid=uid, client=client).first():
                return found
            occasion = entry.occasion()
            same = PointEntry.objects.of_client(client).for_occasion(occasion)
            if known := same.filter(countered_by=None).first():
                if entry.counters:
                    return known
                raise Refused(_("This was booked already."), "note")
            entry.check()
            times = same.count()  # what was taken back may be booked again
            row = PointEntry.objects.create(
                uid=uid, branch=client.branch, client=client, kind=entry.kind, points=entry.points,
                occasion=f"{occasion}#{times + 1}" if times else occasion,
                note=entry.note.strip(), counters=entry.counters, booked_on=day, made_by=by, made_at=at,
            )  # fmt: skip
            audit.record(
                "counter-points" if entry.counters else "book-points",
                actor=by,
                of=row,
                detail={"client": client.pk, "kind": entry.kind, "points": entry.points},
            )
    except IntegrityError:
        raise Refused(_("This form belongs to another entry; please open it anew.")) from None
    return row


def _occasion(client: Client, kind: str, note: str, day: date) -> str:
    """What is earned for, so that it is earned once: the oldest referral that opened and is not rewarded yet, the years with
    us, the event or survey by its name."""
    if kind == Kind.REFERRAL:
        standing = PointEntry.objects.of_client(client).filter(kind=kind, countered_by=None)
        rewarded = {occasion.partition("#")[0] for occasion in standing.values_list("occasion", flat=True)}
        opened = Referral.objects.filter(referrer=client, state=Referral.State.OPENED).order_by("ended_on", "pk")
        keys = (f"referral:{pk}" for pk in opened.values_list("pk", flat=True))
        found = next((key for key in keys if key not in rewarded), None)
        if found is None:
            raise Refused(_("No referral that opened is left to reward."), "kind")
        return found
    if kind == Kind.YEAR:
        years = months_between(client.opened_on, day) // 12 if client.opened_on else 0
        if years < 1:
            raise Refused(_("The client has not been with us for a year."), "kind")
        return f"year:{years}"
    if not note.strip():
        raise Refused(_("Say which one."), "note")
    return f"{kind}:{note.strip().casefold()}"[:70]


def _lock(client: Client) -> None:
    """One at a time per client, so that the balance that was looked at still holds when it is written."""
    Client.objects.select_for_update().get(pk=client.pk)
