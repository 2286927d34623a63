"""Lifetime value (C6): years × commission − cost, with inputs that give the same number when they are multiplied by hand."""

from datetime import date
from decimal import Decimal

import pytest

from segmentation.models import BehaviourFigures, Threshold
from segmentation.value import tier_values
from tests.segmentation.nights import make_branch, make_clients, publish, worth_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def published(*told):
    branch = make_branch()
    people = make_clients(branch, len(told))
    rows = {
        client: {"tier": tier, "measure": 100 - n, "trading_days": days, "yearly_commission_fen": yearly}
        for n, (client, (tier, days, yearly)) in enumerate(zip(people, told, strict=True))
    }
    return people, publish(branch, DAY, rows)


def test_the_worked_example_of_the_rule() -> None:
    # two key clients with 5 and 11.4 years: 8.2 on the mean; 47,310 yuan a year; 8.2 × (47,310 − 2,400)
    (first, _second), night = published(("key", 1825, 4_731_000), ("key", 4161, 2_000_000))
    worth = worth_of(first, night)
    assert (worth.years, worth.yearly_fen, worth.client_count) == (Decimal("8.2"), 4_731_000, 2)
    assert (worth.commission_fen, worth.cost_fen, worth.value_fen) == (38_794_200, 1_968_000, 36_826_200)


def test_a_tier_is_worth_what_its_mean_client_is() -> None:
    _people, night = published(("vip", 730, 100_00), ("vip", 365, 201_01), ("small", 0, 0), ("small", 365, 10_00))
    values = tier_values(night)
    assert set(values) == {"vip", "small"}
    assert (values["vip"].years, values["vip"].yearly_fen) == (Decimal("1.5"), 150_51)  # 150.505 rounds up
    assert (values["small"].client_count, values["small"].value_fen) == (1, 10_00 - 60_00)


def test_who_never_traded_has_no_value_and_nights_of_before_have_none() -> None:
    (trader, never), night = published(("small", 365, 10_00), ("small", 0, 0))
    assert worth_of(never, night) is None
    BehaviourFigures.objects.all().delete()
    assert worth_of(trader, night) is None


def test_the_cost_of_service_is_a_dated_number() -> None:
    (trader,), night = published(("small", 365, 10_00))
    Threshold.objects.create(key="service_cost_small", value=4_00, unit="fen a year", from_day=DAY, source="test")
    assert worth_of(trader, night).value_fen == 6_00
