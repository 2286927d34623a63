"""The hand-over of whoever leaves: counted by tier, dealt among receivers, done once, said, and given back."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clients.generations import Overtaken
from clients.models import Client
from crm import staffing
from crm.models import AuditEvent, Branch
from servicing.models import HandOver
from servicing.shares import deal
from tests.crm.page_firm import NOW, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db


class Firm:
    def __init__(self):
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.other = Branch.objects.create(code="1102", name="望湖营业部")
        self.admin, self.boss = staff("root", "admin"), staff("boss", "manager", self.branch)
        self.leaver = staff("leaver", "advisor", self.branch, self.other)
        self.near, self.far = staff("near", "advisor", self.branch), staff("far", "advisor", self.other)
        self.second = staff("second", "advisor", self.branch)
        published = night(self.branch)
        self.clients = [client(self.branch, advisor=self.leaver) for _n in range(5)]
        for person, tier in zip(self.clients, ("vip", "key", "key", "small", "small"), strict=True):
            stand(published, person, tier=tier)
        self.browser = browser_of(self.admin)
        self.address = reverse("hand-over", args=[self.leaver.pk])

    def send(self, *receivers, browser=None, branch=None, **more):
        code = (branch or self.branch).code
        told = {
            "branch": code, f"{code}-receivers": [one.pk for one in receivers],
            f"{code}-reason": "离职交接", "uid": str(uuid4()), **more,
        }  # fmt: skip
        return (browser or self.browser).post(self.address, told)

    def leave(self):
        staffing.deactivate(self.leaver, left_on=timezone.localdate(), by=self.admin, at=NOW)


@pytest.fixture
def firm():
    return Firm()


def owners(firm):
    return list(
        Client.objects.filter(pk__in=[c.pk for c in firm.clients])
        .order_by("pk")
        .values_list("advisor__username", flat=True)
    )


def test_the_page_counts_by_tier_and_says_so_until_nobody_is_left(firm):
    away = client(firm.other, advisor=firm.leaver)
    firm.leave()
    waiting = firm.browser.get(firm.address).context["waiting"]
    assert [(one.branch.code, one.clients) for one in waiting] == [("1101", 5), ("1102", 1)]
    assert waiting[0].tiers == [("vip", 1), ("key", 2), ("small", 2)]
    assert firm.send(firm.near).status_code == 302
    assert [one.branch.code for one in firm.browser.get(firm.address).context["waiting"]] == ["1102"]
    assert firm.browser.get(reverse("staff-list")).context["waiting"] == [firm.leaver]
    firm.send(firm.far, branch=firm.other)
    assert firm.browser.get(firm.address).context["waiting"] == []
    assert firm.browser.get(reverse("staff-list")).context["waiting"] == []
    assert Client.objects.get(pk=away.pk).advisor == firm.far


def test_several_receivers_are_dealt_the_clients_by_rank_and_sending_twice_moves_once(firm):
    uid = str(uuid4())
    for _twice in range(2):
        response = firm.send(firm.near, firm.second, uid=uid)
        assert response.status_code == 302
    assert owners(firm) == ["near", "second", "second", "near", "near"]
    assert HandOver.objects.count() == AuditEvent.objects.filter(action="hand-over").count() == 2
    told = str(list(firm.browser.get(firm.address).context["messages"]))
    assert "near 3" in told.replace("员工", "")


def test_a_hand_over_is_given_back_once_while_the_person_is_here(firm):
    firm.send(firm.near)
    done = HandOver.objects.get()
    for _twice in range(2):
        firm.browser.post(reverse("undo-staff-hand-over", args=[firm.leaver.pk, done.uid]))
    assert set(owners(firm)) == {"leaver"}
    assert AuditEvent.objects.filter(action="undo-hand-over").count() == 1


def test_whoever_has_left_gets_nobody_back_and_the_page_says_why(firm):
    firm.send(firm.near)
    firm.leave()
    response = firm.browser.get(firm.address)
    assert not response.context["may_undo"]
    done = HandOver.objects.get()
    firm.browser.post(reverse("undo-staff-hand-over", args=[firm.leaver.pk, done.uid]))
    assert set(owners(firm)) == {"near"}


def test_only_an_advisor_of_the_branch_who_may_own_clients_can_be_chosen(firm):
    barred = staff("barred", "advisor", firm.branch)
    barred.registration_status = "ended"
    barred.save()
    for wrong in (firm.far, firm.leaver, firm.boss, barred):
        response = firm.send(wrong)
        assert response.status_code == 422
        (one,) = response.context["waiting"]
        assert "receivers" in one.form.errors
    assert set(owners(firm)) == {"leaver"}


@pytest.mark.parametrize("wrong", [{"1101-reason": ""}, {"1101-receivers": "x"}, {"1101-receivers": ""}])
def test_rubbish_moves_nobody_and_is_told_beside_the_field(firm, wrong):
    response = firm.send(firm.near, **wrong)
    assert response.status_code == 422
    (field,) = (name.removeprefix("1101-") for name in wrong)
    assert field in response.context["waiting"][0].form.errors
    assert set(owners(firm)) == {"leaver"}


def test_while_files_come_in_nothing_is_moved_and_nothing_is_lost(firm, monkeypatch):
    def busy(*_args, **_more):
        raise Overtaken

    monkeypatch.setattr("crm.pages.staff.hand_over.hand_over", busy)
    response = firm.send(firm.near)
    assert response.status_code == 422
    (one,) = response.context["waiting"]
    assert one.form.non_field_errors()
    assert one.form["reason"].value() == "离职交接"
    assert set(owners(firm)) == {"leaver"}


def test_a_manager_hands_over_the_own_branch_and_sees_that_others_wait_elsewhere(firm):
    client(firm.other, advisor=firm.leaver)
    boss = browser_of(firm.boss)
    page = boss.get(firm.address)
    assert [one.branch for one in page.context["waiting"]] == [firm.branch]
    assert page.context["elsewhere"] == 1
    assert firm.send(firm.far, browser=boss, branch=firm.other).status_code == 404
    assert firm.send(firm.near, browser=boss).status_code == 302
    assert set(owners(firm)) == {"near"}
    assert browser_of(firm.near).get(firm.address).status_code == 404


def test_the_page_costs_the_same_for_more_clients(firm, django_assert_max_num_queries):
    for _n in range(20):
        client(firm.branch, advisor=firm.leaver)
    with django_assert_max_num_queries(24):
        firm.browser.get(firm.address)


@given(st.integers(0, 60), st.integers(1, 7))
def test_every_client_is_dealt_to_exactly_one_and_shares_differ_by_one_at_most(clients, receivers):
    shares = deal(list(range(clients)), list(range(receivers)))  # type: ignore[arg-type]
    dealt = [client for share in shares.values() for client in share]
    assert sorted(dealt) == list(range(clients))
    sizes = [len(share) for share in shares.values()]
    assert max(sizes) - min(sizes) <= 1
