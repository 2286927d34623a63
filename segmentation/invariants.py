"""What must always hold of the published nights; each check yields a sentence for everything that does not."""

from collections.abc import Iterator

from clients import mirror
from clients.fact_tables import CLIENTS
from crm.models import AuditEvent, Branch, Publication
from segmentation.models import Standing


def broken(branch: Branch) -> Iterator[str]:
    """Everything about the published nights of one branch that does not hold."""
    nights = Publication.objects.filter(branch=branch)
    seen: set[object] = set()
    for night in nights.filter(state=Publication.State.PUBLISHED).order_by("as_of"):
        if night.as_of in seen:
            yield f"{branch.code}: {night.as_of} is published twice"
        seen.add(night.as_of)
        standings = Standing.objects.filter(publication=night)
        if (count := standings.count()) != night.client_count:
            yield f"{branch.code}: {night.as_of}: {count} standings, {night.client_count} declared"
    audited = set(AuditEvent.objects.filter(action="publish-night", branch=branch).values_list("key", flat=True))
    for night in nights:
        if str(night.pk) not in audited:
            yield f"{branch.code}: {night.as_of}: no audit row of its publication"
    current = Publication.objects.filter(branch=branch).current().first()
    if current is not None:
        yield from _uncovered(branch, current)


def _uncovered(branch: Branch, night: Publication) -> Iterator[str]:
    """Every client that was open on the day, as known at the night's cutoff, stands in it once, and nobody else."""
    with mirror.open_facts([branch], night.cutoff, tables=(CLIENTS,)) as con:
        rows = con.execute(
            "SELECT client_id FROM clients WHERE coalesce(opened_on, DATE '1900-01-01') <= ?"
            " AND (closed_on IS NULL OR closed_on > ?)",
            [night.as_of, night.as_of],
        ).fetchall()
    wanted = {pk for (pk,) in rows}
    standing = set(Standing.objects.filter(publication=night).values_list("client_id", flat=True))
    if wanted - standing:
        yield f"{branch.code}: {night.as_of}: {len(wanted - standing)} open clients have no standing"
    if standing - wanted:
        yield f"{branch.code}: {night.as_of}: {len(standing - wanted)} standings of clients who were not open"
