"""What the files say of a person who became a client, so that nobody types it; and what of the others is hidden in time."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min

from clients.models import CashTransfer
from crm import audit
from crm.lib.bulk import in_parts
from crm.models import Branch
from segmentation.thresholds import threshold
from servicing.models import Opening, Step
from servicing.openings.steps import take_step

_PART = 500  # openings per statement


def follow_openings(
    branch: Branch, *, day: date, at: datetime, fence: Callable[[], None] = lambda: None
) -> dict[str, int]:
    """The night's part: steps that the files tell of linked clients, and restricting the data of people who did not become
    clients. `fence` is called inside the transaction and raises where the run is no longer the caller's."""
    with transaction.atomic():
        fence()
        linked = list(Opening.objects.linked(branch.pk).select_related("client").order_by("pk"))
        return {"taken": read_facts(linked, at=at), "restricted": _restrict(branch, day)}


def read_facts(openings: Sequence[Opening], *, at: datetime) -> int:
    """Take the steps that the files tell of linked clients: an account that exists was agreed upon on the day it was opened;
    the first money in is the first deposit. Returns how many were new."""
    count = 0
    for part in in_parts(openings, _PART):
        money = CashTransfer.objects.filter(
            account__client__in=[one.client_id for one in part], amount_minor__gt=0, kind=CashTransfer.Kind.BANK
        )
        first = dict(money.order_by().values_list("account__client").annotate(Min("moved_on")))
        for one in part:
            if one.client is None:
                continue
            told = {Step.AGREEMENT: one.client.opened_on, Step.DEPOSIT: first.get(one.client_id)}
            for step, on in told.items():
                if on and take_step(one, step, on=on, by=None, at=at):
                    count += 1
    return count


def _restrict(branch: Branch, day: date) -> int:
    before = day - timedelta(days=threshold("opening_retention", day))
    found = list(Opening.objects.to_restrict(branch.pk, before).order_by("pk").values_list("pk", flat=True))
    for part in in_parts(found, _PART):
        Opening.objects.filter(pk__in=part).update(is_restricted=True)
    if found:
        audit.record(
            "restrict-openings",
            actor=None,
            table=Opening._meta.db_table,
            branch=branch,
            detail={"openings": len(found), "checksum": audit.checksum(found)},
        )
    return len(found)
