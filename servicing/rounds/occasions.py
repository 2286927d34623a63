"""Occasions to talk that the night found by itself: risk alerts (B9) and positions far from the market's reference (B8). A fact
and a call, never advice to buy or sell; only for tiers whose standard says `alerts`."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from crm.models import Publication
from segmentation.models import Behaviour, Standing
from segmentation.regimes import far_from_reference, reference_on
from servicing.alerts.noting import task_key
from servicing.models import RiskAlert, Task
from servicing.querysets import TaskQuerySet
from servicing.rounds.rules import Days, Standards, Wanted

# What a client has held for long is no matter of a day; a fall, a loss and a margin account are.
_STANDING = {RiskAlert.Kind.CONCENTRATION, RiskAlert.Kind.LEVEL}


def occasions(night: Publication, owed: Standards, days: Days) -> Iterator[Wanted]:
    """A task for the worst open alert of a client, one at a time, and for a gap once per regime and client."""
    clients = _clients(night, [tier for tier, standard in owed.items() if standard.alerts])
    alerts = RiskAlert.objects.in_branch(night.branch_id).filter(state=RiskAlert.State.OPEN, client__in=clients)
    rows = alerts.order_by("client", "-band", "pk").values_list("pk", "client", "client__advisor", "kind", "slots")
    called = Task.objects.open_rounds(night.branch_id, "alert")
    for pk, client, advisor, kind, said in rows:
        if client not in called:
            called.add(client)
            slots = {"alert": pk, "kind": kind, "said": said}
            due = _spread(client, days) if kind in _STANDING else days.worked(days.today)
            yield Wanted(task_key(client, pk), client, advisor, "alert", due, slots)
    yield from _gaps(night, clients, days)


def lapsed(rows: TaskQuerySet[Task], night: Publication) -> Mapping[str, list[int]]:
    """Of the open tasks of a branch those whose occasion has passed, by the reason: the alert is no longer open, the regime
    is another one."""
    reference = reference_on(night.as_of)
    regime = reference.regime.pk if reference else None
    asked = {pk: slots["alert"] for pk, slots in rows.filter(rule="alert").values_list("pk", "slots")}
    still = RiskAlert.objects.in_branch(night.branch_id).filter(state=RiskAlert.State.OPEN)
    kept = set(still.values_list("pk", flat=True)) if asked else set()
    return {
        "over": [pk for pk, alert in asked.items() if alert not in kept],
        "market": [pk for pk, slots in rows.filter(rule="gap").values_list("pk", "slots") if slots["regime"] != regime],
    }


def _clients(night: Publication, tiers: list[str]) -> QuerySet[Standing, Any]:
    rows = Standing.objects.filter(publication=night, tier__in=tiers, client__advisor__isnull=False)
    return rows.filter(client__closed_on=None, client__is_restricted=False).values("client")


def _gaps(night: Publication, clients: QuerySet[Standing, Any], days: Days) -> Iterator[Wanted]:
    reference = reference_on(night.as_of)
    if reference is None:
        return
    regime = reference.regime
    far = Behaviour.objects.of_nights([night.pk]).filter(far_from_reference([night]), client__in=clients)
    far = far.exclude(far_from_reference([night], "below"), is_overtrading=True)  # B7: nothing that would raise trading
    for client, advisor, position in far.order_by("client").values_list("client", "client__advisor", "position_e4"):
        slots = {"regime": regime.pk, "level": regime.level, "position_e4": position, "share_e4": reference.share_e4}
        yield Wanted(f"gap:{client}:{regime.pk}", client, advisor, "gap", _spread(client, days), slots)


def _spread(client: int, days: Days) -> date:
    """A working day of those ahead, so that not everybody is asked for at once."""
    return days.worked(days.today + timedelta(days=client % ((days.last - days.today).days + 1)))
