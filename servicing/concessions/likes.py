"""Whom a concession is compared with: clients of the branch who were alike when it was approved, and got none."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from crm.models import Publication
from segmentation.models import Standing
from segmentation.thresholds import threshold
from servicing.concessions.windows import Windows
from servicing.models import Concession


def like_clients(row: Concession, windows: Windows, day: date) -> Sequence[int]:
    """Ids of the clients nearest in commission among the same tier of the current night, as many as the number in force says:
    open since before the baseline, seen by everybody, without a concession of their own. Of equals the earlier client."""
    night = Publication.objects.current().filter(branch=row.branch_id).first()
    own = Standing.objects.filter(publication=night, client=row.client_id).first() if night else None
    if own is None:
        return []
    known = Q(client__opened_on=None) | Q(client__opened_on__lte=windows.baseline_from)
    others = Standing.objects.filter(known, publication=night, tier=own.tier, client__closed_on=None)
    free = others.filter(client__is_restricted=False).exclude(client=row.client_id)
    free = free.exclude(client__in=_favoured(row.branch_id, windows))
    most = threshold("concession_likes", day)
    ranked = free.order_by("measure_fen", "client")
    above = ranked.filter(measure_fen__gte=own.measure_fen)[:most]
    below = free.filter(measure_fen__lt=own.measure_fen).order_by("-measure_fen", "client")[:most]
    return nearest([*_told(above), *_told(below)], own.measure_fen, most)


def nearest(clients: Iterable[tuple[int, int]], measure: int, most: int) -> Sequence[int]:
    """The nearest of (client, measure), of equals the earlier client: the same ones in whatever order they come."""
    return [pk for _gap, pk in sorted((abs(fen - measure), pk) for pk, fen in clients)[:most]]


def _told(rows: Iterable[Standing]) -> Iterable[tuple[int, int]]:
    return [(row.client_id, row.measure_fen) for row in rows]


def _favoured(branch: int, windows: Windows) -> Iterable[int]:
    """Who had a concession in one of the windows, or has one asked for."""
    since = Concession.objects.filter(branch=branch, until_on__gte=windows.baseline_from)
    return since.filter(state__in=["asked", "approved", "ended"]).values_list("client", flat=True)
