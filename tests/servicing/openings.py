"""A branch with people who want to open accounts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from clients.imports.person_values import indexes
from clients.models import CashTransfer, Client
from crm.models import Branch, Staff
from servicing.models import Opening
from servicing.openings.people import Person, begin_opening
from servicing.openings.steps import take_step
from tests.crm.page_firm import account, batch, client, staff

DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)  # 10:30 in Shanghai
PHONE = "16412345678"


def at(day: date) -> datetime:
    """Noon in Shanghai."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def person(name: str = "沈慕云", **more: Any) -> Person:
    return Person(**{"name": name, "phone": PHONE, "source": "walk_in", "started_on": DAY - timedelta(days=10), **more})


class Openings:
    """A branch with two advisors and their manager."""

    def __init__(self) -> None:
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.advisor, self.colleague = (staff(name, "advisor", self.branch) for name in ("advisor", "colleague"))
        self.manager = staff("manager", "manager", self.branch)

    def begin(self, name: str = "沈慕云", *, owner: Staff | None = None, **more: Any) -> Opening:
        owner = owner or self.advisor
        return begin_opening(person(name, **more), branch=self.branch, owner=owner, uid=uuid4(), by=owner, at=AT)

    def take(self, opening: Opening, *steps: str, on: date = DAY) -> Opening:
        for step in steps:
            take_step(opening, step, on=on, by=self.advisor, at=AT)
        opening.refresh_from_db()
        return opening

    def client(self, phone: str = PHONE, **more: Any) -> Client:
        """A client of the advisor whom the files brought, with a fund account."""
        _none, whole, _tail = indexes(None, phone)
        who = client(self.branch, "沈慕云", phone=phone, phone_index=whole, **{"advisor": self.advisor, **more})
        account(who, f"8800{who.pk:08d}")
        return who

    def pay_in(self, who: Client, day: date, fen: int = 50_000_00, kind: str = "bank") -> None:
        CashTransfer.objects.create(
            branch=self.branch,
            client=who,
            account=who.accounts.get(family="fund"),
            moved_on=day,
            transfer_key=uuid4().hex,
            kind=kind,
            amount_minor=fen,
            batch=batch(),
            recorded_at=AT,
        )
