"""The invented firm has referrals in every state, written once by the functions that people use."""

from datetime import timedelta

import pytest

from crm.demo.loyalty import STORIES, seed_referrals
from servicing.models import Loyalty, LoyaltyStep, Referral
from tests.crm.page_firm import client
from tests.servicing.desk import AT, DAY
from tests.servicing.loyalty_desk import make_desk

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_referrals_in_every_state_and_writes_them_once() -> None:
    desk = make_desk()
    for _ in range(len(STORIES)):
        desk.person()
    for days_ago in (20, 40):
        client(desk.branch, "新客户", advisor=desk.advisor, opened_on=DAY - timedelta(days=days_ago))
    assert seed_referrals(AT) == len(STORIES)
    assert set(Referral.objects.values_list("state", flat=True)) == set(Referral.State.values)
    assert Loyalty.objects.filter(step=LoyaltyStep.CORE).exists()
    assert seed_referrals(AT) == 0
