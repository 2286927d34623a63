"""The service plans of the demonstration: made once, by the clients' own advisors, partly done."""

from datetime import UTC, datetime

import pytest

from crm.demo.plans import seed_plans
from crm.models import Branch
from servicing.models import PlanReview, ServicePlan, Task
from tests.crm.page_firm import client, night, staff, stand

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)


def test_plans_are_made_once_with_what_was_done_and_what_is_due() -> None:
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    people = staff("shown", "advisor", branch), staff("other", "advisor", branch)
    published = night(branch)
    for n in range(12):
        who = client(branch, f"客户{n}", advisor=people[n % 2])
        stand(published, who, tier="vip", net_assets_fen=1_000_000_000)
    made = seed_plans(NOW)
    assert made == ServicePlan.objects.count() == 10
    assert seed_plans(NOW) == 0
    for plan in ServicePlan.objects.select_related("client"):
        assert plan.made_by_id == plan.client.advisor_id
    assert PlanReview.objects.exists()
    assert {"done", "open"} <= set(Task.objects.filter(rule="plan").values_list("state", flat=True))
