"""Whose is a row: branch, client and account by the numbers it names. Unknown ones are offered for creation with
provisional negative ids, which the commit replaces."""

import duckdb

from clients import generations, mirror
from clients.fact_tables import ACCOUNTS, CLIENTS
from clients.generations import Slot
from clients.models import ImportBatch
from crm.models import Branch

REFERENCES = ("branch_code", "client_number", "client_name", "fund_account", "securities_account")


def load_branches(con: duckdb.DuckDBPyConnection, batch: ImportBatch) -> list[Branch]:
    """Make table `branches`(branch_id, code) of the branches that the file may speak of. A code that nobody knows gets a
    provisional id where creation was allowed. Returns the known branches that the file names."""
    known = {b.code: b for b in Branch.objects.all()}
    con.execute("CREATE TABLE branches (branch_id BIGINT, code VARCHAR, name VARCHAR)")
    named: list[tuple[str, str | None]] = []
    columns = {row[0] for row in con.execute("DESCRIBE staged").fetchall()}
    if "branch_code" in columns:
        title = "max(branch_name)" if "branch_name" in columns else "NULL"
        named = con.execute(
            f"SELECT branch_code, {title} FROM staged WHERE branch_code <> '' GROUP BY 1 ORDER BY 1"
        ).fetchall()
    unknown = [(code, name or code) for code, name in named if code not in known]
    rows: list[list[object]] = [[b.pk, b.code, b.name] for b in known.values()]
    if batch.create_unknown:
        longest = Branch._meta.get_field("code").max_length or 0
        rows += [[-n, code, name] for n, (code, name) in enumerate(unknown, start=1) if len(code) <= longest]
    if rows:
        con.executemany("INSERT INTO branches VALUES (?, ?, ?)", rows)
    con.execute("CREATE TABLE unknown_branches (code VARCHAR, name VARCHAR)")
    if unknown:
        con.executemany("INSERT INTO unknown_branches VALUES (?, ?)", [list(u) for u in unknown])
    if batch.branch is not None:
        return [batch.branch, *(known[c] for c, _ in named if c in known and c != batch.branch.code)]
    return [known[c] for c, _ in named if c in known] or list(known.values())


def branch_of_row(batch: ImportBatch, branches: list[Branch]) -> str:
    """SQL of the branch of a row that names none: the batch's, else the firm's only one, else unknown (NULL)."""
    if batch.branch is not None:
        return str(batch.branch.pk)
    return str(branches[0].pk) if len(branches) == 1 else "NULL"


