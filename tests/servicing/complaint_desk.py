"""A branch that receives complaints: the advisor complained about, a colleague, managers and compliance."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from clients.models import Client
from crm.models import Branch, Staff
from servicing.complaints.receiving import Given, receive_complaint
from servicing.complaints.stages import (
    Acknowledged,
    Answered,
    CauseFound,
    FollowedUp,
    Improved,
    leave_stage,
    record_call,
)
from servicing.models import Complaint
from tests.crm.page_firm import client, staff

AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)  # 10:30 in Shanghai, a Friday
DAY = date(2026, 11, 20)
HOUR = timedelta(hours=1)
TEXT = "三次电话都没有人回，持仓到期也没有提醒。"


@dataclass(frozen=True)
class ComplaintDesk:
    """Who works where, and for whom."""

    branch: Branch
    advisor: Staff
    colleague: Staff
    manager: Staff
    deputy: Staff
    compliance: Staff
    admin: Staff
    client: Client

    def receive(self, text: str = TEXT, **more: Any) -> Complaint:
        """A complaint of the advisor's client, taken down by the manager."""
        given = Given(more.pop("category", "conduct"), more.pop("severity", "serious"), text, more.pop("about", None))
        values = {"how": "phone", "uid": uuid4(), "at": AT, "by": self.manager, **more}
        if "caller" not in values:
            values.setdefault("client", self.client)
        return receive_complaint(values.pop("branch", self.branch), given, **values)

    def work(self, complaint: Complaint, until: str = "closed", by: Staff | None = None) -> Complaint:
        """The same complaint led to a stage, an hour for each."""
        by = by or complaint.owner
        at = complaint.entered_at
        while complaint.stage != until:
            at += HOUR
            if complaint.stage == "follow_up":
                record_call(complaint, "satisfied", "", uid=uuid4(), by=by, at=at)
            complaint = leave_stage(complaint, SAID[complaint.stage], version=complaint.version, by=by, at=at)
        return complaint


SAID: dict[str, Any] = {
    "received": Acknowledged("phone", "已致电说明由我负责"),
    "cause": CauseFound("客户说明经过", "neglect", "休假期间无人代班"),
    "answer": Answered("安排同事代班并补做诊断", "phone", "已说明安排并致歉", "spoken"),
    "follow_up": FollowedUp(),
    "improve": Improved("休假须交接", no_remedy="制度已有，只需执行", satisfaction=4),
}


def make_complaint_desk() -> ComplaintDesk:
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    people = [
        staff(name, role, *([branch] if role in {"advisor", "manager"} else []))
        for name, role in (
            ("advisor", "advisor"),
            ("colleague", "advisor"),
            ("manager", "manager"),
            ("deputy", "manager"),
            ("compliance", "compliance"),
            ("admin", "admin"),
        )
    ]
    return ComplaintDesk(branch, *people, client(branch, "沈慕云", advisor=people[0]))
