"""A library with its writers, an advisor's client, and materials of theirs, for tests."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from clients.models import Client, Consent
from crm.models import Staff
from servicing.materials.deciding import ask_approval, decide_material
from servicing.materials.sharing import share_material
from servicing.materials.writing import Heading, Wording, draft_material
from servicing.models import MaterialShare, MaterialVersion
from tests.crm.page_firm import client
from tests.servicing.desk import AT, DAY
from tests.servicing.text_desk import Writers, make_writers

NOTICE = "市场有风险，投资需谨慎。"
LAST = DAY + timedelta(days=10)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass(frozen=True)
class Library:
    """Who writes and decides, and the advisor's client, who agreed to WeCom and to nothing else."""

    writers: Writers
    client: Client


def make_library() -> Library:
    writers = make_writers()
    person = client(
        writers.branch, "沈慕云", advisor=writers.advisor, form_of_address="沈老师", risk_level="C3",
        risk_expires_on=DAY + timedelta(days=100),
    )  # fmt: skip
    Consent.objects.create(client=person, branch=person.branch, changed_at=AT, wecom="given")
    return Library(writers, person)


def draft(
    library: Library, body: str = "先看风险，再看收益。", *, by: Staff | None = None, **more: Any
) -> MaterialVersion:
    """The first version of a material of the branch, or of the firm where the admin writes it."""
    author = by or library.writers.advisor
    wording = Wording(body, more.pop("notice", NOTICE), more.pop("valid_until", LAST), **_file(more))
    branch = None if author.is_admin else library.writers.branch
    heading = Heading(branch, **{"title": "看懂风险", "topic": "risk", **more})
    return draft_material(heading, wording, uid=uuid4(), by=author, at=AT)


def waiting(library: Library, body: str = "先看风险，再看收益。", **more: Any) -> MaterialVersion:
    """A version that was put forward."""
    version = draft(library, body, **more)
    ask_approval(version, by=version.author, at=AT)
    version.refresh_from_db()
    return version


def approved(library: Library, body: str = "先看风险，再看收益。", **more: Any) -> MaterialVersion:
    """A version in force."""
    return in_force(library, draft(library, body, **more))


def in_force(library: Library, version: MaterialVersion) -> MaterialVersion:
    """A draft put forward by its author and approved by a second person."""
    ask_approval(version, by=version.author, at=AT)
    version.refresh_from_db()
    second = library.writers.compliance if version.material.branch is None else library.writers.manager
    assert decide_material(version, approve=True, why="", by=second, at=AT)
    version.refresh_from_db()
    return version


def given(library: Library, version: MaterialVersion, channel: str = "wecom", **more: Any) -> MaterialShare:
    """A link to a version for the client."""
    told = {"uid": uuid4(), "by": library.writers.advisor, "at": AT, **more}
    return share_material(told.pop("client", library.client), version, channel, **told)


def _file(more: dict[str, Any]) -> dict[str, Any]:
    return {"file": more.pop("file")} if "file" in more else {}
