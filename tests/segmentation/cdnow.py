"""The CDNOW purchases, real and public: the data files of the development dependency `lifetimes` (nothing else of it)."""

import importlib.util
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def _folder() -> Path:
    found = importlib.util.find_spec("lifetimes")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "datasets"


@cache
def days_of(file: str) -> dict[str, list[date]]:
    """Customer → sorted days with a purchase; `file` is sample (every tenth customer) or master."""
    place = 1 if file == "sample" else 0
    days: dict[str, set[date]] = defaultdict(set)
    for line in (_folder() / f"CDNOW_{file}.txt").read_text().splitlines():
        cells = line.split()
        if cells and cells[0].isdigit():
            day = cells[place + 1]
            days[cells[place]].add(date(int(day[:4]), int(day[4:6]), int(day[6:8])))
    return {customer: sorted(days[customer]) for customer in sorted(days)}


def histories(file: str, end: date) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """x, t_x and T in weeks of every customer who had bought by the end."""
    rows = []
    for days in days_of(file).values():
        past = [day for day in days if day <= end]
        if past:
            rows.append((len(past) - 1, (past[-1] - past[0]).days / 7, (end - past[0]).days / 7))
    x, t_x, age = np.array(rows, dtype=np.float64).T
    return x, t_x, age


def later(file: str, end: date, until: date) -> NDArray[np.int64]:
    """How many days each of those customers bought after the end, up to `until`."""
    return np.array(
        [sum(end < day <= until for day in days) for days in days_of(file).values() if days[0] <= end], dtype=np.int64
    )
