"""The invented firm has one concession in each state that matters, written by the functions that people use."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from crm.demo.concessions import REQUESTS, write_concessions
from crm.models import Staff
from servicing.models import Concession
from tests.crm.page_firm import account, client, stand
from tests.servicing.concession_desk import make_office

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_concessions_running_ended_and_waiting_and_writes_them_once() -> None:
    office = make_office()
    Staff.objects.exclude(pk=office.advisor.pk).filter(role="advisor").update(is_active=False)
    for number in range(6):
        who = client(office.branch, advisor=office.advisor)
        account(who, f"9900{number:08d}")
        stand(office.night, who)
    at = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert write_concessions(at=at) == len(REQUESTS)
    states = sorted(Concession.objects.values_list("state", flat=True))
    assert states == ["approved", "approved", "asked", "ended"]
    assert write_concessions(at=at) == 0
