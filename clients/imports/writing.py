"""The writes of a plan: whole tables at a time, through the seam between the two databases, in the caller's transaction."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from clients.fact_tables import ACCOUNTS, CLIENTS, FactTable
from clients.generations import Overtaken
from clients.models import Account, FactChange, ImportBatch
from crm.lib import bulk, columnar

CHANGE_COLUMNS = (
    "table",
    "key",
    "branch_id",
    "month",
    "batch_id",
    "before_batch_id",
    "before",
    "after",
    "at",
    "is_undo",
)
_PART = 50_000  # rows that go or come back in one statement at least, so that a page can be told how far it is
_PARTS = 40


@dataclass(frozen=True)
class Writer:
    """Writes the tables of one plan for one batch, recorded at one moment."""

    con: duckdb.DuckDBPyConnection
    batch: ImportBatch
    at: datetime
    is_undo: bool = False
    written: list[int] = field(default_factory=list)
    told: Callable[[int], None] = lambda count: None  # rows written so far, now and then

    def to_csv(self, sql: str, path: Path) -> None:
        """Write a query's rows as a file of `crm.lib.bulk`."""
        self.con.execute(
            f"COPY ({sql}) TO {columnar.literal(path)}"
            f" (FORMAT csv, HEADER false, NULLSTR '{bulk.NULL}', QUOTE '\"', ESCAPE '\"')"
        )

    def copy_in(self, db_table: str, columns: tuple[str, ...], sql: str) -> int:
        """Insert a query's rows; returns their count."""
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "rows.csv"
            self.to_csv(sql, path)
            before = sum(self.written)
            self.written.append(bulk.copy_in(db_table, columns, path, told=lambda count: self.told(before + count)))
            return self.written[-1]

    def _parts(self, rows: str, count: int) -> list[str]:
        """Conditions that cut the rows `r` by their ids into parts of a size."""
        size = max(_PART, count // _PARTS + 1)
        starts = [
            pk
            for (pk,) in self.con.execute(
                f"SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM {rows}) WHERE n % {size} = 1 ORDER BY 1"
            ).fetchall()
        ]
        ends = [f" AND r.id < {end}" for end in starts[1:]] + [""]
        return [f"r.id >= {start}{end}" for start, end in zip(starts, ends, strict=True)]

    def _tell(self, count: int) -> int:
        self.written.append(count)
        self.told(sum(self.written))
        return count

    def insert(self, table: FactTable, rows: str, *, ids: str = "") -> int:
        """Insert the rows of a plan table. `ids` names the column that carries reserved ids, for rows that others of the
        same transaction point at."""
        present = {c for (c, *_) in self.con.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()}
        columns, sources = [], []
        for column, kind in table.types.items():
            if column == "id":
                if ids:
                    columns.append(column)
                    sources.append(ids)
                continue
            columns.append(column)
            sources.append(self._source(table, column, kind, present))
        return self.copy_in(table.db_table, tuple(columns), f"SELECT {', '.join(sources)} FROM {rows} r")

    def _source(self, table: FactTable, column: str, kind: str, present: set[str]) -> str:
        if column == "batch_id":
            return str(self.batch.pk)
        if column == "recorded_at":
            return f"'{bulk.moment(self.at)}'"
        default = table.required.get(column)
        fallback = (
            "NULL" if default is None else columnar.literal(int(default) if isinstance(default, bool) else default)
        )
        value = f"r.{column}" if column in present else "NULL"
        if column.endswith("_id") and column in present:
            value = self._mapped(column)
        if kind == "BOOLEAN" and column in present:
            value = f"CAST({value} AS INTEGER)"
        return value if fallback == "NULL" else f"coalesce(CAST({value} AS VARCHAR), {fallback})"

    def update(self, table: FactTable, rows: str, columns: list[str]) -> int:
        """Update changed rows and keep what they were. Raises Overtaken where a row is no longer what the plan saw."""
        count = columnar.count_rows(self.con, rows)
        if not count:
            return 0
        pairs = ", ".join(f"{c} := {self._mapped(c)}" for c in columns)
        self.keep_before(table.db_table, rows, month=_month_sql(table), said=f"to_json(struct_pack({pairs}))::VARCHAR")
        kinds = table.types
        sources = [f"CAST(r.{c} AS INTEGER)" if kinds[c] == "BOOLEAN" else self._mapped(c) for c in columns]
        sources += [str(self.batch.pk), f"'{bulk.moment(self.at)}'"]
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "changed.csv"
            self.to_csv(f"SELECT r.id, r.batch_id, {', '.join(sources)} FROM {rows} r", path)
            done = bulk.update_from(table.db_table, [*columns, "batch_id", "recorded_at"], path, guard="batch_id")
        if done != count:
            raise Overtaken(f"{table.name}: {count - done} rows changed meanwhile")
        return done

    def put_back(self, table: FactTable, former: str, present: str) -> int:
        """Give rows their former values and their former batch, recorded now; what they were until now is kept."""
        count = columnar.count_rows(self.con, former)
        if not count:
            return 0
        self.keep_before(table.db_table, present, month=_month_sql(table), said="'{}'")
        columns = [c for c in table.types if c not in {"id", "batch_id", "recorded_at"}]
        plain = [f"CAST(r.{c} AS INTEGER)" if table.types[c] == "BOOLEAN" else f"r.{c}" for c in columns]
        with tempfile.TemporaryDirectory() as scratch:
            path, done = Path(scratch) / "former.csv", 0
            said = f"r.id, {self.batch.pk}, {', '.join(plain)}, r.batch_id, '{bulk.moment(self.at)}'"
            for part in self._parts(former, count):
                self.to_csv(f"SELECT {said} FROM {former} r WHERE {part}", path)
                names = [*columns, "batch_id", "recorded_at"]
                done += self._tell(bulk.update_from(table.db_table, names, path, guard="batch_id"))
        if done != count:
            raise Overtaken(f"{table.name}: {count - done} rows changed meanwhile")
        return done

    def _mapped(self, column: str) -> str:
        if not column.endswith("_id") or not columnar.count_rows(self.con, "ids"):
            return f"r.{column}"
        found = f"(SELECT actual FROM ids WHERE kind = '{column}' AND provisional = r.{column})"
        return f"CASE WHEN r.{column} < 0 THEN {found} ELSE r.{column} END"

    def remove(self, table: FactTable, rows: str) -> int:
        """Delete rows that a plan removes; they stay readable in the history."""
        count = columnar.count_rows(self.con, rows)
        if not count:
            return 0
        self.keep_before(table.db_table, rows, month=_month_sql(table), said="NULL")
        with tempfile.TemporaryDirectory() as scratch:
            path, done = Path(scratch) / "removed.csv", 0
            for part in self._parts(rows, count):
                self.to_csv(f"SELECT r.id, r.batch_id FROM {rows} r WHERE {part}", path)
                done += self._tell(bulk.delete_from(table.db_table, path, guard="batch_id"))
        if done != count:
            raise Overtaken(f"{table.name}: {count - done} rows changed meanwhile")
        return done

    def keep_before(self, db_table: str, rows: str, *, month: str, said: str) -> None:
        """Keep what rows (id, branch_id, batch_id, before) were, and what is said of them now (`said`, SQL of a JSON)."""
        self.copy_in(
            FactChange._meta.db_table,
            CHANGE_COLUMNS,
            f"SELECT '{db_table}', r.id, r.branch_id, {month}, {self.batch.pk}, r.batch_id, r.before, {said},"
            f" '{bulk.moment(self.at)}', {int(self.is_undo)} FROM {rows} r",
        )

    def reserve(self, table: FactTable, rows: str, *, kind: str, provisional: str) -> str:
        """Give real ids to the rows of a plan table (a new table `<rows>_with_ids`, column `given_id`) and map their
        provisional ones."""
        given = bulk.reserve_ids(table.db_table, columnar.count_rows(self.con, rows))
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "ids.csv"
            path.write_text("".join(f"{n},{i}\n" for n, i in enumerate(given, start=1)))
            types = "{'n': 'BIGINT', 'given_id': 'BIGINT'}"
            self.con.execute(
                f"CREATE OR REPLACE TEMP TABLE {rows}_with_ids AS SELECT r.*, g.given_id"
                f" FROM (SELECT *, row_number() OVER () AS n FROM {rows}) r JOIN read_csv({columnar.literal(path)},"
                f" header=false, auto_detect=false, columns={types}) g USING (n)"
            )
        if provisional:
            self.con.execute(f"INSERT INTO ids SELECT '{kind}', {provisional}, given_id FROM {rows}_with_ids")
        return f"{rows}_with_ids"

    def insert_client_accounts(self, rows: str) -> int:
        """The account that stands for the client number itself, one per new client."""
        family = Account.Family.CLIENT.value
        self.con.execute(
            f"CREATE OR REPLACE TEMP VIEW number_accounts AS SELECT branch_id, given_id AS client_id, '{family}' AS family,"
            f" '{family}' AS kind, client_number AS number, right(client_number, 4) AS number_tail, opened_on FROM {rows}"
        )
        return self.insert(ACCOUNTS, "number_accounts")


def _month_sql(table: FactTable) -> str:
    return f"substr(CAST(r.{table.day} AS VARCHAR), 1, 7)" if table.day else "''"


def new_clients_sql() -> str:
    """New clients with their seals and search keys."""
    return (
        "SELECT n.* EXCLUDE (phone, identity_number), s.uid, s.identity_sealed, s.phone_sealed, s.pinyin, s.initials"
        " FROM new_clients n JOIN seals_new_clients s USING (line)"
    )


def changed_clients_sql() -> str:
    """Changed clients with the seals and search keys that follow."""
    return (
        "SELECT x.*, coalesce(s.identity_sealed, c.identity_sealed) AS identity_sealed,"
        " coalesce(s.phone_sealed, c.phone_sealed) AS phone_sealed, s.pinyin, s.initials"
        f" FROM changed_{CLIENTS.name} x JOIN seals_changed_clients s USING (line) JOIN current_clients c ON c.id = x.id"
    )


def changed_accounts_sql() -> str:
    """Changed accounts with the seal of a changed card."""
    return (
        "SELECT x.*, coalesce(s.card_sealed, c.card_sealed) AS card_sealed"
        f" FROM changed_{ACCOUNTS.name} x JOIN seals_changed_accounts s USING (line) JOIN current_accounts c ON c.id = x.id"
    )
