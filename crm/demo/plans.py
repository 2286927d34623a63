"""Service plans of the demonstration: the best clients of the advisor whose log-in is shown, and of each branch, made weeks
ago from their standard through the same functions as the pages; some of what was due since is done."""

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone, translation

from clients.models import Client
from crm.models import Publication, Staff
from segmentation.models import Standing
from servicing import plans
from servicing.models import ServicePlan
from servicing.plans.content import written_in
from servicing.rounds import make_rounds

SEED, AGO = 2026, (20, 60)  # days since the plan was made
LATELY = timedelta(days=6)  # what was due since then is left to the night
OWN, OF_A_BRANCH, REVIEWED = 12, 4, 4


def seed_plans(now: datetime) -> int:
    """Make the plans that are missing, and the tasks that they ask for; returns how many are new. Twice is once."""
    chance, before = Random(SEED), ServicePlan.objects.count()  # noqa: S311 (an invented firm)
    with translation.override("zh-hans"):
        for place, client in enumerate(_chosen()):
            if client.advisor and not ServicePlan.objects.of_client(client).exists():
                _plan(client, client.advisor, now, chance, closes=place < REVIEWED)
    made = ServicePlan.objects.count() - before
    if made:
        for night in Publication.objects.current().select_related("branch"):
            make_rounds(night, day=timezone.localdate(now), at=now)
    return made


def _chosen() -> list[Client]:
    found = Standing.objects.filter(client__advisor__isnull=False, client__is_restricted=False, client__closed_on=None)
    found = found.select_related("client__advisor", "client__branch").order_by("rank", "pk")
    shown = next((person for person in Staff.objects.advisors().order_by("pk") if person.has_usable_password()), None)
    nights = list(Publication.objects.current().order_by("branch__code").values_list("pk", flat=True))
    chosen = [row.client for row in found.filter(publication__in=nights, client__advisor=shown)[:OWN]] if shown else []
    for night in nights:
        others = found.filter(publication=night).exclude(client__advisor=shown)
        chosen += [row.client for row in others[:OF_A_BRANCH]]
    return chosen


def _plan(client: Client, by: Staff, now: datetime, chance: Random, *, closes: bool) -> None:
    then = now - timedelta(days=chance.randrange(*AGO))
    plan = plans.make_plan(client, by=by, at=then)
    if closes:
        after = then + timedelta(days=14)
        plans.close_phase(
            plan,
            result="需求已当面了解，重点是资金安排与持仓集中度。",
            lessons="先问用钱计划，再谈持仓。",
            next_review_on=timezone.localdate(now) + timedelta(days=chance.randrange(2, 40)),
            version=plan.version,
            by=by,
            at=after,
        )
        plan.refresh_from_db()
    for action in written_in(plan).actions:
        day = action.next_from(action.due_on)
        while day and day < timezone.localdate(now) - LATELY:
            plans.settle_action(plan, action.id, day, by=by, at=then + (day - timezone.localdate(then)))
            day = action.next_from(day + timedelta(days=1))
