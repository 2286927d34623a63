"""A desk whose client is a VIP with ten million, and what is typed into the forms of a plan."""

from datetime import date, timedelta
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from servicing.models import ServicePlan
from servicing.plans.content import Action
from tests.crm.page_firm import night, stand
from tests.servicing.desk import DAY, Desk, make_desk

NEXT_WEEK = DAY + timedelta(days=7)
SEND = {"text": "寄资料", "item": "", "due_on": NEXT_WEEK.isoformat(), "every_days": ""}


def plan_desk() -> Desk:
    made = make_desk()
    stand(night(made.branch), made.client, tier="vip", net_assets_fen=1_000_000_000)
    return made


def address(route: str, desk: Desk, *more: Any) -> str:
    return reverse(route, args=[desk.client.pk, *more])


def make(desk: Desk, browser: Browser) -> ServicePlan:
    browser.post(address("make-plan", desk))
    return ServicePlan.objects.get(client=desk.client)


def action(
    name: str = "a1", day: date = NEXT_WEEK, every: int | None = None, text: str = "寄资料", item: str = ""
) -> Action:
    return Action(name, text, item, day, every)


def fields(*rows: dict[str, str], **more: object) -> dict[str, Any]:
    data = {"version": "1", "goal": "分散持仓", "needs": "收益\n 被重视 \n", "cadence_days": "14", "why": "面谈后"}
    data |= {
        "next_review_on": NEXT_WEEK.isoformat(),
        "actions-INITIAL_FORMS": "0",
        "actions-TOTAL_FORMS": str(len(rows)),
    }
    for place, row in enumerate(rows):
        data |= {f"actions-{place}-{name}": value for name, value in {"id": f"a{place}", **row}.items()}
    return {**data, **more}
