"""What every kind has in common in the second pass: words translated, securities identified, the columns of the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from clients.export_files import words
from clients.export_files.cells import quoted
from clients.export_files.parsing import Layout
from clients.instruments import market_of_sql

_WORDS = 50_000  # distinct words of a column that are looked at; more is not a column of words
# Words that may be unknown, and what they then are; every other unknown word rejects its row.
LENIENT = {"market": "", "identity_type": "other", "channel": "other"}

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


@dataclass
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
        """The rows of the result."""
        listed = ", ".join(f"{expression} AS {name}" for name, expression in self.columns.items())
        return f"SELECT line, {listed} FROM ({self.source}) WHERE NOT ({self.skip}) AND ({self._code()}) IS NULL"

    def bad_sql(self) -> str:
        """line, problem, field, code, params of the rows that a check rejects."""
        at = range(len(self.checks))
        field_of = " ".join(f"WHEN {i} THEN {quoted(self.checks[i].field)}" for i in at)
        code_of = " ".join(f"WHEN {i} THEN {quoted(self.checks[i].code)}" for i in at)
        params_of = " ".join(f"WHEN {i} THEN CAST({self.checks[i].params} AS VARCHAR)" for i in at)
        return (
            f"SELECT line, CAST(NULL AS INTEGER) AS problem, CASE why {field_of} END AS field, CASE why {code_of} END AS code, "
            f"CASE why {params_of} END AS params FROM (SELECT *, {self._code()} AS why FROM ({self.source}) WHERE NOT ({self.skip})) "
            "WHERE why IS NOT NULL"
        )

    def counts_sql(self) -> str:
        """One row: skipped rows, then the notes in their order."""
        notes = "".join(f", count(*) FILTER (WHERE NOT ({self.skip}) AND ({test}))" for test in self.notes.values())
        return f"SELECT count(*) FILTER (WHERE {self.skip}){notes} FROM ({self.source})"


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
        translate = words.translator(context.layout.kind.name, name)

        def mapper(word: str, translate: words.Translate = translate) -> Mapping[str, object] | None:
            meaning = translate(word)
            return None if meaning is None else {"v": meaning}

        context.map_words(name, f"words_{name}", mapper, {"v": "VARCHAR"})
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


# The code as written: with a market before or behind it, or bare.
_BARE = """CASE WHEN security_code IS NULL THEN NULL WHEN length(security_code) <= 6 THEN upper(security_code)
    WHEN regexp_full_match(security_code, '[0-9]{1,6}\\.[A-Za-z]+') THEN split_part(security_code, '.', 1)
    WHEN regexp_full_match(security_code, '[A-Za-z]{2}[0-9]{6}') THEN security_code[3:8] ELSE upper(security_code) END"""
_WRITTEN_MARKET = """CASE WHEN security_code IS NULL OR length(security_code) <= 4 THEN NULL
    WHEN contains(security_code, '.') THEN CASE upper(split_part(security_code, '.', 2))
        WHEN 'SH' THEN 'sh' WHEN 'SS' THEN 'sh' WHEN 'XSHG' THEN 'sh' WHEN 'SZ' THEN 'sz' WHEN 'XSHE' THEN 'sz' WHEN 'BJ' THEN 'bj' WHEN 'HK' THEN 'hk' END
    WHEN length(security_code) = 8 AND upper(security_code[1:2]) IN ('SH', 'SZ', 'BJ') THEN lower(security_code[1:2]) END"""
# Lost zeros come back where the market says how many digits the code has, or the name says which code it is. 上海 has
# codes with a zero in front only for bonds (009, 010, 018–021). Five digits with a zero in front are Hong Kong's own.
_CODE = """CASE WHEN bare IS NULL THEN '' WHEN NOT regexp_full_match(bare, '[0-9]{1,5}') THEN bare
    WHEN said = 'hk' THEN lpad(bare, 5, '0') WHEN said = 'sz' THEN lpad(bare, 6, '0')
    WHEN said = 'sh' AND length(bare) = 5 AND bare[1] IN ('1', '2', '9') THEN '0' || bare
    WHEN named IS NOT NULL AND named = lpad(bare, CAST(length(named) AS INTEGER), '0') THEN named
    WHEN length(bare) = 5 AND bare[1] = '0' THEN bare END"""
_ACCOUNT_MARKET = """CASE WHEN regexp_full_match(securities_account, '[A-F][0-9]{9}') THEN 'sh'
    WHEN regexp_full_match(securities_account, '0[0-9]{9}') THEN 'sz' ELSE '' END"""

LOST_ZEROS = Check("code IS NULL", "lost_zeros", "security_code")
SECURITY_NOTES = {
    "codes_padded": "code IS NOT NULL AND length(code) > length(bare)",
    "names_without_code": "code = '' AND security_name IS NOT NULL",
    "short_accounts": "regexp_full_match(securities_account, '[0-9]{1,9}')",
}


def with_security(context: Context, source: str) -> str:
    """The source (security_code, security_name, market, securities_account) with code (NULL = zeros lost) and place."""
    con = context.con
    con.execute("CREATE OR REPLACE TEMP TABLE named_codes (security_name VARCHAR, named VARCHAR)")
    if context.known_names:
        con.executemany("INSERT INTO named_codes VALUES (?, ?)", list(context.known_names.items()))
    if context.has("security_code") and context.has("security_name"):
        con.execute(
            "INSERT INTO named_codes SELECT security_name, min(security_code) FROM parsed WHERE problem IS NULL AND security_name IS NOT NULL "
            "AND regexp_full_match(security_code, '[0-9]{6}|0[0-9]{4}') AND security_name NOT IN (SELECT security_name FROM named_codes) "
            "GROUP BY security_name HAVING min(security_code) = max(security_code)"
        )
    return f"""SELECT *, CASE WHEN said IS NOT NULL THEN said WHEN place_of_code <> '' THEN place_of_code ELSE {_ACCOUNT_MARKET} END AS place
        FROM (SELECT *, {market_of_sql("code")} AS place_of_code
        FROM (SELECT *, {_CODE} AS code
        FROM (SELECT s.*, {_BARE} AS bare, coalesce(s.market, {_WRITTEN_MARKET}) AS said, n.named
        FROM ({source}) AS s LEFT JOIN named_codes AS n USING (security_name))))"""


def currency_sql(context: Context) -> str:
    """The currency of a row: as written, else by the B-share code, else CNY."""
    written = "currency" if context.has("currency") else "CAST(NULL AS VARCHAR)"
    if not context.has("security_code"):
        return f"coalesce({written}, 'CNY')"
    return f"coalesce({written}, CASE WHEN place = 'sh' AND code[1:3] = '900' THEN 'USD' WHEN place = 'sz' AND code[1:3] IN ('200', '201') THEN 'HKD' ELSE 'CNY' END)"
