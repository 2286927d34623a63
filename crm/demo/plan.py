"""What is to be invented: how many clients, in which branches, over which days, from which seed."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from crm.demo import days
from crm.demo.kinds import Days, Random

MONTHS = 24
BLOCK = 5_000
"""Clients simulated at once: bounds the memory whatever the size of the firm."""

BRANCHES = ("临江路", "望湖", "青石街", "桂苑路", "云汀大道", "北塘", "鹤鸣路", "南屏", "榆林里")
SHARES = (0.40, 0.35, 0.25)
DIALECTS = ("counter", "chinese", "english")


@dataclass(frozen=True)
class Branch:
    """One branch to invent: its code, its name, how many clients, and how its files are written."""

    index: int
    code: str
    name: str
    clients: int
    first_client: int
    advisors: int
    dialect: str

    @property
    def number_width(self) -> int:
        """Digits of the running part of a client number."""
        return max(4, len(str(self.clients)))


@dataclass(frozen=True)
class Plan:
    """The whole firm to invent. Same plan, same files, byte for byte."""

    clients: int
    seed: int
    until: date
    branch_count: int = 3
    branches: tuple[Branch, ...] = field(init=False)
    days: Days = field(init=False)

    def __post_init__(self) -> None:
        if self.clients < self.branch_count:
            raise ValueError(f"{self.clients} clients cannot fill {self.branch_count} branches")
        until = days.last_trading_day(self.until)
        object.__setattr__(self, "until", until)
        object.__setattr__(self, "days", days.trading_days(days.months_before(until, MONTHS), until))
        object.__setattr__(self, "branches", tuple(_branches(self.clients, self.branch_count)))

    def random(self, *purpose: int) -> Random:
        """The stream of random numbers of one purpose; streams of two purposes are independent."""
        return np.random.default_rng([self.seed, *purpose])


def _branches(clients: int, count: int) -> list[Branch]:
    shares = np.array(SHARES if count == 3 else [1 / count] * count)
    ends = np.floor(np.cumsum(shares) * clients + 0.5).astype(int)
    ends[-1] = clients
    starts = np.concatenate([[0], ends[:-1]])
    advisors = _advisor_count(clients, count)
    found = []
    for index in range(count):
        size = int(ends[index] - starts[index])
        found.append(
            Branch(
                index=index,
                code=str(1101 + index),
                name=_branch_name(index),
                clients=size,
                first_client=int(starts[index]),
                advisors=max(1, int(advisors * size / clients + 0.5)),
                dialect=DIALECTS[index % len(DIALECTS)],
            )
        )
    return found


def _advisor_count(clients: int, branches: int) -> int:
    """Forty in a firm of the usual size, fewer in a small one, one per 1,500 clients in a very large one."""
    return max(branches, min(40, -(-clients // 30)), clients // 1500)


def _branch_name(index: int) -> str:
    name = BRANCHES[index % len(BRANCHES)]
    turn = index // len(BRANCHES)
    return f"{name}{'' if turn == 0 else f'第{turn + 1}'}营业部"
