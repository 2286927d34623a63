"""A branch with a published night, whose clients stand on the ladder and on the map, for tests of loyalty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from clients.models import Client
from crm.models import Branch, Publication, Staff
from segmentation.models import Behaviour, Threshold
from servicing.loyalty.keeping import keep_loyalty
from servicing.loyalty.rules import Facts, Numbers
from servicing.models import Loyalty, Referral
from servicing.referrals.naming import Named, name_referral
from tests.crm.page_firm import client, night, staff, stand
from tests.servicing.desk import AT, DAY

NUMBERS = Numbers(
    breadth=3, years=3, referrals=1, full_years=10, full_breadth=6, lasting_cut=60, depending_cut=50
)  # as they are decided first
OPENED = date(2015, 3, 2)  # eleven whole years before the night
PHONE = "16412345678"


def facts(**more: Any) -> Facts:
    """Of a client at the top of the ladder."""
    told = {
        "has_complaint": False, "has_told_complaint": False, "is_pleased": None, "uses": ("main", "etf", "margin"),
        "years": 5, "is_awake": True, "band": "low", "stay": 90, "wallet": None, "referrals": 1, "is_strategic": False,
    }  # fmt: skip
    return Facts(**{**told, **more})


@dataclass(frozen=True)
class LoyaltyDesk:
    """Who works where, and the night of the branch."""

    branch: Branch
    advisor: Staff
    colleague: Staff
    manager: Staff
    compliance: Staff
    night: Publication

    def person(
        self,
        kinds: tuple[str, ...] = ("main", "etf", "star"),
        *,
        standing: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Client:
        """A client who uses some kinds of business, in a standing of the night."""
        values = {"advisor": self.advisor, "opened_on": OPENED, **more}
        who = client(self.branch, values.pop("name", f"客户{Client.objects.count()}"), **values)
        stood = {"churn_band": "low", "churn_score": 0.02, "net_assets_fen": 100_00, **(standing or {})}
        stand(self.night, who, **stood)
        told = [[kind, 5, 100, 0] for kind in kinds]
        Behaviour.objects.create(publication=self.night, client=who, kinds=told, trade_count=5 * len(kinds))
        return who

    def keep(self) -> dict[str, int]:
        return keep_loyalty(self.night)

    def of(self, who: Client) -> Loyalty:
        return Loyalty.objects.get(client=who)

    def recommend(self, referrer: Client, name: str = "公冶明远", **more: Any) -> Referral:
        """A person whom a client named on the day of the desk."""
        values = {
            "uid": uuid4(),
            "by": self.advisor,
            "at": AT,
            **{key: more.pop(key) for key in ("uid", "by", "at", "on") if key in more},
        }
        named = Named(name, **{"phone": PHONE, "may_call": True, **more})
        return name_referral(referrer, named, **values)


def make_desk() -> LoyaltyDesk:
    here = Branch.objects.create(code="1101", name="临江路营业部")
    return LoyaltyDesk(
        here, staff("advisor", "advisor", here), staff("colleague", "advisor", here), staff("manager", "manager", here),
        staff("law", "compliance"), night(here),
    )  # fmt: skip


def points_on(desk: LoyaltyDesk, cap: int = 500) -> None:
    """Compliance confirmed what a client may earn in a year."""
    Threshold.objects.create(
        key="points_cap", value=cap, unit="points", from_day=date(2020, 1, 1), source="test",
        confirmed_by=desk.compliance, confirmed_on=date(2020, 1, 1),
    )  # fmt: skip


__all__ = ["AT", "DAY", "NUMBERS", "PHONE", "LoyaltyDesk", "facts", "make_desk", "points_on"]
