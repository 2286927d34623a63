"""What must always hold of the published nights; each check yields a sentence for everything that does not."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count

from clients import mirror
from clients.fact_tables import CLIENTS
from crm.models import AuditEvent, Branch, Publication
from segmentation import regimes
from segmentation.figures import stored_figures, stored_sums
from segmentation.models import Behaviour, BehaviourFigures, NightFigures, Standing, StandingSum


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
        yield from _differs(branch, night)
        yield from _behaviour_differs(branch, night)
    audited = set(AuditEvent.objects.filter(action="publish-night", branch=branch).values_list("key", flat=True))
    for night in nights:
        if str(night.pk) not in audited:
            yield f"{branch.code}: {night.as_of}: no audit row of its publication"
    current = Publication.objects.filter(branch=branch).current().first()
    if current is not None:
        yield from _uncovered(branch, current)


def _differs(branch: Branch, night: Publication) -> Iterator[str]:
    """The stored sums and figures are what the standings say."""
    shown = [field.name for field in StandingSum._meta.concrete_fields if not field.primary_key]
    stored = set(StandingSum.objects.filter(publication=night).values_list(*shown))
    wanted = {tuple(getattr(one, name) for name in ("publication_id", *shown[1:])) for one in stored_sums(night)}
    if stored != wanted:
        yield f"{branch.code}: {night.as_of}: {len(stored ^ wanted)} sums are not what the standings say"
    figures = NightFigures.objects.filter(publication=night).first()
    now = stored_figures(night)
    if figures is None or figures.hundredths != now["hundredths"]:
        yield f"{branch.code}: {night.as_of}: the stored curve is not what the standings say"
    elif figures.clients_generation == now["clients_generation"] and sorted(figures.advisors, key=str) != sorted(
        now["advisors"], key=str
    ):
        yield f"{branch.code}: {night.as_of}: the stored sums of advisors are not what the standings say"
    if figures is not None:
        for name, words in (("risks", "variances of what is at risk"), ("scores", "spread of scores")):
            told = getattr(figures, name)
            if told is not None and sorted(told) != sorted(now[name]):
                yield f"{branch.code}: {night.as_of}: the stored {words} are not what the standings say"
        before, after = _ways(figures.flows), _ways(now["flows"])
        if any(ways != after[earlier] for earlier, ways in before.items() if earlier in after):
            yield f"{branch.code}: {night.as_of}: the stored flows are not what the standings say"


def _ways(flows: Sequence[Sequence[Any]]) -> dict[int, Counter[tuple[str, str]]]:
    """Per earlier night: clients from tier to tier. (How somebody came or left may be known better since.)"""
    found: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    for earlier, _kind, was, now, clients, *_fen in flows:
        found[earlier][was, now] += clients
    return found


def _behaviour_differs(branch: Branch, night: Publication) -> Iterator[str]:
    """Every standing has a behaviour, and the stored results and positions are those of the rows; nights from before
    behaviour was described have none."""
    figures = BehaviourFigures.objects.filter(publication=night).first()
    if figures is None:
        return
    rows = Behaviour.objects.filter(publication=night)
    if (count := rows.count()) != night.client_count:
        yield f"{branch.code}: {night.as_of}: behaviour of {count} clients, {night.client_count} declared"
    results = dict(rows.order_by().values_list("result").annotate(n=Count("pk")))
    if results != figures.results:
        yield f"{branch.code}: {night.as_of}: the stored results are not what the behaviour says"
    if regimes.positions_counted(night) != regimes.positions_stored(figures):
        yield f"{branch.code}: {night.as_of}: the stored positions are not what the behaviour says"


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
