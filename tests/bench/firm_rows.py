"""An invented firm of any size, made as rows by DuckDB and loaded straight into the database: for what happens after the
import. Branches of 10,000 clients, 150 clients per advisor, two accounts per client; 20 trades per client over 24 months,
skewed (the first hundredth of the clients makes a sixth of them), two in five clients silent for half a year, two trades in
a hundred in Hong Kong dollars. Three in five clients hold assets: told daily for the last 90 days and at month's ends
before, with one position each at month's ends, as in the firm of `make demo`."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction

from clients import fact_tables, generations
from clients.models import (
    Account,
    CashTransfer,
    Client,
    DailyAsset,
    ExchangeRate,
    FactGeneration,
    Holding,
    ImportBatch,
    Movement,
    Trade,
)
from clients.pinyin import initials_of, pinyin_of
from crm import calendar
from crm.lib import bulk, columnar
from crm.lib.crypto import blind_index
from crm.models import Branch, JobRun, Publication, Staff
from segmentation.figures import write_figures
from segmentation.models import PublicationBasis, Standing, TierScheme
from segmentation.moves import write_ledgers

LAST_DAY = date(2026, 11, 19)
TRADING_DAYS = 21 * 24
PER_BRANCH = 10_000
PER_ADVISOR = 150
RECORDED = datetime(2026, 11, 19, 20, 0, tzinfo=UTC)
MOMENT = f"{RECORDED:%Y-%m-%d %H:%M:%S.%f}"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗曾单尉迟欧阳"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建国志永德振文"


def load(con: duckdb.DuckDBPyConnection, model: type[models.Model], select: str) -> int:
    """Insert what a DuckDB query gives into a model's table, its column names being the table's; what it leaves out gets the
    model's default. Returns the count of rows."""
    given = [row[0] for row in con.execute(f"DESCRIBE {select}").fetchall()]
    defaults = {
        f.column: int(f.get_default()) if isinstance(f, models.BooleanField) else f.get_default()
        for f in model._meta.concrete_fields
        if f.column not in given and not f.null and not f.primary_key
    }
    rest = "".join(f", {columnar.literal(value)} AS {name}" for name, value in defaults.items())
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        path = Path(folder) / "rows.csv"
        con.execute(
            f"COPY (SELECT *{rest} FROM ({select})) TO '{path}' (FORMAT csv, HEADER false, NULLSTR '{bulk.NULL}')"
        )
        return bulk.copy_in(model._meta.db_table, [*given, *defaults], path)


