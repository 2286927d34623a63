"""Client X is here or calling (S16): the advisor is told, or the next colleague; one of them takes it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from clients.models import AccessGrant, Client
from crm.lib.refusals import Refused
from crm.models import AuditEvent, Leave, Staff
from servicing.arrivals import announce, end, pass_on, people_here, take
from servicing.models import Arrival
from tests.crm.page_firm import client, staff
from tests.servicing.desk import AT, DAY, TOMORROW, make_desk, talk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def counter(desk):
    return staff("counter", "advisor", desk.branch)


def told(desk, by, **more):
    given = {"way": "here", "to": None, "uid": uuid4(), "by": by, "at": AT, **more}
    return announce(desk.client, **given)


def send_away(person):
    Leave.objects.create(staff=person, from_day=DAY, until_day=TOMORROW, made_by=person, made_at=AT)


def test_the_clients_own_advisor_is_told(desk, counter):
    assert told(desk, counter).to == desk.advisor


def test_where_the_advisor_is_away_the_one_who_was_told_least_today_is_next(desk, counter):
    send_away(desk.advisor)
    second, third = staff("second", "advisor", desk.branch), staff("third", "advisor", desk.branch)
    first_told = told(desk, counter)
    assert first_told.to == second
    other = client(desk.branch, "另一位", advisor=desk.advisor)
    assert announce(other, way="calling", to=None, uid=uuid4(), by=counter, at=AT).to == third


def test_where_nobody_else_is_here_the_manager_is_told_and_at_last_oneself(desk, counter):
    send_away(desk.advisor)
    assert told(desk, counter).to == desk.manager
    Arrival.objects.all().delete()
    send_away(desk.manager)
    assert told(desk, counter).to == counter


def test_colleagues_of_other_branches_and_those_who_left_are_never_told(desk, counter):
    elsewhere = staff("elsewhere", "advisor", type(desk.branch).objects.create(code="1102", name="望湖营业部"))
    gone = staff("gone", "advisor", desk.branch)
    Staff.objects.filter(pk=gone.pk).update(left_on=DAY, is_active=False)
    assert not {elsewhere, gone} & set(people_here(desk.branch, AT))
    with pytest.raises(Refused):
        told(desk, counter, to=elsewhere)


def test_a_double_click_and_a_second_colleague_tell_once(desk, counter):
    uid = uuid4()
    first = told(desk, counter, uid=uid)
    assert told(desk, counter, uid=uid) == first
    assert told(desk, desk.manager) == first
    assert Arrival.objects.count() == AuditEvent.objects.filter(action="announce-arrival").count() == 1


def test_whoever_takes_the_client_of_a_colleague_sees_the_client_until_the_evening(desk, counter):
    send_away(desk.advisor)
    second = staff("second", "advisor", desk.branch)
    made = told(desk, counter)
    assert take(made, by=second, at=AT)
    assert not take(made, by=second, at=AT)
    grant = AccessGrant.objects.get()
    assert (grant.staff, grant.client, grant.from_at) == (second, desk.client, AT)
    assert grant.until_at == AT.replace(hour=16, minute=0)  # midnight in Shanghai


def test_the_own_advisor_and_a_manager_need_no_grant(desk, counter):
    assert take(told(desk, counter), by=desk.advisor, at=AT)
    end(Arrival.objects.get(), by=desk.advisor, at=AT)
    assert take(told(desk, counter), by=desk.manager, at=AT)
    assert not AccessGrant.objects.exists()


def test_nobody_opens_a_client_to_themselves(desk, counter):
    """The one who tells neither names nor passes it to themselves while the advisor is here, and takes nothing unasked."""
    with pytest.raises(Refused, match=desk.advisor.name):
        told(desk, counter, to=counter)
    made = told(desk, counter)
    with pytest.raises(Refused, match=desk.advisor.name):
        take(made, by=counter, at=AT)
    with pytest.raises(Refused, match=desk.advisor.name):
        pass_on(made, to=counter, by=counter, at=AT)
    assert not AccessGrant.objects.exists()


def test_an_arrival_is_passed_on_until_somebody_took_it(desk, counter):
    made = told(desk, counter)
    assert pass_on(made, to=desk.manager, by=desk.advisor, at=AT)
    assert not pass_on(made, to=desk.manager, by=desk.advisor, at=AT)
    with pytest.raises(Refused):  # no longer told to the advisor
        take(made, by=desk.advisor, at=AT)
    assert take(made, by=desk.manager, at=AT)
    with pytest.raises(Refused, match=desk.manager.name):
        pass_on(made, to=desk.advisor, by=desk.manager, at=AT)


def test_what_is_withdrawn_is_taken_by_nobody(desk, counter):
    made = told(desk, counter)
    assert end(made, by=counter, at=AT)
    assert not end(made, by=counter, at=AT)
    with pytest.raises(Refused):
        take(made, by=desk.advisor, at=AT)


def test_the_notice_of_yesterday_opens_no_client_today(desk, counter):
    send_away(desk.advisor)
    second = staff("second", "advisor", desk.branch)
    made = told(desk, counter)
    tomorrow = AT.replace(hour=16, minute=0)  # midnight in Shanghai
    for late in (
        lambda: take(made, by=second, at=tomorrow),
        lambda: pass_on(made, to=desk.manager, by=second, at=tomorrow),
    ):
        with pytest.raises(Refused):
            late()
    assert not AccessGrant.objects.exists()
    assert take(made, by=second, at=tomorrow - timedelta(minutes=1))


def test_a_contact_by_whoever_took_it_ends_the_arrival(desk, counter):
    made = told(desk, counter)
    take(made, by=desk.advisor, at=AT - timedelta(minutes=1))
    assert Arrival.objects.concerning(desk.advisor).get() == made
    talk(desk, "到店取资料")
    assert not Arrival.objects.concerning(desk.advisor).exists()


def test_the_notice_concerns_who_was_told_and_who_told_until_it_is_taken(desk, counter):
    made = told(desk, counter)
    concerned = [
        person for person in (desk.advisor, counter, desk.manager) if Arrival.objects.concerning(person).exists()
    ]
    assert concerned == [desk.advisor, counter]
    take(made, by=desk.advisor, at=AT)
    assert not Arrival.objects.concerning(counter).exists()
    Client.objects.filter(pk=desk.client.pk).update(is_restricted=True)
    assert not Arrival.objects.concerning(desk.advisor).exists()
