"""The alerts of a night as rows: a new occasion or a worse band is raised, what holds no more is over, the rest stays as it
is. In one transaction under the branch's lock; a second time writes nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.db import transaction

from clients.models import Account, Client, InstrumentCode
from clients.suitability import CLIENT_LEVELS
from crm import audit
from crm.lib.bulk import in_parts
from crm.models import Branch, Publication
from servicing.alerts.finding import Found, Watched
from servicing.models import RiskAlert

_PART = 500  # keys or rows per statement
Occasion = tuple[int, str, str]


def watched_in(branch: Branch) -> Iterator[Watched]:
    """The open, unrestricted clients of a branch with what decides about an alert."""
    rows = Client.objects.filter(branch=branch, closed_on=None, is_restricted=False)
    told = rows.order_by("pk").values_list("pk", "risk_level", "is_professional", "background__loss_line_e4")
    for pk, level, is_professional, line in told.iterator(2000):
        held_to = 0 if is_professional or level not in CLIENT_LEVELS else CLIENT_LEVELS.index(level) + 1
        yield Watched(pk, held_to, line)


def keep_alerts(
    night: Publication, found: Sequence[Found], *, fence: Callable[[], None] = lambda: None
) -> dict[str, int]:
    """Write what the night of a branch found and what it no longer finds. `fence` is called inside the transaction and raises
    where the run is no longer the caller's. Returns how many alerts were raised and how many are over."""
    with transaction.atomic():
        fence()
        Branch.objects.select_for_update().get(pk=night.branch_id)
        known = _standing(night.branch_id)
        holds = {_occasion(one): one for one in found}
        raised = [one for key, one in holds.items() if one.band > (known[key][1] if key in known else 0)]
        worse = {_occasion(one) for one in raised}
        over = [pk for key, (pk, _band) in known.items() if key not in holds or key in worse]
        for part in in_parts(over, _PART):
            RiskAlert.objects.filter(pk__in=part).update(state=RiskAlert.State.OVER, seen_until=night.as_of)
        RiskAlert.objects.bulk_create(_rows(night, raised), batch_size=_PART)
        counts = {"raised": len(raised), "over": len(over)}
        if any(counts.values()):
            audit.record(
                "keep-alerts",
                actor=None,
                table=RiskAlert._meta.db_table,
                key=night.pk,
                branch=night.branch,
                detail={"day": night.as_of.isoformat(), **counts},
            )
    return counts


def _occasion(one: Found) -> Occasion:
    return one.client_id, one.kind, one.subject


def _standing(branch: int) -> dict[Occasion, tuple[int, int]]:
    rows = RiskAlert.objects.in_branch(branch).standing()
    told = rows.values_list("client", "kind", "subject", "pk", "band")
    return {(client, kind, subject): (pk, band) for client, kind, subject, pk, band in told}


def _rows(night: Publication, raised: Iterable[Found]) -> list[RiskAlert]:
    named = list(raised)
    names = _names({one.slots["code"] for one in named if one.kind == "concentration"})
    margin = [int(one.subject) for one in named if one.kind == "maintenance"]
    tails = {str(pk): tail for pk, tail in Account.objects.filter(pk__in=margin).values_list("pk", "number_tail")}
    rows = []
    for one in named:
        slots = dict(one.slots)
        if one.kind == "concentration":
            slots["name"] = names.get((slots.pop("kind"), slots["code"]), "")
        if one.kind == "maintenance":
            slots["tail"] = tails.get(one.subject, "")
        rows.append(
            RiskAlert(
                branch=night.branch, client_id=one.client_id, kind=one.kind, subject=one.subject, band=one.band,
                seen_from=night.as_of, slots=slots,
            )
        )  # fmt: skip
    return rows


def _names(codes: set[str]) -> dict[tuple[str, str], str]:
    """Class and code of a security → its name."""
    rows = InstrumentCode.objects.filter(code__in=codes).order_by("from_day")
    told = rows.values_list("instrument__instrument_class", "code", "instrument__name")
    return {(kind, code): name for kind, code, name in told}
