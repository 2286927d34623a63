"""Publishing behaviour with the standings of a night, and reading what it says of a whole branch."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db.models import Count
from duckdb import DuckDBPyConnection

from crm.lib import bulk, columnar
from crm.models import Publication, Staff
from segmentation.models import Behaviour, BehaviourFigures, Result
from segmentation.querysets import BehaviourQuerySet
from segmentation.thresholds import threshold

_OWN = {"id", "publication", "client"}
COLUMNS = [field.name for field in Behaviour._meta.concrete_fields if field.name not in _OWN]


def write_behaviour(con: DuckDBPyConnection, night: Publication, folder: Path) -> int:
    """Insert the rows of the table `behaviour` for a night and store its figures, in the caller's transaction; returns the
    count of rows. Reads `tiers` of the same connection for the sums of lifetime value."""
    path = folder / "behaviour.csv"
    values = ", ".join(f"{name}::INT" if name.startswith("is_") else name for name in COLUMNS)
    con.execute(
        f"COPY (SELECT {night.pk}, client_id, {values} FROM behaviour ORDER BY client_id) TO {columnar.literal(path)}"
        f" (FORMAT csv, HEADER false, NULLSTR '{bulk.NULL}')"
    )
    count = bulk.copy_in(Behaviour._meta.db_table, ["publication_id", "client_id", *COLUMNS], path)
    BehaviourFigures.objects.update_or_create(publication=night, defaults=_figures(con, night))
    return count


def _figures(con: DuckDBPyConnection, night: Publication) -> dict[str, Any]:
    floor = threshold("behaviour_floor", night.as_of)
    results = con.execute("SELECT result, count(*) FROM behaviour GROUP BY result ORDER BY result")
    found: dict[str, Any] = {"results": dict(results.fetchall())}
    positions = con.execute(
        f"""SELECT (position_e4 + 50) // 100, count(*), sum(net_assets_fen)::BIGINT FROM behaviour
        WHERE position_e4 IS NOT NULL AND net_assets_fen >= {floor} GROUP BY 1 ORDER BY 1"""
    )
    found["positions"] = [list(row) for row in positions.fetchall()]
    bases = con.execute(
        """SELECT is_programme, what, name, sum(n)::BIGINT, sum(fen)::BIGINT FROM habit_bases
        GROUP BY ALL ORDER BY is_programme, what, sum(n) DESC, name"""
    )
    found["bases"] = {"ordinary": {"kind": [], "channel": []}, "programme": {"kind": [], "channel": []}}
    for is_programme, what, *rest in bases.fetchall():
        found["bases"]["programme" if is_programme else "ordinary"][what].append(rest)
    values = con.execute(
        """SELECT t.tier, count(*), sum(b.trading_days)::BIGINT, sum(b.yearly_commission_fen)::BIGINT
        FROM behaviour b JOIN tiers t USING (client_id) WHERE b.trading_days > 0 GROUP BY t.tier ORDER BY t.tier"""
    )
    found["values"] = {tier: sums for tier, *sums in values.fetchall()}
    return found


def result_mix(user: Staff, night: Publication) -> Mapping[str, int]:
    """How many clients of a night made a profit, stayed flat or lost (B2), of those the reader sees; '' is not told. From
    what the night stored less the clients hidden from the reader; of an advisor's own clients from their rows."""
    if user.is_advisor:
        return _mix(Behaviour.objects.visible_to(user).of_nights([night.pk]))
    figures = BehaviourFigures.objects.filter(publication=night).first()
    hidden = _mix(Behaviour.objects.hidden_from(user).of_nights([night.pk]))
    stored = figures.results if figures else {}
    return {result: stored.get(result, 0) - hidden[result] for result in ("", *Result.values)}


def _mix(rows: BehaviourQuerySet[Behaviour]) -> dict[str, int]:
    counted = dict(rows.order_by().values_list("result").annotate(n=Count("pk")))
    return {result: counted.get(result, 0) for result in ("", *Result.values)}
