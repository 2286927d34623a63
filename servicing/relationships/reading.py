"""The same rules asked of the database for all clients of a tier at once: who reaches a level, who does not, and the counts
behind the few that a page shows. `rules.actual` and these conditions say the same; a test holds them together."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.utils import timezone

from clients.models import Client
from crm.calendar import day_begins
from crm.models import Publication, Staff
from segmentation.models import Standing
from segmentation.querysets import StandingQuerySet
from servicing.models import Contact, Promise, ServiceStandard
from servicing.relationships.rules import LEVELS, Level, Measure, Talks

OURS, THEIRS = Q(direction=Contact.Direction.OUT), Q(direction=Contact.Direction.IN)
Gap = tuple[int, int]  # clients below the target, of so many


def served(user: Staff, night: Publication, tier: str) -> StandingQuerySet[Standing]:
    """The open clients of a tier in a night whom the user sees."""
    seen = Standing.objects.visible_to(user).of_nights([night.pk])
    return seen.filter(tier=tier, client__closed_on=None)


def below_target(
    rows: StandingQuerySet[Standing], standard: ServiceStandard, measure: Measure
) -> StandingQuerySet[Standing]:
    """Of these standings those whose relationship is below the target of the standard: read along the index of ranks, so that
    a page stops at its last row."""
    return rows.filter(~_reached(standard.level, measure))


def gaps_by_advisor(
    rows: StandingQuerySet[Standing], standard: ServiceStandard, measure: Measure
) -> Mapping[int | None, Gap]:
    """Advisor → clients below the target, and all, of these standings."""
    counted = rows.order_by().values_list("client__advisor")
    every = dict(counted.annotate(Count("pk")))
    below = dict(below_target(rows, standard, measure).order_by().values_list("client__advisor").annotate(Count("pk")))
    return {advisor: (below.get(advisor, 0), count) for advisor, count in every.items()}


def talks_of(clients: Iterable[Client], measure: Measure) -> Mapping[int, Talks]:
    """Client → what the log says, of the clients of a page; two queries."""
    named = {client.pk: client for client in clients}
    rows = {row["client"]: row for row in _told(measure).filter(client__in=named)}
    late = Promise.objects.filter(client__in=named, state=Promise.State.OPEN, due_on__lt=measure.day).order_by()
    overdue = dict(late.values_list("client").annotate(Count("pk")))
    return {pk: _talks(rows.get(pk), overdue.get(pk, 0), client, measure) for pk, client in named.items()}


def _reached(target: str, measure: Measure) -> Q:
    """Whether a standing's client reaches a level."""
    if target == Level.PASSIVE:
        return Q(pk__gt=0)
    talks = _told(measure).filter(client=OuterRef("client"), last_ours__gte=day_begins(measure.spoken))
    answered = Q(asked=None) | Q(asked__lte=F("last_ours")) | Q(asked__gte=day_begins(measure.asked))
    reached = LEVELS.index(target)
    if reached == 1:
        return Q(Exists(talks.filter(answered)))
    talks = talks.filter(answered, last_ours__gte=day_begins(measure.kept))
    if reached == 3:
        talks = talks.filter(theirs__gte=measure.theirs)
    often = Q(Exists(talks.filter(ours__gte=measure.expected)))
    new = Q(client__opened_on__gt=measure.begins) & Q(Exists(talks))
    if reached == 2:
        return often | new
    late = Promise.objects.filter(client=OuterRef("client"), state=Promise.State.OPEN, due_on__lt=measure.day)
    return (often | new) & ~Q(Exists(late))


def _told(measure: Measure) -> Any:
    """The conversations of each client since the window begins, counted."""
    rows = Contact.objects.standing().filter(
        happened_at__gte=day_begins(measure.begins), happened_at__lt=day_begins(measure.day + timedelta(days=1))
    )
    asked = THEIRS & ~Q(next_step="")
    return (
        rows.order_by()
        .values("client")
        .annotate(
            ours=Count("pk", filter=OURS),
            theirs=Count("pk", filter=THEIRS),
            last_ours=Max("happened_at", filter=OURS),
            asked=Max("happened_at", filter=asked),
        )
    )


def _talks(row: Mapping[str, object] | None, late: int, client: Client, measure: Measure) -> Talks:
    is_new = client.opened_on is not None and client.opened_on > measure.begins
    if row is None:
        return Talks(late_promises=late, is_new=is_new)
    ours, asked = _at(row["last_ours"]), _at(row["asked"])
    unanswered = timezone.localdate(asked) if asked and (ours is None or asked > ours) else None
    return Talks(
        ours=int(str(row["ours"])),
        theirs=int(str(row["theirs"])),
        last_ours=timezone.localdate(ours) if ours else None,
        unanswered=unanswered,
        late_promises=late,
        is_new=is_new,
    )


def _at(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None
