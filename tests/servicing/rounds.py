"""A branch whose night makes tasks: a client of each tier, and the days around Friday 20 November 2026."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from clients.models import Client
from crm.models import Branch, Publication
from segmentation.models import Standing
from servicing.contacts import Said, record_contact
from servicing.models import Contact, Task
from servicing.rounds import make_rounds
from tests.crm.page_firm import DAY, client, night, staff, stand

SATURDAY = DAY + timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: date, hour: int = 2) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


class Rounds:
    """A branch with one advisor; `person` adds a client who stands in Friday's night."""

    def __init__(self) -> None:
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.advisor = staff("me", "advisor", self.branch)
        self.night: Publication = night(self.branch)

    def person(self, tier: str = "vip", *, standing: dict[str, Any] | None = None, **more: Any) -> Client:
        who = client(self.branch, f"客户{Client.objects.count()}", **{"advisor": self.advisor, **more})
        stand(self.night, who, tier=tier, **(standing or {}))
        return who

    def talk(self, who: Client, day: date) -> Contact:
        said = Said(at(day, 10), "phone", "out", "问候")
        return record_contact(who, said, uid=uuid4(), by=self.advisor, at=at(day, 10))

    def make(self, day: date = SATURDAY, of: Publication | None = None) -> dict[str, int]:
        return make_rounds(of or self.night, day=day, at=at(day))

    def later(self, day: date) -> Publication:
        """Another night with the same people as the first one."""
        new = night(self.branch, day)
        for row in Standing.objects.filter(publication=self.night):
            stand(new, row.client, tier=row.tier)
        return new

    def tasks(self, **conditions: Any) -> list[Task]:
        return list(Task.objects.filter(**{"state": "open", **conditions}).order_by("due_on", "pk"))
