"""The invented firm has an event that was held and one that is open, written by the functions that people use."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from crm.demo.events import ABSENT, CAME, SEATS, WANT, write_events
from crm.models import Staff
from servicing.events.effect import effect_of
from servicing.events.invariants import broken_events
from servicing.models import Event, Guest
from tests.crm.page_firm import client, stand
from tests.servicing.concession_desk import make_office

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_an_event_that_was_held_and_one_with_a_waiting_list_and_writes_them_once() -> None:
    office = make_office()
    Staff.objects.exclude(pk=office.advisor.pk).filter(role="advisor").update(is_active=False)
    for _ in range(75):
        stand(office.night, client(office.branch, advisor=office.advisor, phone="16412345678"))
    at = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert write_events(at=at) == 2
    held, coming = Event.objects.order_by("starts_at")
    counts = Guest.objects.counted([held.pk, coming.pk])
    assert (held.state, counts[held.pk]["registered"], counts[held.pk]["came"]) == ("held", CAME + ABSENT, CAME)
    assert (coming.state, counts[coming.pk]["registered"]) == ("open", SEATS)
    assert counts[coming.pk]["waiting"] == WANT - SEATS
    assert effect_of(held, at.date()).came.n > 0
    assert not list(broken_events(office.branch))
    assert write_events(at=at) == 0
