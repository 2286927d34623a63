"""What every kind has in common in the second pass: words translated, securities identified, the columns of the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from clients.export_files import words
from clients.export_files.cells import quoted
from clients.export_files.parsing import Layout

_WORDS = 50_000  # distinct words of a column that are looked at; more is not a column of words
# Words that may be unknown, and what they then are; every other unknown word rejects its row.
LENIENT = {"identity_type": "other", "channel": "other"}

SQL_TYPES = {
    "money": "BIGINT",
    "fee": "BIGINT",
    "quantity": "BIGINT",
    "price": "BIGINT",
    "rate": "BIGINT",
    "date": "DATE",
    "expiry": "DATE",
}


@dataclass(frozen=True)
class Check:
    """A row for which `test` is true is rejected; `field` says at which column a person should look."""

    test: str
    code: str
    field: str = ""
    params: str = "NULL"


@dataclass(frozen=True)
class Resolved:
    """A query over the parsed rows: `source` (with all that `columns` and `checks` name), the columns of the result in
    the order of the contract, why rows are rejected or skipped, and what is counted.
    """

    source: str
    columns: Mapping[str, str]
    checks: Sequence[Check]
    skip: str = "false"
    notes: Mapping[str, str] = field(default_factory=dict)

    def _code(self) -> str:
        whens = " ".join(f"WHEN {check.test} THEN {at}" for at, check in enumerate(self.checks))
        return f"CASE {whens} END" if whens else "CAST(NULL AS INTEGER)"

    def accepted_sql(self) -> str:
        """The rows of the result; the last column `notes` has a bit for every note that applies to the row."""
        listed = ", ".join(f"{expression} AS {name}" for name, expression in self.columns.items())
        bits = " + ".join(f"CASE WHEN {test} THEN {1 << at} ELSE 0 END" for at, test in enumerate(self.notes.values()))
        taken = f"NOT ({self.skip}) AND ({self._code()}) IS NULL"
        return f"SELECT line, {listed}, {bits or '0'} AS notes FROM ({self.source}) WHERE {taken}"

    def notes_sql(self, accepted: str) -> str:
        """One row: how many accepted rows have each note."""
        counts = ", ".join(f"count(*) FILTER ((notes & {1 << at}) > 0)" for at in range(len(self.notes)))
        return f"SELECT {counts or 'count(*)'} FROM {accepted}"

    def bad_sql(self) -> str:
        """line, problem, field, code, params of the rows that a check rejects."""
        at = range(len(self.checks))
        field_of = " ".join(f"WHEN {i} THEN {quoted(self.checks[i].field)}" for i in at)
        code_of = " ".join(f"WHEN {i} THEN {quoted(self.checks[i].code)}" for i in at)
        params_of = " ".join(f"WHEN {i} THEN CAST({self.checks[i].params} AS VARCHAR)" for i in at)
        judged = f"SELECT *, {self._code()} AS why FROM ({self.source}) WHERE NOT ({self.skip})"
        return (
            f"SELECT line, CAST(NULL AS INTEGER) AS problem, CASE why {field_of} END AS field, "
            f"CASE why {code_of} END AS code, CASE why {params_of} END AS params FROM ({judged}) WHERE why IS NOT NULL"
        )


@dataclass(frozen=True)
class Context:
    """What the kinds need to build their query: the connection with table `parsed`, the layout, day and account given."""

    con: duckdb.DuckDBPyConnection
    layout: Layout
    day: str | None = None
    fund_account: str | None = None
    securities_account: str | None = None
    known_names: Mapping[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Does the file carry the field?"""
        return name in self.layout.fields

    def column(self, name: str) -> str:
        """The column of a field in the parsed rows, NULL of its type when the file lacks it."""
        given = {
            "fund_account": self.fund_account,
            "securities_account": self.securities_account,
            self.layout.kind.day: self.day,
        }
        if self.has(name):
            return f"p.{name}"
        if given.get(name):
            value = quoted(str(given[name]))
            return f"CAST({value} AS DATE)" if name == self.layout.kind.day else value
        return f"CAST(NULL AS {SQL_TYPES.get(self.layout.kind.field(name).type, 'VARCHAR')})"

    def columns(self, *names: str) -> str:
        """A select list of fields under their own names."""
        return ", ".join(f"{self.column(name)} AS {name}" for name in names)

    def map_word(self, name: str) -> None:
        """The table words_<name> (word, meaning struct with v) of a plain word column."""
        translate = words.translator(self.layout.kind.name, name)

        def mapper(word: str) -> Mapping[str, object] | None:
            meaning = translate(word)
            return None if meaning is None else {"v": meaning}

        self.map_words(name, f"words_{name}", mapper, {"v": "VARCHAR"})

    def map_words(
        self, name: str, table: str, mapper: Callable[[str], Mapping[str, object] | None], types: Mapping[str, str]
    ) -> None:
        """A table (word, meaning struct) of the distinct words of a field, for those that the mapper knows."""
        struct = ", ".join(f"{key} {sql}" for key, sql in types.items())
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {table} (word VARCHAR, m STRUCT({struct}))")
        if not self.has(name):
            return
        found = self.con.execute(
            f"SELECT DISTINCT {name} FROM parsed WHERE problem IS NULL AND {name} IS NOT NULL LIMIT {_WORDS}"
        ).fetchall()
        rows = [(word, dict(meaning)) for (word,) in found if (meaning := mapper(word)) is not None]
        if rows:
            self.con.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)


@dataclass(frozen=True)
class Words:
    """Joins and checks for the plain word columns of a kind."""

    joins: str
    values: Mapping[str, str]
    checks: tuple[Check, ...]
    unknown: Mapping[str, str]


def translate_words(context: Context, names: Sequence[str]) -> Words:
    """Translate word columns through their distinct values. Unknown words reject the row unless the field is lenient."""
    joins, values, checks, unknown = "", {}, [], {}
    for name in names:
        if not context.has(name):
            values[name] = "CAST(NULL AS VARCHAR)"
            continue
        context.map_word(name)
        joins += f" LEFT JOIN words_{name} ON p.{name} = words_{name}.word"
        values[name] = f"words_{name}.m.v"
        if name in LENIENT:
            unknown[name] = f"raw_{name} IS NOT NULL AND {name} IS NULL"
        else:
            checks.append(Check(f"raw_{name} IS NOT NULL AND {name} IS NULL", "unknown_word", name))
    return Words(joins, values, tuple(checks), unknown)


def words_select(context: Context, found: Words) -> str:
    """Select list: every translated word under its field's name and the word as written under raw_<field>."""
    return ", ".join(
        f"{value} AS {name}, {f'p.{name}' if context.has(name) else 'CAST(NULL AS VARCHAR)'} AS raw_{name}"
        for name, value in found.values.items()
    )
