"""The invented firm has a pledge that was kept and broken, and ideas in every state, written by the functions that people use."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from crm.demo.ideas import STORIES, write_ideas
from crm.demo.pledges import PLEDGES, write_pledges
from servicing.invariants import broken
from servicing.models import Idea, Pledge, PledgeBreach
from tests.crm.page_firm import client, staff, stand
from tests.servicing.concession_desk import make_office
from tests.servicing.pledge_desk import promised

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_ideas_and_a_pledge_with_breaches_and_writes_them_once() -> None:
    office = make_office()
    staff("root", "admin")
    at = datetime.combine(timezone.localdate(), time(12), timezone.get_default_timezone())
    for rank in range(30):
        stand(office.night, client(office.branch, f"客户{rank}", advisor=office.advisor), rank=rank + 1)
    promised(office.client, timezone.localdate(at) - timedelta(days=20))
    assert (write_ideas(at=at), write_ideas(at=at)) == (len(STORIES), 0)
    assert set(Idea.objects.values_list("state", flat=True)) == set(Idea.State.values)
    assert write_pledges(at=at) > 1
    assert write_pledges(at=at) == 0
    assert Pledge.objects.count() == len(PLEDGES) + 1
    assert set(PledgeBreach.objects.values_list("measure", flat=True)) >= {"promise", "idea", "response"}
    assert not list(broken(office.branch))
