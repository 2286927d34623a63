"""One file of the columnar copy: a table, branch and period as it was at one generation. A file is made from the database,
or from the file before it and the rows of the batches that were committed since."""

import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
from django.conf import settings

from clients.fact_tables import FactTable
from clients.models import FactChange, FactCommit
from crm.lib import bulk, columnar
from crm.models import Branch

_GRACE = timedelta(hours=1).total_seconds()  # a reader may still have last hour's file open by name
_BEFORE = "{'b': 'VARCHAR', 'gone': 'TIMESTAMP'}"


def folder() -> Path:
    """Where the copy lives on this host."""
    return Path(settings.VAR_DIR) / "mirror"


def place_of(table: FactTable, branch: Branch) -> Path:
    """The folder with the files of one table and branch."""
    return folder() / table.name / branch.code


def path_of(place: Path, period: str, generation: int) -> Path:
    """The file of a period (month, year, or '' for a table without days) at a generation."""
    return place / f"{period or 'all'}.g{generation}.parquet"


def span(period: str) -> tuple[str, str]:
    """First day of a month or year and of the one after it."""
    year = int(period[:4])
    if len(period) == 4:
        return f"{year}-01-01", f"{year + 1}-01-01"
    month = int(period[5:7])
    return f"{period}-01", f"{year + month // 12}-{month % 12 + 1:02d}-01"


def csv_sql(path: Path, types: str) -> str:
    """A CSV file of `crm.lib.bulk` as a DuckDB table expression with the given column types."""
    return (
        f"read_csv({columnar.literal(path)}, header=false, auto_detect=false, delim=',', quote='\"', escape='\"',"
        f" nullstr='{bulk.NULL}', columns={types}, max_line_size=1048576)"
    )


def write(con: duckdb.DuckDBPyConnection, table: FactTable, branch: Branch, period: str, generation: int) -> Path:
    """Write the file of a period as a draft beside the others: grown from an earlier one where only commits lie between,
    else read from the database in full. The caller gives it its name once the generation proves unchanged."""
    place = place_of(table, branch)
    place.mkdir(parents=True, exist_ok=True)
    base, batches = base_of(table, branch, period, generation)
    with tempfile.TemporaryDirectory(dir=place) as scratch:
        draft = place / f"draft-{Path(scratch).name}.parquet"
        rows = _read(table, branch, period, batches, Path(scratch))
        if base is None:
            rows += f" ORDER BY {table.day or 'fact_id'}, fact_id"
        else:
            con.execute(f"CREATE OR REPLACE TEMP TABLE news AS {rows}")
            rows = (
                f"SELECT * FROM read_parquet({columnar.literal(base)})"
                " WHERE superseded_at IS NOT NULL OR fact_id NOT IN (SELECT fact_id FROM news)"
                " UNION ALL BY NAME SELECT * FROM news"
            )
        # lz4: half as large again as zstd, and written and read in two thirds of the time.
        con.execute(f"COPY ({rows}) TO {columnar.literal(draft)} (FORMAT parquet, COMPRESSION lz4)")
        return draft


def base_of(table: FactTable, branch: Branch, period: str, generation: int) -> tuple[Path | None, list[int]]:
    """The newest file that leads to a generation by commits alone, and the batches that were committed since; none for a
    whole year, whose generation is a sum."""
    if len(period) == 4:
        return None, []
    place = place_of(table, branch)
    present = {_generation(path): path for path in place.glob(f"{period or 'all'}.g*.parquet")}
    newest = max((known for known in present if known < generation), default=None)
    if newest is None:
        return None, []
    commits = FactCommit.objects.filter(
        table=table.db_table, branch=branch, month=period, generation__gt=newest, generation__lte=generation
    )
    batches = list(commits.values_list("batch", flat=True))
    return (present[newest], batches) if len(batches) == generation - newest else (None, [])


def _read(table: FactTable, branch: Branch, period: str, batches: Sequence[int], scratch: Path) -> str:
    """The rows of a period in the database, of these batches where any are named, and what rows were before they changed,
    as SQL with the columns of the copy."""
    now, before = scratch / "now.csv", scratch / "before.csv"
    mine = f" AND batch_id IN ({', '.join(str(b) for b in sorted(set(batches)))})" if batches else ""
    columns = [bulk.plain_sql(c, t) for c, t in table.copied.items()]
    where = f"branch_id = %s{mine}"
    params: list[object] = [branch.pk]
    if period:
        where += f" AND {table.day} >= %s AND {table.day} < %s"
        params += list(span(period))
    bulk.copy_out(f"SELECT {', '.join(columns)} FROM {table.db_table} WHERE {where}", params, now)
    bulk.copy_out(
        f"SELECT before, {bulk.plain_sql('at', 'TIMESTAMP')} FROM {FactChange._meta.db_table}"
        f' WHERE "table" = %s AND branch_id = %s AND before IS NOT NULL{mine}'
        + (f" AND \"month\" LIKE '{period}%%'" if period else ""),
        [table.db_table, branch.pk],
        before,
    )
    types = "{" + ", ".join(f"'{c}': '{t}'" for c, t in table.copied.items()) + "}"
    old = ", ".join(f"json_extract_string(b, '$.{c}')::{t} AS {c}" for c, t in table.copied.items())
    shown = ", ".join(f"{expression} AS {name}" for name, expression in table.mirrored.items())
    return (
        f"SELECT {shown}, id AS fact_id, recorded_at, superseded_at FROM ("
        f"SELECT *, NULL::TIMESTAMP AS superseded_at FROM {csv_sql(now, types)} UNION ALL BY NAME"
        f" SELECT {old}, gone AS superseded_at FROM {csv_sql(before, _BEFORE)})"
    )


def discard_older(place: Path, period: str) -> None:
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