def resolve_owners(con: duckdb.DuckDBPyConnection, batch: ImportBatch) -> dict[Slot, int]:
    """Make view `owned` = staged + branch_id, client_id, account_id, and add what has no owner to `rejected`.
    An account that the file names for a known client, and nobody knows, is made with it (table `missing_accounts`).
    Returns the generations of clients and accounts that were seen."""
    branches = load_branches(con, batch)
    seen = generations.current((t.db_table, b.pk, "") for t in (ACCOUNTS, CLIENTS) for b in branches)
    _load_accounts(con, branches)
    columns = {row[0] for row in con.execute("DESCRIBE staged").fetchall()}
    present = [r if r in columns else f"NULL::VARCHAR AS {r}" for r in REFERENCES]
    con.execute(f"CREATE TEMP VIEW referring AS SELECT {', '.join(present)} FROM staged")
    con.execute(
        "CREATE TEMP TABLE refs AS SELECT *, row_number() OVER () AS ref FROM (SELECT DISTINCT * FROM referring)"
    )
    default_branch = branch_of_row(batch, branches)
    con.execute(f"""
        CREATE TEMP TABLE placed AS
        SELECT r.*, coalesce(b.branch_id, {default_branch}) AS branch,
            nullif(r.branch_code, '') IS NOT NULL AND b.branch_id IS NULL AS branch_unknown,
            CASE WHEN nullif(r.securities_account, '') IS NOT NULL THEN 'securities'
                 WHEN nullif(r.fund_account, '') IS NOT NULL THEN 'fund' ELSE 'client' END AS family,
            coalesce(nullif(r.securities_account, ''), nullif(r.fund_account, ''), r.client_number) AS number
        FROM refs r LEFT JOIN branches b ON b.code = r.branch_code
    """)
    # Three equality joins, because one join on "this or that number" would compare every row with every account.
    found = " UNION ALL ".join(
        f"""SELECT p.ref, a.client_id, CASE WHEN p.family = '{family}' THEN a.account_id END AS account_id
            FROM placed p JOIN known_accounts a ON a.family = '{family}' AND a.number = p.{column}
            WHERE p.branch IS NULL OR a.branch_id = p.branch"""
        for family, column in (
            ("securities", "securities_account"),
            ("fund", "fund_account"),
            ("client", "client_number"),
        )
    )
    con.execute(f"""
        CREATE TEMP TABLE resolved AS
        WITH candidates AS (
            SELECT ref, min(client_id) AS client_id, min(account_id) AS account_id,
                count(DISTINCT client_id) AS owners, count(DISTINCT account_id) AS accounts
            FROM ({found}) GROUP BY ref
        )
        SELECT p.*, c.account_id, k.client_id, k.branch_id,
            CASE WHEN p.branch_unknown THEN 'unknown_branch'
                 WHEN coalesce(p.number, '') = '' THEN 'no_account'
                 WHEN c.owners IS NULL THEN 'unknown_client'
                 WHEN c.owners > 1 AND p.branch IS NULL THEN 'ambiguous_account'
                 WHEN c.owners > 1 THEN 'accounts_contradict'
                 WHEN nullif(p.client_name, '') IS NOT NULL AND k.name_digest <> md5('')
                      AND md5(p.client_name) <> k.name_digest THEN 'name_contradicts'
            END AS code
        FROM placed p
        LEFT JOIN candidates c USING (ref)
        LEFT JOIN known_clients k ON c.owners = 1 AND k.client_id = c.client_id
    """)
    con.execute("""
        CREATE TABLE missing_accounts AS
        SELECT -row_number() OVER (ORDER BY branch_id, family, number) AS account_id, branch_id, client_id, family, number
        FROM (SELECT DISTINCT branch_id, client_id, family, number FROM resolved WHERE code IS NULL AND account_id IS NULL)
    """)
    extra = "".join(f", NULL::VARCHAR AS {r}" for r in REFERENCES if r not in columns)
    con.execute(f"""
        CREATE TEMP VIEW owned AS
        SELECT s.*, r.branch_id, r.client_id, coalesce(r.account_id, n.account_id) AS account_id, r.code, r.family
        FROM (SELECT *{extra} FROM staged) s JOIN resolved r ON {_same_reference("s", "r")}
        LEFT JOIN missing_accounts n ON r.account_id IS NULL AND n.branch_id = r.branch_id
            AND n.family = r.family AND n.number = r.number
    """)
    con.execute("""
        INSERT INTO rejected
        SELECT line, CASE code WHEN 'unknown_branch' THEN 'branch_code' WHEN 'name_contradicts' THEN 'client_name'
            WHEN 'unknown_client' THEN (CASE family WHEN 'client' THEN 'client_number' WHEN 'fund' THEN 'fund_account'
                ELSE 'securities_account' END) ELSE 'account' END,
            CASE code WHEN 'unknown_branch' THEN branch_code WHEN 'name_contradicts' THEN client_name
            ELSE coalesce(nullif(securities_account, ''), nullif(fund_account, ''), client_number, '') END, code, '{}'
        FROM owned WHERE code IS NOT NULL
    """)
    return seen


def _same_reference(left: str, right: str) -> str:
    return " AND ".join(f"{left}.{r} IS NOT DISTINCT FROM {right}.{r}" for r in REFERENCES)


def _load_accounts(con: duckdb.DuckDBPyConnection, branches: list[Branch]) -> None:
    """Tables `known_accounts` and `known_clients` from the columnar copy, which is as new as the database."""
    for table, name in ((ACCOUNTS, "known_accounts"), (CLIENTS, "known_clients")):
        files = [path for branch in branches for path in mirror.refresh(table, branch)]
        con.execute(f"CREATE TEMP TABLE {name} AS {mirror.current_sql(table, files)}")


def unknown_of(con: duckdb.DuckDBPyConnection, kind: str) -> dict[str, list[dict[str, str]]]:
    """Branches and advisors that the file names and nobody knows, for the dry run to offer."""
    found: dict[str, list[dict[str, str]]] = {}
    for name in {"clients": ("branches", "advisors"), "rates": ()}.get(kind, ("branches",)):
        rows = con.execute(f"SELECT code, name FROM unknown_{name} ORDER BY 1 LIMIT 500").fetchall()
        found[name] = [{"code": code, "name": shown} for code, shown in rows]
    return found
