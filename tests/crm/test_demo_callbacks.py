"""The call-backs of the demonstration: drawn and called by the rules, written once."""

from datetime import UTC, date, datetime

import pytest

from crm.demo.callbacks import seed_callbacks
from crm.models import Branch
from servicing.callbacks.invariants import broken_callbacks
from servicing.models import Callback, CallbackAttempt
from tests.crm.page_firm import client, staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)


def test_a_second_run_adds_nothing_and_everything_holds() -> None:
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    people = staff("shown", "advisor", branch), staff("other", "advisor", branch)
    staff("boss", "manager", branch)
    for n in range(90):
        client(branch, f"客户{n}", advisor=people[n % 2], opened_on=date(2020, 1, 6))
    client(branch, "新客", advisor=people[0], opened_on=date(2026, 10, 9))
    assert seed_callbacks(NOW) == CallbackAttempt.objects.count() > 3
    assert set(Callback.objects.values_list("kind", flat=True)) == {"new", "year"}
    assert not CallbackAttempt.objects.filter(made_at__gte=NOW).exists()
    assert list(broken_callbacks(branch)) == []
    assert seed_callbacks(NOW) == 0
