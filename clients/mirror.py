"""The columnar copy of the facts: one Parquet file per table, branch and month (past years one per year), named by the
generation it was made from. A file that is missing or behind is made by whoever needs it (`mirror_files`), so a crash
cannot leave it stale and a second host needs nothing shared. Each row carries from when to when its reading held, so that
one copy answers "as known at the cutoff" for every cutoff."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import duckdb

from clients import mirror_files
from clients.fact_tables import ALL, FactTable
from clients.models import ExchangeRate, FactChange, FactGeneration
from crm.lib import bulk, columnar
from crm.models import Branch

END_OF_TIME = "9999-01-01 00:00:00"


def _months(table: FactTable, branch: Branch) -> dict[str, int]:
    rows = FactGeneration.objects.filter(table=table.db_table, branch=branch).values_list("month", "generation")
    return dict(rows)


def _months_of_all(branches: Sequence[Branch]) -> dict[tuple[str, int], dict[str, int]]:
    """The same for every table and branch (db table, branch id) in one query, because most files are as they should be."""
    found: dict[tuple[str, int], dict[str, int]] = {}
    rows = FactGeneration.objects.filter(branch__in=branches)
    for table, branch, month, generation in rows.values_list("table", "branch_id", "month", "generation"):
        found.setdefault((table, branch), {})[month] = generation
    return found


def _periods(months: Mapping[str, int]) -> dict[str, int]:
    """Period → generation: months of the latest year, whole years before; '' for tables without a day."""
    latest_year = max(months, default="")[:4]
    periods: dict[str, int] = {}
    for month, generation in months.items():
        period = month if month[:4] == latest_year else month[:4]
        periods[period] = periods.get(period, 0) + generation
    return periods


def refresh(
    table: FactTable,
    branch: Branch,
    months: Mapping[str, int] | None = None,
    con: duckdb.DuckDBPyConnection | None = None,
) -> list[Path]:
    """The files of one table and branch, made where they are missing or behind the database. `months` are their
    generations where the caller has just read them; `con` is a connection to write through."""
    with ExitStack() as stack:
        return _refreshed(table, branch, _months(table, branch) if months is None else months, con, stack)


def _refreshed(
    table: FactTable,
    branch: Branch,
    months: Mapping[str, int],
    con: duckdb.DuckDBPyConnection | None,
    stack: ExitStack,
) -> list[Path]:
    files = []
    place = mirror_files.place_of(table, branch)
    for period, known in sorted(_periods(months).items()):
        generation = known
        while True:
            path = mirror_files.path_of(place, period, generation)
            if path.exists():
                break
            con = con or stack.enter_context(columnar.connect())  # opening one costs as much as a small file
            draft = mirror_files.write(con, table, branch, period, generation)
            now = _periods(_months(table, branch))[period]
            # Unchanged before and after reading: what was read is exactly this generation.
            if now == generation:
                mirror_files.discard_older(place, period or "all")
                draft.replace(path)
                break
            draft.unlink()
            generation = now
        files.append(path)
    return files


def open_facts(
    branches: Iterable[Branch],
    cutoff: datetime | None,
    *,
    tables: Sequence[FactTable] = ALL,
    threads: int = 1,
    memory: str = "1GB",
) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with one view per table of facts of these branches, as known at the cutoff (None: now), plus
    `rates`. Every date is in them; readers filter by day themselves."""
    con = columnar.connect(memory=memory, threads=threads)
    known = bulk.moment(cutoff) if cutoff else END_OF_TIME
    branches = list(branches)
    months = _months_of_all(branches)
    with con.cursor() as writer:
        for table in tables:
            files = [
                path
                for branch in branches
                for path in refresh(table, branch, months.get((table.db_table, branch.pk), {}), writer)
            ]
            con.execute(f"CREATE VIEW {table.name} AS {_view_sql(table, files, known)}")
    rates = _rates_known_at(cutoff)
    con.execute(  # as three lists: DuckDB takes single rows a thousand times slower
        "CREATE TABLE rates AS SELECT unnest($currencies::VARCHAR[]) AS currency, unnest($days::DATE[]) AS day,"
        " unnest($rates::BIGINT[]) AS rate_e6",
        {
            "currencies": [r.currency for r in rates],
            "days": [r.day for r in rates],
            "rates": [r.rate_e6 for r in rates],
        },
    )
    return con


def _view_sql(table: FactTable, files: list[Path], known: str) -> str:
    names = ", ".join(table.mirrored)
    if not files:
        empty = ", ".join(f"NULL::{_mirror_type(table, n)} AS {n}" for n in table.mirrored)
        return f"SELECT {empty} WHERE false"
    listed = ", ".join(columnar.literal(f) for f in files)
    return (
        f"SELECT {names} FROM read_parquet([{listed}]) WHERE recorded_at <= TIMESTAMP '{known}'"
        f" AND (superseded_at IS NULL OR superseded_at > TIMESTAMP '{known}')"
    )


def current_sql(table: FactTable, files: list[Path]) -> str:
    """The present reading of the rows in these files, every column of the copy."""
    return _view_sql(table, files, END_OF_TIME)


def _mirror_type(table: FactTable, name: str) -> str:
    return table.types.get(table.mirrored[name], "VARCHAR")


def _rates_known_at(cutoff: datetime | None) -> list[ExchangeRate]:
    """Rates as known at the cutoff: those recorded since are replaced by the reading they replaced, or left out."""
    rates = {r.pk: r for r in ExchangeRate.objects.all()}
    if cutoff is None:
        return list(rates.values())
    known = {pk: r for pk, r in rates.items() if r.recorded_at <= cutoff}
    later = FactChange.objects.filter(table=ExchangeRate._meta.db_table, at__gt=cutoff, before__isnull=False)
    for change in later.order_by("-id"):
        before = change.before if isinstance(change.before, dict) else json.loads(change.before or "{}")
        recorded = datetime.fromisoformat(before["recorded_at"] + "+00:00")
        if recorded <= cutoff:
            known[change.key] = ExchangeRate(
                currency=before["currency"], day=before["day"], rate_e6=int(before["rate_e6"])
            )
    return list(known.values())
