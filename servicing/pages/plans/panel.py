"""A service plan and what its client is entitled to, in words and as the reader may see them: for the client page, the page
of the plan and its print."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from clients.grants import serves
from clients.models import Client
from crm.access import text_for
from crm.models import Staff
from servicing.items.entitlements import Entitlement
from servicing.items.words import name_of, reason_words
from servicing.models import PlanReview, ServiceItem, ServicePlan
from servicing.plans.differences import every, title_of
from servicing.plans.fulfilment import Fulfilment, Progress, fulfilment_of
from servicing.plans.making import Circumstances

SHOWN = 4
Phase = ServicePlan.Phase


@dataclass(frozen=True)
class Line:
    """An action in words; one whose item is not offered any more asks for nothing."""

    progress: Progress
    title: str
    every: str
    is_offered: bool


@dataclass(frozen=True)
class Right:
    """Something that a client is entitled to, and because of what."""

    name: str
    quality: str
    reason: str


@dataclass(frozen=True)
class PlanView:
    """A plan as the reader sees it."""

    plan: ServicePlan
    goal: str
    needs: Sequence[str]
    lines: Sequence[Line]
    fulfilment: Fulfilment
    cadence: str
    reviews: Sequence[dict[str, Any]]
    is_overdue: bool

    @property
    def to_come(self) -> Sequence[Line]:
        """Actions with something still to be done, the earliest first."""
        order = {id(one): place for place, one in enumerate(self.fulfilment.to_come)}
        return sorted((one for one in self.lines if id(one.progress) in order), key=lambda one: order[id(one.progress)])

    @property
    def shown(self) -> Sequence[Line]:
        """The first of them."""
        return self.to_come[:SHOWN]

    @property
    def more(self) -> int:
        """How many there are besides."""
        return max(len(self.to_come) - SHOWN, 0)

    @property
    def steps(self) -> list[dict[str, str]]:
        """The phases of the period, the one that runs marked."""
        here = Phase.values.index(self.plan.phase)
        states = ["done" if place < here else "now" if place == here else "" for place in range(len(Phase.values))]
        return [{"label": str(label), "state": state} for label, state in zip(Phase.labels, states, strict=True)]


def plan_panel(client: Client, user: Staff, known: Circumstances, today: date) -> dict[str, Any]:
    """What the panel shows: the plan in force, if there is one, and what the client is entitled to by layer."""
    plan = ServicePlan.objects.of_client(client).first()
    return {
        "plan": view_of(plan, client, known, user, today) if plan else None,
        "rights": rights_of(known.entitled),
        "standard": known.standard,
        "may_plan": serves(user, client),
        "known": known,
    }


def view_of(plan: ServicePlan, client: Client, known: Circumstances, user: Staff, today: date) -> PlanView:
    """A plan in the reader's words, the client's name in it masked for those who see no names."""
    fulfilled = fulfilment_of(plan, today)
    days = [asked for asked in (plan.cadence_days, known.owed_days) if asked]
    return PlanView(
        plan,
        text_for(user, plan.goal, client.name),
        [text_for(user, need, client.name) for need in plan.needs],
        [
            Line(
                one,
                text_for(user, title_of(one.action, known.names), client.name),
                every(one.action.every_days),
                not one.action.item or one.action.item in known.offered,
            )
            for one in fulfilled.lines
        ],
        fulfilled,
        every(min(days, default=None)),
        [_review(review, client, user) for review in plan.reviews.select_related("staff").order_by("-pk")],
        plan.next_review_on < today,
    )


def rights_of(entitled: Sequence[Entitlement]) -> list[tuple[str, list[Right]]]:
    """What a client is entitled to, by layer."""
    found: dict[str, list[Right]] = {}
    for one in entitled:
        reason = " · ".join(reason_words(reason) for reason in one.reasons) or _("everybody")
        right = Right(name_of(one.item), str(one.item.get_quality_display()), reason)
        found.setdefault(one.item.layer, []).append(right)
    return [(str(ServiceItem.Layer(layer).label), rights) for layer, rights in found.items()]


def _review(review: PlanReview, client: Client, user: Staff) -> dict[str, Any]:
    return {
        "row": review,
        "result": text_for(user, review.result, client.name),
        "lessons": text_for(user, review.lessons, client.name),
    }
