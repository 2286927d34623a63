"""G1: the whole tiering of a firm against the bare DuckDB query on the same Parquet files, which does T2 and nothing else:
no distances, pins, reasons, foreign money or missing rates. Interleaved, median of the rounds."""

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

AS_OF = date(2026, 11, 20)
BARE = """CREATE OR REPLACE TABLE bare AS
    SELECT branch_id, client_id, fen, rank, CASE WHEN fen <= 0 THEN 'small' WHEN rank <= round(0.03 * n) THEN 'vip'
        WHEN rank <= round(0.1 * n) THEN 'key' WHEN rank <= round(0.2 * n) THEN 'ordinary' ELSE 'small' END AS tier
    FROM (
        SELECT branch_id, client_id, fen, count(*) OVER (PARTITION BY branch_id) AS n,
            row_number() OVER (PARTITION BY branch_id ORDER BY fen DESC, net DESC, client_number) AS rank
        FROM (
            SELECT c.branch_id, c.client_id, c.client_number, coalesce(p.fen, 0)::BIGINT AS fen,
                coalesce(a.net, 0)::BIGINT AS net
            FROM clients c
            LEFT JOIN (
                SELECT client_id, sum(commission_minor) AS fen FROM trades
                WHERE traded_on > DATE '2025-11-20' AND traded_on <= DATE '2026-11-20' GROUP BY client_id
            ) p USING (client_id)
            LEFT JOIN (
                SELECT client_id, sum(net) AS net FROM (
                    SELECT account_id, client_id, arg_max(net_minor, day) AS net FROM assets
                    WHERE day <= DATE '2026-11-20' GROUP BY ALL
                ) GROUP BY client_id
            ) a USING (client_id)
            WHERE c.opened_on <= DATE '2026-11-20' AND (c.closed_on IS NULL OR c.closed_on > DATE '2026-11-20')
        )
    )"""


def write_facts(con: duckdb.DuckDBPyConnection, folder: Path, clients: int, branches: int) -> None:
    """Twenty trades per client over 24 months, skewed as in life, 2 % of them in Hong Kong dollars; a file per branch."""
    con.execute("SELECT setseed(0.5)")
    tables = {
        "clients": f"""SELECT i % {branches} + 1 AS branch_id, i AS client_id, lpad(i::VARCHAR, 9, '0') AS client_number,
            DATE '2015-01-01' AS opened_on, CASE WHEN i % 50 = 0 THEN DATE '2026-01-01' END AS closed_on
            FROM range(1, {clients} + 1) t(i)""",
        "accounts": f"""SELECT i % {branches} + 1 AS branch_id, i AS account_id, i AS client_id, NULL::DATE AS closed_on
            FROM range(1, {clients} + 1) t(i)""",
        "assets": f"""SELECT i % {branches} + 1 AS branch_id, i AS client_id, i AS account_id, day, 'CNY' AS currency,
            (random() * 1e8)::BIGINT AS net_minor, (random() * 1e7)::BIGINT AS market_value_minor
            FROM range(1, {clients} + 1) t(i), unnest([DATE '2026-10-30', DATE '2026-11-20']) d(day)""",
        "trades": f"""SELECT client_id % {branches} + 1 AS branch_id, client_id, client_id AS account_id,
            DATE '2024-11-20' + (random() * 730)::INT AS traded_on, (random() * 1e7)::BIGINT AS amount_minor,
            (500 + random() * 20000)::BIGINT AS commission_minor,
            CASE WHEN random() < 0.02 THEN 'HKD' ELSE 'CNY' END AS currency
            FROM (SELECT least({clients}, (random() ** 3 * {clients} * 0.6)::BIGINT + 1) AS client_id
                FROM range({20 * clients}))""",
        "movements": """SELECT branch_id, client_id, account_id, traded_on AS moved_on, 'dividend' AS kind,
            0::BIGINT AS commission_minor, currency FROM trades USING SAMPLE 1 PERCENT (bernoulli)""",
    }
    for name, query in tables.items():
        con.execute(f"COPY ({query}) TO '{folder / name}' (FORMAT parquet, PARTITION_BY (branch_id))")
        con.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{folder / name}/*/*.parquet')")
    con.execute(
        "CREATE TABLE rates AS SELECT 'HKD' AS currency, DATE '2024-01-01' + i::INT AS day, 920000 + i AS rate_e6"
        " FROM range(1100) t(i)"
    )


def measure(clients: int = 100_000, rounds: int = 5) -> tuple[float, float]:
    """Median seconds of the product and of the bare query, interleaved on the same files."""
    from segmentation.models import TierScheme  # after django.setup()
    from segmentation.tiers import rank_clients

    ours, bare = [], []
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect(config={"threads": 2}) as con:
        write_facts(con, Path(scratch), clients, branches=max(1, clients // 10_000))
        for _ in range(rounds + 1):
            start = time.perf_counter()
            con.execute(BARE)
            middle = time.perf_counter()
            rank_clients(con, TierScheme(), AS_OF)
            ours.append(time.perf_counter() - middle)
            bare.append(middle - start)
    return statistics.median(ours[1:]), statistics.median(bare[1:])  # the first round warms the file cache


def main() -> None:
    """Print G1 with both sides."""
    import django

    django.setup()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=100_000)
    clients = parser.parse_args().clients
    ours, bare = measure(clients)
    sys.stdout.write(
        f"G1  tiering of {clients:,} clients / {20 * clients:,} trades ÷ bare DuckDB query:"
        f" {ours / bare:.2f}  (goal ≤ 2; {ours:.3f} s ÷ {bare:.3f} s)\n"
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    main()
