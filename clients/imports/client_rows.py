"""The client file: a snapshot of who is served, compared field by field under the field policy. Contradictions of name
or document wait for a person (P5), and a value that a person typed stays."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

import duckdb

from clients import generations
from clients.fact_tables import ACCOUNTS, CLIENTS
from clients.generations import Slot
from clients.imports.comparing import compare_values, refuse_too_long
from clients.imports.deriving import derive, index_person, load_current, seal_person
from clients.imports.resolving import branch_of_row, load_branches
from clients.models import FactChange, ImportBatch
from crm.models import Staff

CLOSED = "('closed', 'transferred_out')"
FIELDS = {  # column of the table → column of the staged file
    "kind": "client_kind",
    "name": "name",
    "form_of_address": "form_of_address",
    "identity_type": "identity_type",
    "identity_index": "identity_number",
    "identity_expires_on": "identity_expires_on",
    "phone_index": "phone",
    "email": "email",
    "address": "address",
    "birthday": "birthday",
    "birthday_calendar": "birthday_calendar",
    "occupation": "occupation",
    "education": "education",
    "source": "source",
    "risk_level": "risk_level",
    "risk_expires_on": "risk_expires_on",
    "is_professional": "professional",
    "state": "state",
    "opened_on": "opened_on",
    "closed_on": "closed_on",
    "advisor_id": "advisor_code",
}
_CONTRADICTABLE = ("name", "identity_index")
_OTHER_DOCUMENT = "(r.identity_index <> c.identity_index AND c.identity_index <> '')"
_SEALS = ("uid", "identity_sealed", "phone_sealed", "pinyin", "initials")


def plan_clients(
    con: duckdb.DuckDBPyConnection, batch: ImportBatch, file_day: date
) -> tuple[dict[Slot, int], set[Slot]]:
    """Tables new_clients and changed_clients, their seals, and `conflicts`; returns the generations that were seen, and
    the slots that change."""
    branches = load_branches(con, batch)
    slots = {(table.db_table, b.pk, "") for table in (CLIENTS, ACCOUNTS) for b in branches}
    seen = generations.current(slots)
    _load_advisors(con, batch)
    derive(
        con,
        "SELECT line, identity_number, phone FROM staged",
        "derived",
        ("identity_index", "phone_index", "phone_tail_index"),
        index_person,
    )
    _make_rows(con, branch_of_row(batch, branches))
    load_current(con, CLIENTS, [b.pk for b in branches])
    refuse_too_long(con, CLIENTS, (c for (c, *_) in con.execute("DESCRIBE rows_clients").fetchall()))
    typed = _load_hand_typed(con)
    compare_values(con, CLIENTS, list(FIELDS), _values(batch.field_policy, typed, file_day))
    con.execute(f"UPDATE new_clients SET closed_on = coalesce(closed_on, DATE '{file_day}') WHERE state IN {CLOSED}")
    _find_conflicts(con)
    _make_seals(con)
    fresh = {b for (b,) in con.execute("SELECT DISTINCT branch_id FROM new_clients").fetchall()}
    changed = {b for (b,) in con.execute("SELECT DISTINCT branch_id FROM changed_clients").fetchall()}
    touched = {(CLIENTS.db_table, b, "") for b in fresh | changed} | {(ACCOUNTS.db_table, b, "") for b in fresh}
    return seen, touched


def _load_advisors(con: duckdb.DuckDBPyConnection, batch: ImportBatch) -> None:
    known = dict(Staff.objects.exclude(employee_code=None).values_list("employee_code", "pk"))
    named = con.execute(
        "SELECT advisor_code, max(advisor_name), max(branch_code) FROM staged WHERE advisor_code <> '' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    unknown = [(code, name or code, branch or "") for code, name, branch in named if code not in known]
    con.execute("CREATE TABLE advisors (advisor_id BIGINT, code VARCHAR)")
    con.execute("CREATE TABLE unknown_advisors (code VARCHAR, name VARCHAR, branch_code VARCHAR)")
    rows: list[list[object]] = [[pk, code] for code, pk in known.items()]
    if batch.create_unknown:
        longest = Staff._meta.get_field("employee_code").max_length or 0
        rows += [[-n, code] for n, (code, _, _) in enumerate(unknown, start=1) if len(code) <= longest]
    if rows:
        con.executemany("INSERT INTO advisors VALUES (?, ?)", rows)
    if unknown:
        con.executemany("INSERT INTO unknown_advisors VALUES (?, ?, ?)", [list(u) for u in unknown])


def _make_rows(con: duckdb.DuckDBPyConnection, default_branch: str) -> None:
    source = {column: f"s.{staged}" for column, staged in FIELDS.items()}
    source |= {"identity_index": "d.identity_index", "phone_index": "d.phone_index", "advisor_id": "a.advisor_id"}
    fields = ", ".join(f"{expression} AS {column}" for column, expression in source.items())
    con.execute(f"""
        CREATE TEMP TABLE read_clients AS
        SELECT s.line, coalesce(b.branch_id, {default_branch}) AS branch_id, s.client_number, {fields},
            d.phone_tail_index, s.identity_number, s.phone, s.branch_code, s.advisor_code
        FROM staged s LEFT JOIN branches b ON b.code = s.branch_code
        LEFT JOIN advisors a ON a.code = s.advisor_code LEFT JOIN derived d ON d.line = s.line
    """)
    con.execute("""
        CREATE TEMP TABLE refused AS SELECT line, CASE
            WHEN coalesce(client_number, '') = '' THEN 'missing_value'
            WHEN branch_id IS NULL OR (branch_code <> '' AND branch_code NOT IN (SELECT code FROM branches)) THEN 'unknown_branch'
            WHEN advisor_code <> '' AND advisor_id IS NULL THEN 'unknown_advisor'
            WHEN row_number() OVER (PARTITION BY branch_id, client_number ORDER BY line) > 1 THEN 'key_twice'
        END AS code FROM read_clients
    """)
    con.execute("""
        INSERT INTO rejected SELECT line, CASE code WHEN 'unknown_branch' THEN 'branch_code' WHEN 'unknown_advisor'
            THEN 'advisor_code' ELSE 'client_number' END, CASE code WHEN 'unknown_branch' THEN branch_code
            WHEN 'unknown_advisor' THEN advisor_code ELSE client_number END, code, '{}'
        FROM read_clients JOIN refused USING (line) WHERE code IS NOT NULL
    """)
    con.execute("""
        CREATE TEMP TABLE rows_clients AS SELECT * EXCLUDE (branch_code, advisor_code) FROM read_clients
        WHERE line NOT IN (SELECT line FROM refused WHERE code IS NOT NULL)
    """)
    con.execute("DROP TABLE read_clients")


def _load_hand_typed(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Fields whose last word is a person's: no file overwrites them silently. Returns which fields that is so of."""
    con.execute("CREATE TEMP TABLE hand_typed (id BIGINT, field VARCHAR)")
    changes = FactChange.objects.filter(table=CLIENTS.db_table, staff__isnull=False)
    said: Counter[tuple[int, str]] = Counter()  # what a person took back does not count as said
    for key, is_undo, before, after in changes.values_list("key", "is_undo", "before", "after").iterator():
        for field in FIELDS:
            if (before or {}).get(field) != (after or {}).get(field):
                said[key, field] += -1 if is_undo else 1
    typed = {one for one, times in said.items() if times > 0}
    if typed:
        con.executemany("INSERT INTO hand_typed VALUES (?, ?)", [list(t) for t in sorted(typed)])
    return {field for _, field in typed}


