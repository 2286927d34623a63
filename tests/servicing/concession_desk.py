"""An advisor with a client and a fund account, a confirmed floor, and who decides on a concession, for tests."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from clients.models import Account, Client, DailyAsset, Trade
from crm.models import Branch, Publication, Staff
from segmentation.models import Threshold
from servicing.concessions.asking import Fee, Gift, Span, ask_concession
from servicing.concessions.deciding import decide_concession
from servicing.models import Concession
from tests.crm.page_firm import NOW, account, batch, client, night, staff, stand
from tests.servicing.desk import AT, DAY

LONG_AGO = date(2020, 1, 1)
_deals = count(1)


@dataclass(frozen=True)
class Office:
    """A branch with its people, those elsewhere, compliance, a client of the advisor's and its fund account."""

    branch: Branch
    advisor: Staff
    colleague: Staff
    manager: Staff
    second: Staff
    stranger: Staff
    law: Staff
    client: Client
    account: Account
    night: Publication


def make_office() -> Office:
    here = Branch.objects.create(code="1101", name="临江路营业部")
    there = Branch.objects.create(code="1102", name="望湖营业部")
    advisor = staff("advisor", "advisor", here)
    law = staff("law", "compliance")
    owner = client(here, "沈慕云", advisor=advisor)
    floor(120, by=law)
    return Office(
        here, advisor, staff("colleague", "advisor", here), staff("manager", "manager", here),
        staff("second", "manager", here), staff("stranger", "manager", there), law, owner, account(owner), night(here),
    )  # fmt: skip


def floor(value: int, *, by: Staff, from_day: date = LONG_AGO, key: str = "fee_floor_stock", unit: str = "e-6") -> None:
    """A number that compliance has confirmed."""
    Threshold.objects.create(
        key=key, value=value, unit=unit, from_day=from_day, source="test", confirmed_by=by, confirmed_on=from_day
    )


def span(from_on: date = DAY, days: int = 180, reason: str = "客户比较多家券商") -> Span:
    return Span(from_on, from_on + timedelta(days=days - 1), reason)


def asked(office: Office, rate_e6: int = 150, *, at: datetime = AT, uid: Any = None, **more: Any) -> Concession:
    """A fee concession that the advisor asked for."""
    what = Fee(more.pop("account", office.account), more.pop("product", "stock"), rate_e6, 500)
    told = more.pop("span", None) or span(**more)
    return ask_concession(what.account.client, what, told, uid=uid or uuid4(), by=office.advisor, at=at)


def asked_gift(office: Office, value_fen: int = 30_000, *, from_on: date = DAY) -> Concession:
    told = span(from_on, 30)
    return ask_concession(office.client, Gift("茶礼", value_fen), told, uid=uuid4(), by=office.advisor, at=AT)


def approved(office: Office, *, at: datetime = AT, **more: Any) -> Concession:
    """One that the manager approved."""
    row = asked(office, at=at, **more)
    assert decide_concession(row, approve=True, why="", by=office.manager, at=at)
    row.refresh_from_db()
    return row


def like(office: Office, measure_fen: int, *, tier: str = "small") -> Client:
    """Another client of the branch in the night."""
    who = client(office.branch, "客户", advisor=office.colleague)
    account(who, f"77{who.pk:010d}")
    stand(office.night, who, tier=tier, measure_fen=measure_fen)
    return who


def earn(who: Client, month: date, fen: int) -> None:
    """A trade in the middle of a month that brought so much commission."""
    of = who.accounts.get(kind="fund")
    Trade.objects.create(
        branch=who.branch, client=who, account=of, traded_on=month.replace(day=15), side="buy", market="sh",
        security_code="600000", quantity_e2=100, price_e4=10_000, amount_minor=100_00, commission_minor=fen, batch=batch(),
        deal_key=f"{next(_deals)}", recorded_at=NOW,
    )  # fmt: skip


def hold(who: Client, day: date, fen: int) -> None:
    """Net assets on a day."""
    of = who.accounts.get(kind="fund")
    DailyAsset.objects.create(
        branch=who.branch, client=who, account=of, day=day, net_minor=fen, batch=batch(), recorded_at=NOW
    )
