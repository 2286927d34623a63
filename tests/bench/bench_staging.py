"""Staging of trades (rows/s, peak memory) beside the limit: the same file read by DuckDB as text without a single check."""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

HEADER = str.split(
    "成交日期 成交时间 证券代码 证券名称 操作 成交数量 成交编号 成交均价 成交金额 余额 发生金额 印花税 其他杂费 本次金额 "
    "合同编号 股东帐户 佣金 过户费 交易市场 客户代码 资金账号 营业部代码 委托方式 币种"
)
SHARES = [
    ("000001", "平安银行"),
    ("600000", "浦发银行"),
    ("300750", "宁德时代"),
    ("000002", "万 科Ａ"),
    ("688981", "中芯国际"),
]


def yuan(fen: int) -> str:
    return f"{fen / 100:.2f}"


def deal(number: int, chance: random.Random) -> str:
    """A line of a counter's settlement export; the net amount is amount and fees."""
    code, name = chance.choice(SHARES)
    quantity, price, buy = chance.randrange(1, 100) * 100, chance.randrange(1000, 90000), chance.random() < 0.5
    amount = price * quantity
    commission, stamp, transfer = max(500, amount * 3 // 10000), 0 if buy else amount // 1000, amount // 50000
    net = -(amount + commission + stamp + transfer) if buy else amount - commission - stamp - transfer
    day, client = f"2024{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}", chance.randrange(10**6)
    cells = [
        *(day, f"{chance.randrange(10, 15)}:30:00", f'="{code}"', name, "证券买入" if buy else "证券卖出"),
        *(str(quantity if buy else -quantity), f"{number:010}", f"{price / 100:.3f}", yuan(amount), "0", yuan(net)),
        *(yuan(stamp), "0.00", "0.00", str(number), f'="{client:010}"', yuan(commission), yuan(transfer), "深圳Ａ股"),
        *(f"{client:012}", f"{client:08}", "1101", "手机委托", "人民币"),
    ]
    return "\t".join(cells)


def write(path: Path, rows: int) -> None:
    chance = random.Random(7)
    block = "".join(deal(at, chance) + "\r\n" for at in range(min(rows, 100_000))).encode("gb18030")
    with path.open("wb") as out:
        out.write(("\t".join(HEADER) + "\r\n").encode("gb18030"))
        for _ in range(max(rows // 100_000, 1)):
            out.write(block)


def seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=100_000, help="twenty trades each")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rows = 20 * given.clients
    from clients import export_files

    with tempfile.TemporaryDirectory() as folder:
        path, plain = Path(folder) / "交割单.xls", Path(folder) / "plain.txt"
        write(path, rows)
        plain.write_bytes(path.read_bytes().decode("gb18030").encode())
        con = duckdb.connect(config={"threads": 1})
        columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(HEADER)))
        options = f"delim = '\t', quote = '', header = true, auto_detect = false, columns = {{{columns}}}"
        bare = f"COPY (FROM read_csv('{plain}', {options})) TO '{folder}/bare.parquet' (FORMAT parquet)"
        times: dict[str, list[float]] = {"bare": [], "1": [], "2": []}
        for _ in range(given.rounds):
            times["bare"].append(seconds(lambda: con.execute(bare)))
            for threads in (1, 2):
                found = export_files.inspect(path)
                into = Path(folder) / "out"
                took = seconds(lambda: export_files.stage(path, found, into=into, threads=threads))  # noqa: B023
                times[str(threads)].append(took)
        con.close()
    rate = {name: rows / statistics.median(each) for name, each in times.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"staging of {rows:,} trades ÷ the same text read without a check: {rate['1'] / rate['bare']:.2f}"
        f"  ({rate['1']:,.0f} ÷ {rate['bare']:,.0f} rows/s; two threads {rate['2']:,.0f}; peak memory {peak:,.0f} MB)\n"
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    main()
