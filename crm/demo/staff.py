"""Who works in the invented firm: advisors with codes, one manager per branch, an admin and a compliance officer."""

from dataclasses import dataclass

import numpy as np
from pypinyin import lazy_pinyin

from crm.demo import names
from crm.demo.plan import Branch, Plan

KNOWN_ADVISORS = ("何雨桐", "林知远", "沈泽楷", "陈嘉宁", "周婉清")
DEMO_ADVISOR = 1
"""林知远 of the first branch: the advisor whose log-in is shown, so this advisor's list is a good one."""

KNOWN_MANAGERS = ("周叙白", "陆思衡", "顾明夷")
ADMIN = "孟之恒"
COMPLIANCE = "程守正"


@dataclass(frozen=True)
class Advisor:
    """An advisor as the export files name one."""

    code: str
    name: str


@dataclass(frozen=True)
class StaffEntry:
    """A log-in of the demonstration. `code` is the advisor code in the files, empty for everybody else."""

    username: str
    name: str
    role: str
    branch_codes: tuple[str, ...]
    code: str = ""


def advisors(plan: Plan, branch: Branch) -> list[Advisor]:
    """The advisors of a branch in the order of their codes."""
    random = plan.random(1, branch.index)
    count = branch.advisors
    women = random.random(count) < 0.5
    _, drawn = names.draw_people(random, women=women, born_year=np.full(count, 1988))
    known = KNOWN_ADVISORS if branch.index == 0 else ()
    chosen = [*known, *drawn][:count] if branch.index == 0 else list(drawn)
    return [Advisor(f"{branch.code}{number + 1:03d}", name) for number, name in enumerate(chosen)]


def staff_list(plan: Plan) -> list[StaffEntry]:
    """The log-ins of the demonstration: an advisor with a good list, a manager per branch, an admin, a compliance officer."""
    codes = tuple(branch.code for branch in plan.branches)
    team = advisors(plan, plan.branches[0])
    advisor = team[min(DEMO_ADVISOR, len(team) - 1)]
    entries = [StaffEntry(_username(advisor.name), advisor.name, "advisor", codes[:1], advisor.code)]
    for branch in plan.branches:
        name = _manager(plan, branch)
        entries.append(StaffEntry(_username(name), name, "manager", (branch.code,)))
    entries.append(StaffEntry(_username(ADMIN), ADMIN, "admin", codes))
    entries.append(StaffEntry(_username(COMPLIANCE), COMPLIANCE, "compliance", codes))
    return _distinct(entries)


def _manager(plan: Plan, branch: Branch) -> str:
    if branch.index < len(KNOWN_MANAGERS):
        return KNOWN_MANAGERS[branch.index]
    _, drawn = names.draw_people(plan.random(2, branch.index), women=np.array([False]), born_year=np.array([1975]))
    return str(drawn[0])


def _username(name: str) -> str:
    return "".join(lazy_pinyin(name))


def _distinct(entries: list[StaffEntry]) -> list[StaffEntry]:
    """Two people of one name get a number."""
    seen: dict[str, int] = {}
    distinct = []
    for entry in entries:
        seen[entry.username] = seen.get(entry.username, 0) + 1
        number = seen[entry.username]
        username = entry.username if number == 1 else f"{entry.username}{number}"
        distinct.append(StaffEntry(username, entry.name, entry.role, entry.branch_codes, entry.code))
    return distinct
