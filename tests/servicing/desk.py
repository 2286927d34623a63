"""An advisor with a client and what was said to them, for tests of service."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from clients.models import Client
from crm.models import Branch, Staff
from servicing.contacts import Due, Said, record_contact
from servicing.models import Contact
from tests.crm.page_firm import client, staff

AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)  # 10:30 in Shanghai, a Friday
DAY = date(2026, 11, 20)
TOMORROW = DAY + timedelta(days=1)


@dataclass(frozen=True)
class Desk:
    """Who works where, and for whom."""

    branch: Branch
    advisor: Staff
    manager: Staff
    client: Client


def make_desk() -> Desk:
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    advisor, manager = staff("advisor", "advisor", branch), staff("manager", "manager", branch)
    return Desk(branch, advisor, manager, client(branch, "沈慕云", advisor=advisor))


def said(summary: str = "问候近况", **more: Any) -> Said:
    values = {"happened_at": AT - timedelta(minutes=5), "channel": "phone", "direction": "out", **more}
    return Said(summary=summary, **values)


def talk(desk: Desk, summary: str = "问候近况", **more: Any) -> Contact:
    """A contact of the advisor with the client."""
    settings = {"uid": uuid4(), "by": desk.advisor, "at": AT, **more}
    return record_contact(desk.client, said(summary), **settings)


def due(text: str = "送三季度持仓诊断", day: date = TOMORROW) -> Due:
    return Due(text, day)
