"""The account file: a snapshot of the accounts of known clients. An account that belongs to somebody else is rejected."""

import tempfile
from datetime import date
from pathlib import Path

import duckdb

from clients.fact_tables import ACCOUNTS, CLIENTS
from clients.generations import Slot
from clients.imports import person_values
from clients.imports.client_rows import CLOSED, closed_on_sql
from clients.imports.comparing import compare_values, refuse_too_long
from clients.imports.deriving import derive, load_current, seal_card
from clients.imports.resolving import resolve_owners
from clients.mirror_files import csv_sql
from clients.models import ImportBatch
from crm.lib import bulk

_COLUMNS = ("kind", "parent_number", "one_code", "currency", "is_main", "custodian_bank", "card_index", "state")


def plan_accounts(
    con: duckdb.DuckDBPyConnection, batch: ImportBatch, file_day: date
) -> tuple[dict[Slot, int], set[Slot]]:
    """Tables new_accounts and changed_accounts with their seals; returns the generations that were seen, and the slots
    that change."""
    con.execute("CREATE TEMP TABLE staged_accounts AS SELECT * FROM staged")
    con.execute(
        "CREATE OR REPLACE TEMP VIEW staged AS"
        " SELECT line, branch_code, client_number, client_name FROM staged_accounts"
    )
    seen = resolve_owners(con, batch)
    owners = [b for (b,) in con.execute("SELECT DISTINCT branch_id FROM owned WHERE code IS NULL").fetchall()]
    derive(con, "SELECT line, bank_card FROM staged_accounts", "derived", ("card_index",), _index_card)
    family = "CASE WHEN s.account_kind IN ('fund', 'margin', 'option') THEN 'fund' ELSE 'securities' END"
    con.execute(f"""
        CREATE TEMP TABLE rows_accounts AS
        SELECT s.line, o.branch_id, o.client_id, {family} AS family, s.account_number AS number, s.account_kind AS kind,
            right(s.account_number, 4) AS number_tail, s.parent_account AS parent_number, s.one_code, s.currency,
            s.is_main, s.custodian_bank, d.card_index, s.bank_card, s.state, s.opened_on, s.closed_on
        FROM staged_accounts s JOIN owned o USING (line) LEFT JOIN derived d USING (line) WHERE o.code IS NULL
    """)
    load_current(con, ACCOUNTS, owners)
    refuse_too_long(con, ACCOUNTS, (c for (c, *_) in con.execute("DESCRIBE rows_accounts").fetchall()))
    _refuse(con)
    compare_values(con, ACCOUNTS, [*_COLUMNS, "opened_on"], {"closed_on": closed_on_sql(file_day)})
    con.execute(f"UPDATE new_accounts SET closed_on = coalesce(closed_on, DATE '{file_day}') WHERE state IN {CLOSED}")
    _make_seals(con, owners)
    touched = con.execute("SELECT branch_id FROM new_accounts UNION SELECT branch_id FROM changed_accounts").fetchall()
    return seen, {(ACCOUNTS.db_table, b, "") for (b,) in touched}


def _index_card(card: str | None) -> tuple[str | None]:
    return (person_values.card_index(card),)


def _refuse(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
        INSERT INTO rejected
        SELECT line, 'account_number', number, 'key_twice', '{}' FROM rows_accounts
        QUALIFY row_number() OVER (PARTITION BY branch_id, family, number ORDER BY line) > 1
    """)
    con.execute("""
        INSERT INTO rejected SELECT r.line, 'account_number', r.number, 'account_of_another_client', '{}'
        FROM rows_accounts r JOIN current_accounts c USING (branch_id, family, number) WHERE r.client_id <> c.client_id
    """)
    con.execute("DELETE FROM rows_accounts WHERE line IN (SELECT line FROM rejected)")


def _make_seals(con: duckdb.DuckDBPyConnection, branches: list[int]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "uids.csv"
        path.touch()
        if branches:
            marks = ", ".join(["%s"] * len(branches))
            bulk.copy_out(f"SELECT id, uid FROM {CLIENTS.db_table} WHERE branch_id IN ({marks})", branches, path)
        types = "{'client_id': 'BIGINT', 'uid': 'VARCHAR'}"
        con.execute(f"CREATE TEMP TABLE client_uids AS SELECT * FROM {csv_sql(path, types)}")
    new = "SELECT n.line, u.uid, n.bank_card FROM new_accounts n JOIN client_uids u USING (client_id)"
    derive(con, new, "seals_new_accounts", ("card_sealed",), seal_card)
    changed = (
        "SELECT x.line, u.uid, CASE WHEN x.card_index IS DISTINCT FROM c.card_index THEN r.bank_card END"
        " FROM changed_accounts x JOIN current_accounts c ON c.id = x.id JOIN rows_accounts r ON r.line = x.line"
        " JOIN client_uids u ON u.client_id = c.client_id"
    )
    derive(con, changed, "seals_changed_accounts", ("card_sealed",), seal_card)
