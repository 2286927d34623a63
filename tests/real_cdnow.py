"""`make real`: the purchases of 23,570 real customers of CDNOW (1997-01 to 1998-06), taken in as export files and through
one night as of 1998-06-30. Prints tiers and shares of value, and the M1 parameters of the published 1/10 sample beside
the published BG/NBD ones. Retail, not brokerage: a check of correctness, no evidence about clients."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import lifetimes
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(lifetimes.__file__).parent / "datasets"
AS_OF, SAMPLE_UNTIL = date(1998, 6, 30), date(1997, 9, 30)
TIERS = {"vip": 707, "key": 1_650, "ordinary": 2_357, "small": 18_856}
PUBLISHED_BG = (0.243, 4.414, 0.793, 2.426)  # Fader, Hardie, Lee 2005
REFERENCE_MBG = (0.525, 6.18, 0.891, 1.614)


def main() -> int:
    """Write the files, import them, run the night, compare; 0 when the counts and parameters are as published."""
    with tempfile.TemporaryDirectory(prefix="crm-real-") as scratch:
        folder = Path(scratch)
        (folder / "exports").mkdir()
        say(f"{write_exports(folder / 'exports'):,} purchases written as export files")
        env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        env |= {"CRM_VAR_DIR": str(folder / "var"), "DATABASE_URL": f"sqlite:///{folder / 'real.sqlite3'}"}
        for command in (
            ["migrate", "--verbosity", "0"],
            ["import_exports", str(folder / "exports"), "--create"],
            ["run_nightly", "--as-of", AS_OF.isoformat()],
            ["export_standings", "--as-of", AS_OF.isoformat(), "--out", str(folder / "standings.csv")],
        ):
            say(f"$ manage.py {' '.join(command)}")
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
        with (folder / "standings.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    checks = [show_tiers(rows), show_sums(rows), show_parameters()]
    return 0 if all(checks) else 1


def read_purchases() -> list[tuple[str, str, str, str]]:
    """Customer, day, number of disks and value of every purchase."""
    lines = (DATA / "CDNOW_master.txt").read_text().splitlines()[1:]
    return [
        (number, f"{day[:4]}-{day[4:6]}-{day[6:]}", cds, value) for number, day, cds, value in map(str.split, lines)
    ]


def write_exports(folder: Path) -> int:
    """One row per customer and one per purchase: the value is the commission, in a single branch."""
    purchases = read_purchases()
    first = {number: min(p[1] for p in rows) for number, rows in groupby(sorted(purchases), key=lambda p: p[0])}
    write(
        folder / "clients.csv",
        ["客户代码", "营业部代码", "营业部名称", "客户姓名", "客户类别", "开户日期", "客户状态"],
        ([number, "CDNOW", "CDNOW", f"客户{number}", "个人", opened, "正常"] for number, opened in first.items()),
    )
    header = (
        "营业部代码 客户代码 成交日期 成交编号 证券代码 证券名称 交易市场 买卖标志 成交数量 成交价格 成交金额 佣金 币种"
    )
    write(
        folder / "trades.csv",
        header.split(),
        (
            ["CDNOW", number, day, f"{line:08d}", "600000", "浦发银行", "上海", "买入", "100", "10.00", "1000.00", value, "CNY"]
            for line, (number, day, _, value) in enumerate(purchases, 1)
        ),
    )  # fmt: skip
    return len(purchases)


def write(path: Path, header: list[str], rows: object) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def show_tiers(rows: list[dict[str, str]]) -> bool:
    """Print counts per tier and what the top of the customers brought in twelve months."""
    counts = {tier: sum(row["tier"] == tier for row in rows) for tier in TIERS}
    say("\nTiers of {:,} customers: {}".format(len(rows), "  ".join(f"{t} {n:,}" for t, n in counts.items())))
    say("              expected: " + "  ".join(f"{t} {n:,}" for t, n in TIERS.items()))
    values = [int(row["measure_fen"]) for row in sorted(rows, key=lambda r: int(r["rank"]))]
    for percent in (3, 10, 20):
        top = (2 * len(values) * percent + 100) // 200
        say(
            f"top {percent:2d} % ({top:,} customers) bring {sum(values[:top]) / sum(values):6.1%} of the value of 12 months"
        )
    return counts == TIERS


def show_sums(rows: list[dict[str, str]]) -> bool:
    """Whether what every customer brought in the twelve months is what the data file itself adds up to, to the cent."""
    sums: dict[str, Decimal] = {}
    for number, day, _, value in read_purchases():
        if "1997-06-30" < day <= "1998-06-30":
            sums[number] = sums.get(number, Decimal(0)) + Decimal(value)
    same = sum(int(row["measure_fen"]) == sums.get(row["client_number"], Decimal(0)) * 100 for row in rows)
    say(f"measures equal to the file's own sums: {same:,} of {len(rows):,} customers")
    return same == len(rows)


def sample_history() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeat purchase days, week of the last one and weeks observed, of the 2,357 customers until 1997-09-30."""
    days: dict[str, set[date]] = {}
    for line in (DATA / "CDNOW_sample.txt").read_text().splitlines():
        _, number, day, *_ = line.split()
        on = date(int(day[:4]), int(day[4:6]), int(day[6:]))
        if on <= SAMPLE_UNTIL:
            days.setdefault(number, set()).add(on)
    history = [(len(d) - 1, (max(d) - min(d)).days / 7, (SAMPLE_UNTIL - min(d)).days / 7) for d in days.values()]
    x, t_x, age = np.array(history).T
    return x, t_x, age


def show_parameters() -> bool:
    """Fit both models on the sample and print them beside the published figures."""
    from segmentation.btyd import fit_bg, fit_mbg

    history = sample_history()
    mbg, bg = fit_mbg(*history), fit_bg(*history)
    say(f"\nThe {len(history[0]):,} customers of the sample until {SAMPLE_UNTIL}, in weeks (r, α, a, b):")
    say(f"  MBG/NBD  {line(mbg)}   expected  {told(REFERENCE_MBG)}")
    say(f"  BG/NBD   {line(bg)}   published {told(PUBLISHED_BG)}")
    return near(mbg, REFERENCE_MBG) and near(bg, PUBLISHED_BG)


def line(found: object) -> str:
    return told((found.r, found.alpha, found.a, found.b)) + f"  LL {found.log_likelihood:.1f}"


def told(values: tuple[float, ...]) -> str:
    return "  ".join(f"{v:.3f}" for v in values)


def near(found: object, expected: tuple[float, ...]) -> bool:
    pairs = zip((found.r, found.alpha, found.a, found.b), expected, strict=True)
    return all(abs(value - wanted) <= 0.002 * wanted + 0.0005 for value, wanted in pairs)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
