"""G6: a validated import against COPY of the rows that it wrote, ready made, into tables with the same keys, indexes,
checks and foreign keys; for trades, and for clients (and the account of each) with sealing, blind indexes and pinyin. G4:
ten times a day's trades against a day's, import and columnar copy. `--memory ROWS` imports one file of that many trades
and prints what the process came to at most."""

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
from django.db.backends.utils import CursorWrapper

from tests.bench.installation import installation, say

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
NAMES = [
    "王伟", "李芳", "张敏", "刘静", "陈磊", "杨洋", "赵娟", "黄涛", "周强", "曾乐", "单雄信", "尉迟恭", "欧阳修", "解缙", "仇英",
]  # fmt: skip


def write_clients(path: Path, first: int, count: int) -> Path:
    """A client file as the counter writes it, with everything that has to be sealed or indexed."""
    names = ", ".join(f"'{name}'" for name in NAMES)
    duckdb.execute(f"""
        COPY (SELECT lpad(i::VARCHAR, 8, '0') AS "客户代码", '1101' AS "营业部代码",
            [{names}][(i % {len(NAMES)}) + 1] || substr('一二三四五六七八九十', i % 10 + 1, 1) AS "客户姓名",
            '个人' AS "客户类别",
            '身份证' AS "证件类型", (100000000000000000 + hash(i) % 800000000000000000)::VARCHAR AS "证件号码",
            (13000000000 + hash(i) % 9000000000)::VARCHAR AS "手机号码", '路' || i AS "联系地址", DATE '2015-01-01' AS "开户日期",
            '正常' AS "客户状态", 'C' || (i % 5 + 1) AS "风险等级"
            FROM range({first}, {first + count}) t(i)) TO '{path}' (FORMAT csv, HEADER)
    """)
    return path


def write_trades(path: Path, day: date, count: int, clients: int, days: int = 20) -> Path:
    """A settlement file: `count` trades of the given clients over some days."""
    duckdb.execute(f"""
        COPY (SELECT '1101' AS "营业部代码", lpad((hash(i) % {clients})::VARCHAR, 8, '0') AS "客户代码",
            DATE '{day}' + (i % {days})::INTEGER AS "成交日期", '10:00:00' AS "成交时间",
            lpad(i::VARCHAR, 10, '0') AS "成交编号",
            '60' || lpad((i % 900)::VARCHAR, 4, '0') AS "证券代码", '证券' || (i % 900) AS "证券名称", '上海' AS "交易市场",
            CASE WHEN i % 2 = 0 THEN '买入' ELSE '卖出' END AS "买卖标志", 100 + i % 7 AS "成交数量", '10.00' AS "成交价格",
            printf('%.2f', (100 + i % 7) * 10.0) AS "成交金额", '5.00' AS "佣金", 'CNY' AS "币种"
            FROM range(0, {count}) t(i)) TO '{path}' (FORMAT csv, HEADER)
    """)
    return path


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    begin = time.monotonic()
    yield
    into.append(time.monotonic() - begin)


def bring(path: Path) -> int:
    """Import one file; returns the id of its batch."""
    from clients import imports

    batch = imports.receive(path, by=None)
    (done,) = imports.bring_in([batch], by=None, clock=lambda: NOW)
    assert done.state == "committed", (done.state, done.error)
    assert done.rejected_count == 0, list(done.row_errors.values())[:3]
    return int(done.pk)


def copy_again(tables: Sequence[str], batch: int, folder: Path) -> Callable[[], None]:
    """A COPY of the rows of a batch into twins of their tables, in one transaction as the import writes them. A twin has
    every key, index, check and foreign key of its table."""
    from django.db import connection, transaction

    from crm.lib import bulk

    files: list[tuple[str, list[str], Path]] = []
    for table in tables:
        rows = folder / f"{table}.csv"
        bulk.copy_out(f"SELECT * FROM {table} WHERE batch_id = %s", [batch], rows)
        with connection.cursor() as cursor:
            make_twin(cursor, table)
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
                [table],
            )
            files.append((f"twin_{table}", [name for (name,) in cursor.fetchall()], rows))

    def copy() -> None:
        with transaction.atomic():
            for twin, columns, rows in files:
                bulk.copy_in(twin, columns, rows)

    return copy


