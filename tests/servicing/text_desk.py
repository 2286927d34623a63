"""Who writes and who decides on scripts and templates, and a text of theirs, for tests."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from crm.models import Branch, Staff
from servicing.models import TextVersion
from servicing.texts.deciding import ask_approval, decide_text
from servicing.texts.writing import Heading, Wording, draft_text
from tests.crm.page_firm import staff
from tests.servicing.desk import AT

HELLO = "{称呼}，您好，我是{营业部}的{客户经理}。"


@dataclass(frozen=True)
class Writers:
    """An advisor who writes for a branch, those who decide there, those elsewhere, and admin and compliance."""

    branch: Branch
    advisor: Staff
    colleague: Staff
    manager: Staff
    stranger: Staff
    admin: Staff
    compliance: Staff


def make_writers() -> Writers:
    here = Branch.objects.create(code="1101", name="临江路营业部")
    there = Branch.objects.create(code="1102", name="望湖营业部")
    return Writers(
        here,
        staff("advisor", "advisor", here),
        staff("colleague", "advisor", here),
        staff("manager", "manager", here),
        staff("stranger", "manager", there),
        staff("root", "admin"),
        staff("law", "compliance"),
    )


def draft(writers: Writers, body: str = HELLO, *, by: Staff | None = None, **more: Any) -> TextVersion:
    """The first version of a script of the branch, or of the firm where the admin writes it."""
    author = by or writers.advisor
    told = {"kind": "script", "channel": "phone", "name": "久未联系的问候", "purpose": "先问近况", "language": "zh"}
    heading = {name: more.pop(name, value) for name, value in told.items()}
    branch = None if author.is_admin else writers.branch
    wording = Wording(more.pop("subject", ""), body, **more)
    return draft_text(Heading(branch=branch, **heading), wording, uid=uuid4(), by=author, at=AT)


def waiting(writers: Writers, body: str = HELLO, **more: Any) -> TextVersion:
    """A version that was put forward."""
    version = draft(writers, body, **more)
    ask_approval(version, by=version.author, at=AT)
    version.refresh_from_db()
    return version


def approved(writers: Writers, body: str = HELLO, **more: Any) -> TextVersion:
    """A version in force."""
    version = waiting(writers, body, **more)
    second = writers.compliance if version.text.branch is None else writers.manager
    assert decide_text(version, approve=True, why="", by=second, at=AT)
    version.refresh_from_db()
    return version