def _values(policy: Mapping[str, str], typed: set[str], file_day: date) -> dict[str, str]:
    """What each column is after the import, by the field policy: *overwrite*, *fill* (only a blank) or *never*. A
    contradicted name or document stays, with the kind and expiry of the document, and so does what a person typed."""

    def kept(column: str, taken: str) -> str:
        rule = policy.get(column, "overwrite")
        if rule == "never":
            return f"c.{column}"
        if rule == "fill" or column in _CONTRADICTABLE:
            taken = f"CASE WHEN {_blank(column)} THEN {taken} ELSE c.{column} END"
        if column in typed:
            taken = (
                f"CASE WHEN (c.id, '{column}') IN (SELECT (id, field) FROM hand_typed) THEN c.{column} ELSE {taken} END"
            )
        return taken

    values = {column: kept(column, f"coalesce(r.{column}, c.{column})") for column in FIELDS}
    for column in ("identity_type", "identity_expires_on"):
        values[column] = f"CASE WHEN {_OTHER_DOCUMENT} THEN c.{column} ELSE {values[column]} END"
    values["closed_on"] = kept("closed_on", closed_on_sql(file_day, values["state"]))
    phone = values["phone_index"]
    return values | {
        "phone_tail_index": f"CASE WHEN ({phone}) IS DISTINCT FROM c.phone_index THEN r.phone_tail_index"
        " ELSE c.phone_tail_index END"
    }


def _blank(column: str) -> str:
    return f"(c.{column} IS NULL OR CAST(c.{column} AS VARCHAR) = '')"


def closed_on_sql(file_day: date, state: str = "coalesce(r.state, c.state)") -> str:
    """When a client or account closed: the file's date, else the known one, else the file's day; open again = NULL.
    `state` is what the state will be."""
    return (
        f"CASE WHEN ({state}) IN {CLOSED} THEN coalesce(r.closed_on, c.closed_on, DATE '{file_day}')"
        " WHEN r.state IS NOT NULL THEN r.closed_on ELSE coalesce(r.closed_on, c.closed_on) END"
    )


def _find_conflicts(con: duckdb.DuckDBPyConnection) -> None:
    contradictions = " UNION ALL ".join(
        f"SELECT r.line, c.id AS client_id, '{c}' AS field, r.{value} AS value"
        f" FROM rows_clients r JOIN current_clients c USING (branch_id, client_number)"
        f" WHERE r.{c} <> '' AND c.{c} <> '' AND r.{c} <> c.{c}"
        for c, value in (("name", "name"), ("identity_index", "identity_number"))
    )
    con.execute(f"CREATE TABLE conflicts AS {contradictions}")


def _make_seals(con: duckdb.DuckDBPyConnection) -> None:
    derive(
        con, "SELECT line, '', identity_number, phone, name FROM new_clients", "seals_new_clients", _SEALS, seal_person
    )
    changed = (
        "SELECT x.line, c.uid, CASE WHEN x.identity_index IS DISTINCT FROM c.identity_index THEN r.identity_number END,"
        " CASE WHEN x.phone_index IS DISTINCT FROM c.phone_index THEN r.phone END, x.name"
        " FROM changed_clients x JOIN current_clients c ON c.id = x.id JOIN rows_clients r ON r.line = x.line"
    )
    derive(con, changed, "seals_changed_clients", _SEALS, seal_person)
