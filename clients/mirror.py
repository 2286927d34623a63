"""The columnar copy of the facts: one Parquet file per table, branch and month (past years one per year), named by the
generation it was made from. A file that is missing or behind is rebuilt from the database by whoever needs it, so a crash
cannot leave it stale and a second host needs nothing shared. Each row carries from when to when its reading held, so that
one copy answers "as known at the cutoff" for every cutoff."""

import json
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
from django.conf import settings

from clients.fact_tables import ALL, FactTable
from clients.models import ExchangeRate, FactChange, FactGeneration
from crm.lib import bulk, columnar
from crm.models import Branch

_GRACE = timedelta(hours=1).total_seconds()  # a reader may still have last hour's file open by name
END_OF_TIME = "9999-01-01 00:00:00"


def folder() -> Path:
    """Where the copy lives on this host."""
    return Path(settings.VAR_DIR) / "mirror"


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
    """The files of one table and branch, rebuilt where they are missing or behind the database. `months` are their
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
    place = folder() / table.name / branch.code
    for period, known in sorted(_periods(months).items()):
        generation = known
        while True:
            path = place / f"{period or 'all'}.g{generation}.parquet"
            if path.exists():
                break
            place.mkdir(parents=True, exist_ok=True)
            con = con or stack.enter_context(columnar.connect())  # opening one costs as much as a small file
            draft = _write(con, table, branch, period, place)
            now = _periods(_months(table, branch))[period]
            # Unchanged before and after reading: what was read is exactly this generation.
            if now == generation:
                _discard_older(place, period or "all")
                draft.replace(path)
                break
            draft.unlink()
            generation = now
        files.append(path)
    return files


def _discard_older(place: Path, period: str) -> None:
    """Sweep what a reader cannot have open any more: files that were superseded long ago (a file's successor tells when),
    the months of a year that became one file, and what a killed writer left."""
    horizon = time.time() - _GRACE
    age = {path: path.stat().st_mtime for path in place.iterdir() if path.suffix == ".parquet"}
    present = sorted((path for path in age if path.name.startswith(f"{period}.g")), key=_generation)
    gone = [old for old, successor in pairwise(present) if age[successor] < horizon]
    if present and len(period) == 4 and age[present[0]] < horizon:
        gone += [path for path in age if path.name.startswith(f"{period}-")]
    gone += [path for path in age if path.name.startswith("draft-") and age[path] < horizon]
    for path in gone:
        path.unlink(missing_ok=True)


def _generation(path: Path) -> int:
    return int(path.name.rpartition(".g")[2].removesuffix(".parquet"))


def _write(con: duckdb.DuckDBPyConnection, table: FactTable, branch: Branch, period: str, place: Path) -> Path:
    with tempfile.TemporaryDirectory(dir=place) as scratch:
        now, before = Path(scratch) / "now.csv", Path(scratch) / "before.csv"
        columns = [bulk.plain_sql(c, t) for c, t in table.copied.items()]
        where = "branch_id = %s"
        params: list[object] = [branch.pk]
        if period:
            where += f" AND {table.day} >= %s AND {table.day} < %s"
            params += list(span(period))
        bulk.copy_out(f"SELECT {', '.join(columns)} FROM {table.db_table} WHERE {where}", params, now)
        changes = FactChange._meta.db_table
        bulk.copy_out(
            f"SELECT before, {bulk.plain_sql('at', 'TIMESTAMP')} FROM {changes}"
            ' WHERE "table" = %s AND branch_id = %s AND before IS NOT NULL'
            + (f" AND \"month\" LIKE '{period}%%'" if period else ""),
            [table.db_table, branch.pk],
            before,
        )
        types = "{" + ", ".join(f"'{c}': '{t}'" for c, t in table.copied.items()) + "}"
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW now AS SELECT *, NULL::TIMESTAMP AS superseded_at FROM {csv_sql(now, types)}"
        )
        before_types = "{'b': 'VARCHAR', 'gone': 'TIMESTAMP'}"
        old = ", ".join(f"json_extract_string(b, '$.{c}')::{t} AS {c}" for c, t in table.copied.items())
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW before AS SELECT {old}, gone AS superseded_at FROM {csv_sql(before, before_types)}"
        )
        shown = ", ".join(f"{expression} AS {name}" for name, expression in table.mirrored.items())
        draft = place / f"draft-{Path(scratch).name}.parquet"
        con.execute(
            f"COPY (SELECT {shown}, id AS fact_id, recorded_at, superseded_at"
            " FROM (SELECT * FROM now UNION ALL BY NAME SELECT * FROM before)"
            f" ORDER BY {table.day or 'id'}, fact_id) TO {columnar.literal(draft)} (FORMAT parquet, COMPRESSION zstd)"
        )
        return draft


def csv_sql(path: Path, types: str) -> str:
    """A CSV file of `crm.lib.bulk` as a DuckDB table expression with the given column types."""
    return (
        f"read_csv({columnar.literal(path)}, header=false, auto_detect=false, delim=',', quote='\"', escape='\"',"
        f" nullstr='{bulk.NULL}', columns={types}, max_line_size=1048576)"
    )


def span(period: str) -> tuple[str, str]:
    """First day of a month or year and of the one after it."""
    year = int(period[:4])
    if len(period) == 4:
        return f"{year}-01-01", f"{year + 1}-01-01"
    month = int(period[5:7])
    return f"{period}-01", f"{year + month // 12}-{month % 12 + 1:02d}-01"


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
