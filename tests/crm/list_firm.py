"""Three clients who differ in everything that the client list can be asked for."""

from datetime import date, timedelta
from uuid import uuid4

from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from hypothesis import strategies as st

from clients.models import Background, Client, CloseContact, Consent, HouseholdLink, Need, TradingPermission
from clients.tags import put_on, tag_named
from crm.models import Branch
from crm.pages.lists.attributes import ATTRIBUTES
from crm.pages.lists.conditions import Condition
from segmentation.models import Behaviour, NightFigures
from servicing.models import Contact, Promise, Task
from tests.crm.page_firm import DAY, NOW, client, night, staff, stand

LIST = "/clients/"


def names(response) -> list[str]:
    return sorted(row.client.name for row in response.context["page"].rows)


def contacted(who: Client, days_ago: int, channel: str = "phone", **more: object) -> Contact:
    at = timezone.localtime() - timedelta(days=days_ago)
    return Contact.objects.create(
        branch=who.branch,
        client=who,
        staff=who.advisor,
        happened_at=at,
        channel=channel,
        summary="谈",
        recorded_at=at,
        **more,
    )


class Firm:
    """One client per thing that can be asked for."""

    def __init__(self, branch: Branch) -> None:
        self.boss, self.me = staff("boss", "manager", branch), staff("me", "advisor", branch)
        self.night = night(branch)
        NightFigures.objects.create(
            publication=self.night, hundredths=[], advisors=[], clients_generation=0, flows=[], giant_fen=500_000_00
        )
        today = timezone.localdate()
        self.rich = self.one(
            "富", {"advisor": self.me, "source": "银行渠道", "opened_on": DAY - timedelta(days=10)},
            tier="vip", net_assets_fen=50_000_000, rank=1, at_risk_fen=9_000_00, churn_score=0.36, churn_band="high",
            last_active_on=DAY - timedelta(days=3), to_next_fen=None, measure_fen=800_00,
        )  # fmt: skip
        self.giant = self.one(
            "睡",
            {"occupation": "教师", "birthday": date(1970, 5, 4), "risk_level": "C3", "risk_expires_on": DAY + timedelta(days=20)},
            tier="key", computed_tier="small", net_assets_fen=60_000_000, rank=70, churn_band="raised", dormancy="dormant",
            last_active_on=DAY - timedelta(days=400), tier_reason="pin", to_next_fen=300_00,
        )  # fmt: skip
        self.poor = self.one(
            "穷", {"kind": "institution", "is_professional": True, "risk_level": "C5", "risk_expires_on": DAY},
            tier="small", net_assets_fen=49_999_999, rank=80, to_next_fen=100, measure_fen=100_00,
        )  # fmt: skip
        contacted(self.rich, 5)
        contacted(self.rich, 50, channel="visit")
        contacted(self.giant, 40, channel="wecom")
        contacted(self.giant, 2, withdrawn_at=NOW)
        Task.objects.create(
            branch=branch, client=self.rich, owner=self.me, key=str(uuid4()), title="回访", due_on=today - timedelta(days=1),
            made_by=self.me, made_at=NOW,
        )  # fmt: skip
        Promise.objects.create(
            branch=branch, client=self.giant, contact=Contact.objects.first(), owner=self.me, text="寄", due_on=today
        )
        self.behaved(
            self.rich, horizon="high", result="loss", is_overtrading=True, is_deep_loss=True, position_e4=9_000,
            position_band="high", turnover_e2=1_330,
        )  # fmt: skip
        self.behaved(self.giant, horizon="long", result="", position_e4=12_550, turnover_e2=0)
        written = {"branch": branch, "changed_by": self.me, "changed_at": NOW}
        for who, board, ended in (
            (self.rich, "star", None),
            (self.giant, "margin", today),
            (self.poor, "hk", today + timedelta(1)),
        ):
            TradingPermission.objects.create(
                client=who, board=board, granted_on=DAY, ended_on=ended, source="表", **written
            )
        TradingPermission.objects.create(
            client=self.rich, board="option", granted_on=DAY, source="表", withdrawn_at=NOW, **written
        )
        Background.objects.create(
            client=self.giant, is_strategic=True, knowledge="some", service_model="advised", **written
        )
        Consent.objects.create(client=self.rich, phone="given", sms="refused", **written)
        for kind, strength in (("learning", 2), ("valued", 0)):
            Need.objects.create(client=self.rich, kind=kind, strength=strength, source="面谈", noted_on=DAY, **written)
        CloseContact.objects.create(client=self.poor, name="知夏", relation="spouse", **written)
        CloseContact.objects.create(client=self.giant, name="明远", relation="spouse", withdrawn_at=NOW, **written)
        HouseholdLink.objects.create(client=self.rich, other=self.poor, relation="relative", **written)
        Background.objects.create(client=self.poor, **written)
        put_on([self.rich], tag_named(branch, "大额转出", by=self.boss, at=NOW), by=self.boss, at=NOW)

    def behaved(self, who: Client, **told: object) -> None:
        Behaviour.objects.create(publication=self.night, client=who, **told)

    def one(self, name: str, told: dict, **standing: object) -> Client:
        who = client(Branch.objects.get(), name, **{"advisor": getattr(self, "me", None), **told})
        stand(self.night, who, **standing)
        return who


operands = st.sampled_from(
    ["vip,key", "yes", "no", "none", "..7d", "30d..", "5..9", "..9", "1.5..", "2026-01-01..", "phone", "C1", "a,b"]
)


conditions = st.builds(Condition, st.sampled_from(sorted(ATTRIBUTES)), operands, st.booleans())


def typed(browser: Browser, **fields: object):
    return browser.get(reverse("condition-form"), {"go": "1", **fields})