def write_people(con: duckdb.DuckDBPyConnection, clients: int) -> list[Branch]:
    """Branches, a manager and advisors for each, an officer of compliance; clients and accounts. Makes `people`(client_id,
    branch_id) in DuckDB. Client numbers, names and last digits are spread evenly."""
    count = max(1, clients // PER_BRANCH)
    branches = Branch.objects.bulk_create(Branch(code=f"{1000 + n}", name=f"第{n}营业部") for n in range(1, count + 1))
    batch = ImportBatch.objects.create(file_name="bench", kind="clients", state="committed")
    advisors = _write_staff(branches, max(1, min(clients, PER_BRANCH) // PER_ADVISOR))
    con.execute("SELECT setseed(0.5)")
    con.execute("CREATE TABLE staff_of (place BIGINT, branch_id BIGINT, advisor_ids BIGINT[])")
    con.executemany(
        "INSERT INTO staff_of VALUES (?, ?, ?)", [[n, b.pk, advisors[b.pk]] for n, b in enumerate(branches)]
    )
    names = [f"{s}{a}{b}" for s in _SURNAMES for a in _GIVEN for b in ("", *_GIVEN)]
    con.execute("CREATE TABLE names (place BIGINT, name VARCHAR, pinyin VARCHAR, initials VARCHAR)")
    con.register("names_frame", _frame(
        place=range(len(names)), name=names,
        pinyin=["".join(f"|{p}" for p in pinyin_of(n)) for n in names],
        initials=["".join(f"|{p}" for p in initials_of(n)) for n in names],
    ))  # fmt: skip
    con.execute("INSERT INTO names SELECT place, name, pinyin, initials FROM names_frame")
    tails = [f"{n:04d}" for n in range(10_000)]
    con.register("tails_frame", _frame(tail=tails, sealed=[blind_index(t, column="phone_tail") for t in tails]))
    con.execute(f"""CREATE TABLE people AS
        SELECT i AS client_id, s.branch_id, s.advisor_ids[1 + (i // {count}) % len(s.advisor_ids)] AS advisor_id,
            hash(i) AS h FROM range(1, {clients} + 1) t(i) JOIN staff_of s ON s.place = i % {count}""")
    load(con, Client, f"""SELECT client_id AS id, md5(client_id::VARCHAR) AS uid, branch_id,
        lpad(client_id::VARCHAR, 9, '0') AS client_number, n.name, n.pinyin, n.initials, t.sealed AS phone_tail_index,
        md5('p' || client_id) AS phone_sealed, left(md5('i' || client_id), 22) AS identity_index,
        h % 1000 = 3 AS is_restricted, DATE '1950-01-01' + (h % 18000)::INT AS birthday,
        CASE WHEN h % 11 = 0 THEN 'lunar' ELSE 'solar' END AS birthday_calendar,
        DATE '2015-01-01' + (h % 3000)::INT AS opened_on,
        CASE WHEN h % 50 = 0 THEN DATE '2026-01-05' END AS closed_on, advisor_id, {batch.pk} AS batch_id,
        TIMESTAMP '{MOMENT}' AS recorded_at
        FROM people JOIN names n ON n.place = h % {len(names)} JOIN tails_frame t ON t.tail::INT = (h // 7) % 10000
        ORDER BY client_id""")  # fmt: skip
    for offset, family in ((0, "client"), (clients, "fund")):
        number = f"lpad((client_id + {offset})::VARCHAR, 12, '0')"
        load(con, Account, f"""SELECT client_id + {offset} AS id, branch_id, client_id, '{family}' AS family,
            '{family}' AS kind, {number} AS number, right({number}, 4) AS number_tail, {batch.pk} AS batch_id,
            TIMESTAMP '{MOMENT}' AS recorded_at FROM people ORDER BY client_id""")  # fmt: skip
    _count_generations((fact_tables.CLIENTS, fact_tables.ACCOUNTS))
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [Client, Account]):
            cursor.execute(sql)
    return branches


def _frame(**columns: Sequence[object]) -> object:
    import pandas as pd

    return pd.DataFrame({name: list(values) for name, values in columns.items()})


def _write_staff(branches: Sequence[Branch], advisors: int) -> dict[int, list[int]]:
    """Staff without passwords; the advisors of each branch. `manager` belongs to the first one, `compliance` sees all."""
    people = [Staff(username=f"a{b.pk}-{n}", name=f"顾问{n:03d}", role="advisor", employee_code=f"{b.pk}-{n}")
              for b in branches for n in range(advisors)]  # fmt: skip
    made = Staff.objects.bulk_create(people)
    link = Staff.branches.through
    belongs = [link(staff_id=s.pk, branch_id=branches[n // advisors].pk) for n, s in enumerate(made)]
    link.objects.bulk_create(belongs, batch_size=5000)
    Staff.objects.create(username="manager", name="经理", role="manager").branches.set(branches[:1])
    Staff.objects.create(username="compliance", name="合规", role="compliance")
    return {b.pk: [s.pk for s in made[n * advisors : (n + 1) * advisors]] for n, b in enumerate(branches)}


def write_history(con: duckdb.DuckDBPyConnection, clients: int, short: Sequence[Branch] = ()) -> None:
    """Facts of 24 months up to LAST_DAY, and rates; the branches `short` have the last twelve months only."""
    first, middle = date(LAST_DAY.year - 2, LAST_DAY.month, 1), date(LAST_DAY.year - 1, LAST_DAY.month, 1)
    days = calendar.trading_days(first, LAST_DAY)
    ends = sorted({day.strftime("%Y-%m"): day for day in days}.values())
    told = sorted({*ends, *(day for day in days if day > LAST_DAY - timedelta(days=90))})
    con.execute(f"""CREATE OR REPLACE TABLE histories AS SELECT branch_id,
        CASE WHEN branch_id IN ({", ".join(str(b.pk) for b in short) or "NULL"}) THEN DATE '{middle}'
        ELSE DATE '{first}' END AS first_day FROM staff_of""")
    _write_facts(con, clients, days, 20 * clients, told, RECORDED)
    _write_holdings(con, clients, ends, RECORDED)
    ExchangeRate.objects.bulk_create(
        ExchangeRate(currency="HKD", day=first + timedelta(days=n), rate_e6=920000 + n, recorded_at=RECORDED)
        for n in range((LAST_DAY - first).days + 40)
    )
    _count_generations(fact_tables.DATED)


def write_day(con: duckdb.DuckDBPyConnection, clients: int, day: date, recorded: datetime, *, times: int = 1) -> int:
    """What one more day brings, trades so many times as many as usual; returns the count of rows. Generations are raised
    as an import raises them."""
    batch = ImportBatch.objects.create(file_name=f"{day}", kind="trades", state="committed").pk
    count = _write_facts(con, clients, [day], times * 20 * clients // TRADING_DAYS, [day], recorded)
    slots = []
    for table in fact_tables.DATED:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT branch_id FROM {table.db_table} WHERE {table.day} = %s", [day])
            slots += [(table.db_table, branch, f"{day:%Y-%m}") for (branch,) in cursor.fetchall()]
    with transaction.atomic():
        generations.raise_generations(generations.current(slots), recorded, batch=batch)
    return count


def _write_facts(
    con: duckdb.DuckDBPyConnection, clients: int, days: Sequence[date], trades: int, told: Sequence[date], at: datetime
) -> int:
    """Trades, and for every fiftieth a reverse repo and for every tenth a cash transfer; assets on the days `told`."""
    con.execute("CREATE OR REPLACE TABLE days (place BIGINT, day DATE)")
    con.executemany("INSERT INTO days VALUES (?, ?)", list(enumerate(days)))
    # Whoever has gone silent (two in five) has traded in the first part of the time only.
    con.execute(f"""CREATE OR REPLACE TEMP TABLE dealt AS
        SELECT branch_id, client_id, client_id + {clients} AS account_id, day, i,
            {ImportBatch.objects.latest("pk").pk} AS batch_id, TIMESTAMP '{at:%Y-%m-%d %H:%M:%S.%f}' AS recorded_at
        FROM (SELECT p.branch_id, p.client_id, i, (random() * CASE WHEN h % 5 < 2 AND {len(days)} > 1
                THEN 0.2 + (h // 11 % 50) / 100.0 ELSE 1 END * {len(days)})::BIGINT % {len(days)} AS place
            FROM (SELECT 1 + ({clients - 1} * pow(random(), 2.5))::BIGINT AS client_id, i FROM range({trades}) t(i))
            JOIN people p USING (client_id) WHERE {len(days)} > 1 OR h % 5 >= 2)
        JOIN days USING (place) JOIN histories USING (branch_id) WHERE day >= first_day ORDER BY day, branch_id""")
    owner = "branch_id, client_id, account_id, batch_id, recorded_at"
    return (
        load(con, Trade, f"""SELECT {owner}, CASE WHEN i % 50 = 0 THEN 'HKD' ELSE 'CNY' END AS currency,
            day AS traded_on, 'D' || i AS deal_key, CASE WHEN i % 50 = 0 THEN 'hk' ELSE 'sh' END AS market,
            (600000 + i % 900)::VARCHAR AS security_code, ['main', 'star', 'etf', 'chinext'][1 + i % 4]
                AS instrument_class, ['buy', 'sell'][1 + i % 2] AS side, (100 + i % 5000) * 100 AS quantity_e2,
            100000 + i % 90000 AS price_e4, (100 + i % 5000) * (1000 + i % 900) AS amount_minor,
            -(100 + i % 5000) * (1000 + i % 900) AS net_minor, 'mobile' AS channel,
            greatest(500, (100 + i % 5000) * (1000 + i % 900) // 4000) AS commission_minor FROM dealt""")
        + load(con, Movement, f"""SELECT {owner}, day AS moved_on, 'R' || i AS deal_key, 'reverse_repo' AS kind,
            '204001' AS security_code, 10000000 AS amount_minor, 100 AS commission_minor
            FROM dealt WHERE i % 50 = 7""")
        + load(con, CashTransfer, f"""SELECT {owner}, day AS moved_on, 'C' || i AS transfer_key,
            ((i % 1999 - 999) * 10000)::BIGINT AS amount_minor FROM dealt WHERE i % 10 = 1""")
        + _write_assets(con, clients, told, at)
    )  # fmt: skip


def _holders_sql(clients: int, days: Sequence[date], at: datetime) -> str:
    listed = ", ".join(f"DATE '{day}'" for day in days)
    return f"""(SELECT branch_id, client_id, client_id + {clients} AS account_id,
        {ImportBatch.objects.latest("pk").pk} AS batch_id, TIMESTAMP '{at:%Y-%m-%d %H:%M:%S.%f}' AS recorded_at, day, h,
        (exp(8 + 8 * ((h // 13) % 1000) / 1000.0) * (90 + (h + epoch(day)::BIGINT) % 20))::BIGINT AS worth
        FROM people JOIN histories USING (branch_id), unnest([{listed}]) d(day)
        WHERE h % 10 < 6 AND day >= first_day ORDER BY day, branch_id)"""


def _write_assets(con: duckdb.DuckDBPyConnection, clients: int, days: Sequence[date], at: datetime) -> int:
    return load(con, DailyAsset, f"""SELECT * EXCLUDE (worth, h), worth // 4 AS cash_minor,
        worth - worth // 4 AS market_value_minor, worth AS net_minor FROM {_holders_sql(clients, days, at)}""")  # fmt: skip


def _write_holdings(con: duckdb.DuckDBPyConnection, clients: int, days: Sequence[date], at: datetime) -> int:
    return load(con, Holding, f"""SELECT * EXCLUDE (worth, h), 'sh' AS market, (600000 + h % 900)::VARCHAR AS security_code,
        'main' AS instrument_class, 10000 AS quantity_e2, worth - worth // 4 AS value_minor
        FROM {_holders_sql(clients, days, at)}""")  # fmt: skip


def _count_generations(tables: Sequence[fact_tables.FactTable]) -> None:
    """Generation 1 for every table, branch and month with rows."""
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT branch_id, {table.month_sql()} FROM {table.db_table}")
            slots = cursor.fetchall()
        FactGeneration.objects.bulk_create(
            FactGeneration(table=table.db_table, branch_id=branch, month=month, generation=1, changed_at=RECORDED)
            for branch, month in slots
        )


def write_nights(con: duckdb.DuckDBPyConnection, branches: Sequence[Branch], days: Sequence[date]) -> None:
    """A published night of every branch for each day, as a night would leave it: what pages read."""
    scheme = TierScheme.objects.get(branch=None)
    sizes = dict(con.execute("SELECT branch_id, count(*) FROM people GROUP BY 1").fetchall())
    for day in days:
        con.execute("CREATE OR REPLACE TABLE nights (branch_id BIGINT, publication_id BIGINT)")
        for branch in branches:
            run = JobRun.objects.create(kind="night", key=f"bench:{branch.code}:{day}", branch=branch, as_of=day,
                                        state="done", cutoff=RECORDED, started_at=RECORDED, finished_at=RECORDED)  # fmt: skip
            night = Publication.objects.create(branch=branch, as_of=day, cutoff=RECORDED, run=run, state="published",
                                               published_at=RECORDED, client_count=sizes[branch.pk])  # fmt: skip
            PublicationBasis.objects.create(publication=night, scheme=scheme)
            con.execute("INSERT INTO nights VALUES (?, ?)", [branch.pk, night.pk])
        load(con, Standing, f"""SELECT publication_id, client_id, tier, tier AS computed_tier, measure_fen, rank,
            (h % 99999999)::BIGINT AS net_assets_fen, measure_fen * (h % 200)::BIGINT // 100 AS to_next_fen,
            ['active', 'cooling', 'dormant', 'active'][1 + (h % 4)::INT] AS dormancy,
            '{{"code": "traded", "slots": {{"days": 12}}}}' AS dormancy_reason,
            DATE '{day}' - (h % 300)::INT AS last_active_on, (h % 3 > 0)::INT AS is_eligible,
            CASE WHEN h % 3 > 0 THEN (h % 1000) / 1000.0 END AS churn_score,
            CASE WHEN h % 3 = 0 THEN '' ELSE ['low', 'watch', 'raised', 'high'][1 + ((h + noise % 20) // 250 % 4)::INT] END
                AS churn_band,
            '[{{"code": "silent", "slots": {{"days": 40, "usual": 12}}}}]' AS churn_reasons,
            CASE WHEN h % 3 > 0 THEN (measure_fen * ((h % 1000) / 1000.0))::BIGINT END AS at_risk_fen
            FROM (SELECT *, CASE WHEN rank <= 0.03 * n THEN 'vip' WHEN rank <= 0.1 * n THEN 'key'
                    WHEN rank <= 0.2 * n THEN 'ordinary' ELSE 'small' END AS tier, (3e7 / (rank + 20))::BIGINT AS measure_fen
                FROM (SELECT *, row_number() OVER own AS rank, count(*) OVER (PARTITION BY branch_id) AS n
                    FROM (SELECT *, hash(client_id, DATE '{day}') AS noise FROM people JOIN nights USING (branch_id))
                    WINDOW own AS (PARTITION BY branch_id ORDER BY h % 1000000 + noise % 10000, client_id)))
            ORDER BY publication_id, rank""")  # fmt: skip


def tell_nights() -> None:
    """Figures of every night, ledgers of every one but the first, whose would name every client: needs the indexes."""
    first = Publication.objects.earliest("as_of").as_of
    for night in Publication.objects.select_related("branch").order_by("as_of", "pk"):
        with transaction.atomic():
            if night.as_of > first:
                write_ledgers(night)
            write_figures(night)


def settle() -> None:
    """What autovacuum would have done by the next morning: statistics and visibility."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@contextmanager
def bare_tables() -> Iterator[None]:
    """PostgreSQL: keys and indexes are taken away and put back, made and checked as a set instead of row by row."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("""SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
            format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
            FROM pg_constraint WHERE contype IN ('f', 'u', 'p') AND connamespace = 'public'::regnamespace
            ORDER BY array_position('{f,u,p}', contype::text)""")
        keys = cursor.fetchall()
        cursor.execute("""SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid) FROM pg_index
            WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
            AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)""")
        indexes = cursor.fetchall()
        for drop, _ in [*keys, *indexes]:
            cursor.execute(drop)
        yield
        for _, make in [*reversed(keys), *indexes]:  # what foreign keys point at comes before them
            cursor.execute(make)