def make_twin(cursor: CursorWrapper, table: str) -> None:
    """An empty table like another, which LIKE makes without foreign keys: they are said again. The twin's point at the
    same rows as the table's own."""
    cursor.execute("SELECT to_regclass(%s)", [f"twin_{table}"])
    if cursor.fetchone() != (None,):
        return
    cursor.execute(f"CREATE TABLE twin_{table} (LIKE {table} INCLUDING ALL)")
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass",
        [table],
    )
    for name, definition in cursor.fetchall():
        cursor.execute(f'ALTER TABLE twin_{table} ADD CONSTRAINT "{name}" {definition}')


def compare(
    what: str, limit: float, rounds: int, folder: Path, tables: Sequence[str], write: Callable[[int], Path], count: int
) -> None:
    imported: list[float] = []
    copied: list[float] = []
    for number in range(rounds):
        path = write(number)
        with timed(imported):
            batch = bring(path)
        again = copy_again(tables, batch, folder)
        with timed(copied):
            again()
        path.unlink()
    ours, raw = statistics.median(imported), statistics.median(copied)
    sides = f"import {count / ours:,.0f} rows/s, COPY {count / raw:,.0f} rows/s, rate {raw / ours:.2f} of COPY"
    say("G6", f"{what}: COPY's rate ÷ import's", ours / raw, 1 / limit, sides)


def ten_days(folder: Path, clients: int, count: int, rounds: int) -> None:
    from clients import mirror
    from clients.fact_tables import TRADES
    from crm.models import Branch

    seconds: dict[int, list[float]] = {1: [], 10: []}
    mirror.refresh(TRADES, Branch.objects.get())
    for number in range(rounds):
        for times in (1, 10):
            day = date(2026, 1, 5) + timedelta(days=30 * (2 * number + (times > 1)))  # a month of its own
            path = write_trades(folder / "day.csv", day, count * times, clients, days=1)
            with timed(seconds[times]):
                bring(path)
                mirror.refresh(TRADES, Branch.objects.get())
    one, ten = statistics.median(seconds[1]), statistics.median(seconds[10])
    say(
        "G4",
        "ten times a day's trades ÷ a day's",
        ten / one,
        12,
        f"{ten:.2f} s for {count * 10:,}, {one:.2f} s for {count:,}",
    )


def peak(folder: Path, clients: int, count: int) -> None:
    """Memory of this process at most, before and after one file of that many trades."""
    path = write_trades(folder / "large.csv", date(2026, 10, 8), count, clients)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    taken: list[float] = []
    with timed(taken):
        bring(path)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say("mem", f"peak of {count:,} trades in one file, MB", after, 600, f"{before} MB before, {taken[0]:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=100_000)
    parser.add_argument("--trades", type=int, default=400_000, help="rows of one file")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--memory", type=int, default=0, metavar="ROWS", help="only the peak of one file of so many trades"
    )
    given = parser.parse_args()
    with installation() as folder:
        from crm.models import Branch

        Branch.objects.create(code="1101", name="Bench")
        per_file = given.clients if given.memory else max(given.clients // given.rounds, 1)
        known = per_file if given.memory else per_file * given.rounds
        if given.memory:
            bring(write_clients(folder / "clients.csv", 0, per_file))
            peak(folder, known, given.memory)
            return
        clients = lambda n: write_clients(folder / "clients.csv", n * per_file, per_file)  # noqa: E731
        compare("clients", 0.3, given.rounds, folder, ("clients_client", "clients_account"), clients, per_file)
        months = [date(2024, 1, 1) + timedelta(days=31 * n) for n in range(given.rounds)]
        trades = lambda n: write_trades(folder / "trades.csv", months[n], given.trades, known)  # noqa: E731
        compare("trades", 0.5, given.rounds, folder, ("clients_trade",), trades, given.trades)
        ten_days(folder, known, 5_000, given.rounds)


if __name__ == "__main__":
    sys.exit(main())
