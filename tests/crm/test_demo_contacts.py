"""The contact history of the demonstration: believable, in the past, written once."""

from datetime import UTC, datetime

import pytest

from crm.demo.contacts import seed_contacts
from crm.models import Branch
from servicing.models import Contact, Promise, Task
from tests.crm.page_firm import client, night, staff, stand

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)


@pytest.fixture
def firm():
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    people = staff("shown", "advisor", branch), staff("other", "advisor", branch)
    published = night(branch)
    for n in range(40):
        stand(published, client(branch, f"客户{n}", advisor=people[n % 2]), tier="vip" if n < 10 else "small")
    return people


def test_a_second_run_adds_nothing(firm):
    written = seed_contacts(NOW)
    assert written == Contact.objects.count() > 20
    assert seed_contacts(NOW) == 0
    assert Contact.objects.count() == written


def test_the_best_clients_are_talked_to_by_their_own_advisors_in_office_hours(firm):
    seed_contacts(NOW)
    contacts = list(Contact.objects.select_related("client", "staff"))
    assert {contact.staff.username for contact in contacts} == {"shown", "other"}
    for contact in contacts:
        assert contact.staff == contact.client.advisor
        assert contact.happened_at == contact.recorded_at < NOW
        assert contact.happened_at.weekday() < 5
        assert 1 <= contact.happened_at.hour < 9  # UTC: 9 to 17 in Shanghai
    open_ones = [*Promise.objects.filter(state="open"), *Task.objects.filter(state="open")]
    assert all(one.owner == one.client.advisor for one in open_ones)


def test_without_a_night_there_is_nobody_to_choose():
    assert seed_contacts(NOW) == 0
