"""Staff: who comes by a link that works once, and what they may."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from crm.models import AuditEvent, Invitation, Staff
from tests.crm.page_firm import browser_of, client
from tests.crm.staff_firm import Firm, path_of

pytestmark = pytest.mark.django_db
PASSWORD = "a quiet river at night"


@pytest.fixture
def firm():
    return Firm()


def test_an_invited_person_sets_a_password_by_a_link_that_is_shown_once_and_works_once(firm):
    response = firm.invite()
    assert response["Cache-Control"] == "no-store"
    link = path_of(response)
    person = Staff.objects.get(username="zhaoyiran")
    assert not person.has_usable_password()
    guest = Browser()
    assert guest.get(link).status_code == 200
    chosen = guest.post(link, {"password": PASSWORD, "again": PASSWORD})
    assert chosen["Location"] == reverse("log-in")
    assert 'role="status"' in guest.get(reverse("log-in")).content.decode()  # says that the password is set
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert guest.get(link).status_code == 410
    assert guest.post(link, {"password": "another " + PASSWORD, "again": "another " + PASSWORD}).status_code == 410
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    actions = set(AuditEvent.objects.filter(table="crm_staff", key=person.pk).values_list("action", flat=True))
    assert actions >= {"add-staff", "invite-staff", "accept-invitation"}
    assert link.split("/")[-2] not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


def test_an_invitation_sent_twice_makes_one_person_and_shows_the_same_link(firm):
    uid = str(uuid4())
    first = firm.invite(uid=uid)
    made_at = Invitation.objects.get().made_at
    with time_machine.travel(made_at + timedelta(seconds=20), tick=False):
        second = firm.invite(uid=uid)
    assert path_of(first) == path_of(second)
    assert Staff.objects.filter(username="zhaoyiran").count() == Invitation.objects.count() == 1
    with time_machine.travel(made_at + timedelta(minutes=5), tick=False):
        assert firm.invite(uid=uid).context["link"] == ""


def test_a_link_ends_after_72_hours_by_a_newer_one_and_when_it_is_not_ours(firm):
    link = path_of(firm.invite())
    with time_machine.travel(Invitation.objects.get().expires_at + timedelta(hours=1), tick=False):
        assert Browser().get(link).status_code == 410
    person = Staff.objects.get(username="zhaoyiran")
    newer = path_of(firm.browser.post(reverse("make-staff-link", args=[person.pk]), {"uid": str(uuid4())}))
    gone = Browser().get(link)
    assert gone.status_code == 410
    assert Browser().get(newer).status_code == 200
    forged = Browser().get(reverse("accept-invitation", args=["nonsense"]))
    assert forged.status_code == 410
    assert forged.context["request"].path != link


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("short", "short", "password"),
        ("1234567890123", "1234567890123", "password"),
        (PASSWORD, PASSWORD + "x", "again"),
        ("", "", "password"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused_beside_its_field(firm, password, again, field):
    link = path_of(firm.invite())
    response = Browser().post(link, {"password": password, "again": again})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Browser().get(link).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": "Zhao Yi"}, "username"),
        ({"username": "hers"}, "username"),
        ({"name": ""}, "name"),
        ({"role": "king"}, "role"),
        ({"branches": []}, "branches"),
        ({"branches": ["999999"]}, "branches"),
        ({"registration_status": "perhaps"}, "registration_status"),
        ({"employee_code": "x" * 31}, "employee_code"),
    ],
)
def test_rubbish_about_a_person_gives_a_message_beside_the_field(firm, wrong, field):
    response = firm.invite(**wrong)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert Staff.objects.count() == 3


def test_another_role_is_audited_with_both_and_ends_the_sessions_at_once(firm):
    session = browser_of(firm.advisor)
    assert session.get(reverse("today")).status_code == 200
    assert firm.change(firm.advisor, role="manager").status_code == 302
    assert session.get(reverse("today"))["Location"].startswith(reverse("log-in"))
    row = AuditEvent.objects.get(action="change-permissions")
    assert (row.detail["before"]["role"], row.detail["after"]["role"]) == ("advisor", "manager")
    other = browser_of(firm.boss)
    assert firm.change(firm.boss, name="另名").status_code == 302
    assert other.get(reverse("today")).status_code == 200  # a name is no permission
    assert AuditEvent.objects.get(action="change-staff").detail["after"] == {"name": "另名"}


def test_of_two_editors_the_second_is_told_with_both_versions_and_keeps_what_was_typed(firm):
    opened = firm.fields(firm.advisor, name="第二人写的")
    firm.change(firm.advisor, name="第一人写的")
    address = reverse("change-staff", args=[firm.advisor.pk])
    response = firm.browser.post(address, opened)
    assert response.status_code == 409
    assert response.context["other"][0][1:] == ("第二人写的", "第一人写的")
    assert response.context["form"]["name"].value() == "第二人写的"
    firm.advisor.refresh_from_db()
    assert firm.advisor.name == "第一人写的"
    firm.browser.post(address, opened | {"version": response.context["form"]["version"].value()})
    firm.advisor.refresh_from_db()
    assert firm.advisor.name == "第二人写的"


def test_whoever_owns_clients_stays_an_advisor_of_the_branch_until_they_are_handed_over(firm):
    client(firm.branch, advisor=firm.advisor)
    for wrong, field in (({"role": "manager"}, "role"), ({"branches": [firm.other.pk]}, "branches")):
        response = firm.change(firm.advisor, **wrong)
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {field}
    assert firm.change(firm.advisor, branches=[firm.branch.pk, firm.other.pk]).status_code == 302
