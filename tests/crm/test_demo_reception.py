"""The demonstration shows the counter: a client received, a question that waits, a pack to read; written once."""

import pytest

from crm.demo.reception import seed_reception
from servicing.models import Arrival, HandOver
from servicing.responses import waiting_for
from tests.crm.page_firm import client, night, staff, stand
from tests.servicing.desk import AT, make_desk, talk

pytestmark = pytest.mark.django_db


def test_the_demonstration_writes_the_counter_once():
    desk = make_desk()
    published = night(desk.branch)
    for one in (desk.client, client(desk.branch, "另一位", advisor=desk.advisor)):
        stand(published, one)
    moving = client(desk.branch, "第三位", advisor=staff("second", "advisor", desk.branch))
    stand(published, moving)
    talk(type(desk)(desk.branch, moving.advisor, desk.manager, moving), by=moving.advisor)
    assert seed_reception(AT) == 3
    assert seed_reception(AT) == 0
    assert Arrival.objects.get().taken_by == desk.advisor
    assert [one.client.name for one in waiting_for(desk.advisor, AT)] == ["另一位"]
    assert HandOver.objects.get().clients.get().client == moving
