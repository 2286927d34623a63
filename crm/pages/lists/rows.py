"""The rows that the client list asks for, night by night or all together, and what they add up to."""

from collections.abc import Iterable
from typing import Any, cast

from django.db.models import OuterRef, Q, Subquery, Value
from django.utils import timezone

from clients.querysets import sought
from crm.access import sees_names
from crm.lib.keyset import Parts
from crm.models import Staff
from crm.pages.list_filters import Filters
from crm.pages.lists.conditions import all_hold
from crm.pages.nights import Nights
from segmentation.models import Standing, StandingSum
from segmentation.querysets import ADDED, COUNTED, Night, StandingQuerySet
from servicing.models import Contact


def standings_for(user: Staff, nights: Nights, filters: Filters) -> StandingQuerySet[Standing]:
    """The rows of the list: standings of the resolved nights, of clients the reader sees, under the conditions."""
    rows = Standing.objects.visible_to(user).of_nights(nights.pks)
    if filters.text:
        # the branches said again, as an index of names wants them: who is looked for is found before the standing
        branches = Q(client__branch__in=nights.branches)
        rows = rows.filter(branches, sought(filters.text, "client__", by_name=sees_names(user)))
    return _under_all(rows, user, nights, nights.pks, filters)


def parts_for(user: Staff, nights: Nights, filters: Filters) -> Parts[Standing] | None:
    """The same rows night by night, to be merged; None where somebody is looked for, who would be looked for in each."""
    if filters.text:
        return None
    told = for_order(Standing.objects.visible_to(user).for_table(), filters)
    return Parts(nights.pks, lambda night: _under_all(told.of_nights([night]), user, nights, [night], filters), told)


def for_order(rows: StandingQuerySet[Standing], filters: Filters) -> StandingQuerySet[Standing]:
    """With what the order reads besides the columns of a standing."""
    if filters.order.field != "contacted_at":
        return rows
    last = Contact.objects.standing().filter(client=OuterRef("client")).order_by("-happened_at")
    return cast("StandingQuerySet[Standing]", rows.annotate(contacted_at=Subquery(last.values("happened_at")[:1])))


def _under_all(
    rows: StandingQuerySet[Standing], user: Staff, nights: Nights, keys: Iterable[Night], filters: Filters
) -> StandingQuerySet[Standing]:
    rows = _narrowed(rows, keys, filters)
    if filters.advisor is not None:
        rows = rows.filter(client__advisor=filters.advisor)
    if filters.giants:
        rows = rows.sleeping_giants()
    if filters.groups:
        as_of = nights.as_of or timezone.localdate()
        rows = rows.filter(all_hold(filters.groups, filters.asked(user, keys, as_of)))
    return rows


def totals_for(user: Staff, nights: Nights, filters: Filters) -> dict[str, int] | None:
    """How many rows the list has and what they add up to, from the sums of the nights less the clients hidden from the
    reader; None where no sums tell."""
    if user.is_advisor or filters.text or filters.giants or filters.advisor is not None or not nights.have_sums:
        return None
    if filters.groups:
        return None
    sums = StandingSum.objects.of_nights(nights.pks).filter(filters.alike())
    if filters.near:
        sums = sums.filter(is_near=True)
    if filters.news:
        sums = sums.filter(**{f"{filters.news}_news": True})
    told = sums.order_by().values(times=Value(1)).annotate(**ADDED)
    hidden = _narrowed(Standing.objects.hidden_from(user).of_nights(nights.pks), nights.pks, filters)
    told = told.union(hidden.order_by().values(times=Value(-1)).annotate(**COUNTED), all=True)
    found = cast("list[dict[str, Any]]", list(told))
    return {name: sum(row["times"] * int(row[name] or 0) for row in found) for name in ADDED}


def _narrowed(
    rows: StandingQuerySet[Standing], nights: Iterable[Night], filters: Filters
) -> StandingQuerySet[Standing]:
    """Under the conditions that sums know too."""
    rows = rows.filter(filters.alike())
    if filters.near:
        rows = rows.near_boundary()
    return rows.changed_in(nights, filters.news) if filters.news else rows
