"""The same task for many clients of the list: each has it once, with the right owner, and it can be taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from crm.models import AuditEvent
from segmentation.models import Threshold
from servicing.models import Task
from servicing.todo import add_tasks
from tests.crm.page_firm import DAY, browser_of, client, stand
from tests.crm.test_list_bulk import Firm, undo_address

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def form(clients=(), **fields):
    due = timezone.localdate() + timedelta(days=3)
    told = {"title": "电话回访", "reason": "风险测评将到期", "due_on": due, "uid": uuid4()}
    return {**told, "client": [one.pk for one in clients], **fields}


def post(who, told):
    return browser_of(who).post(reverse("add-tasks"), told, headers=HTMX)


def whose(**asked):
    return dict(Task.objects.filter(**asked).values_list("client__name", "owner__username"))


@pytest.fixture
def firm():
    return Firm()


def test_ticked_clients_get_the_task_and_foreign_ones_are_missing(firm):
    response = post(firm.me, form([*firm.mine[:2], firm.theirs, firm.foreign], on="tier=vip"))
    assert (response.status_code, response["HX-Redirect"]) == (204, "/clients/?tier=vip")
    assert whose() == {"我0": "me", "我1": "me"}
    assert post(firm.me, form([firm.theirs, firm.foreign])).status_code == 422
    assert Task.objects.count() == 2


def test_a_managers_tasks_go_to_the_advisors_and_of_nobodys_clients_to_the_manager(firm):
    stand(firm.branch.publications.get(), client(firm.branch, "无"), tier="vip")
    post(firm.boss, form(on="", all="1"))
    assert whose() == {"我0": "me", "我1": "me", "我2": "me", "别": "colleague", "无": "boss"}


def test_a_double_click_adds_once_and_writes_one_row_of_audit(firm):
    told = form(firm.mine)
    browser = browser_of(firm.boss)
    for _click in range(2):
        assert browser.post(reverse("add-tasks"), told, headers=HTMX).status_code == 204
    assert Task.objects.count() == 3
    event = AuditEvent.objects.get(action="add-tasks")
    assert (event.detail["clients"], event.branch, event.key) == (3, firm.branch, str(told["uid"]))
    assert event.detail["checksum"]
    assert "电话回访" not in str(event.detail)
    assert undo_address(browser) == reverse("undo-tasks", args=[told["uid"]])
    post(firm.boss, {**told, "client": [firm.mine[0].pk, firm.theirs.pk]})  # chosen anew in the same form
    assert Task.objects.count() == 4


def test_whoever_was_quicker_by_a_moment_is_found_again(firm, monkeypatch):
    uid, at, due = uuid4(), timezone.localtime(), timezone.localdate()
    told = {"uid": uid, "by": firm.me, "at": at}
    real, looks = Task.objects.filter, []

    def late(*args, **kwargs):
        """The first look does not see yet what the other click is about to commit."""
        looks.extend(kwargs.keys() & {"key__in"})
        return Task.objects.none() if looks == ["key__in"] else real(*args, **kwargs)

    assert add_tasks(firm.mine, "回访", due, **told) == 3
    monkeypatch.setattr(Task.objects, "filter", late)
    assert add_tasks(firm.mine, "回访", due, **told) == 3
    assert len(looks) == 2
    assert (Task.objects.count(), AuditEvent.objects.filter(action="add-tasks").count()) == (3, 1)


def test_undo_withdraws_what_is_open_still_and_once(firm):
    told = form(firm.mine)
    post(firm.me, told)
    Task.objects.filter(client=firm.mine[0]).update(state="done")
    undo = reverse("undo-tasks", args=[told["uid"]])
    for who in (firm.colleague, firm.boss, firm.other_boss):
        assert browser_of(who).post(undo).status_code == 404
    assert browser_of(firm.me).post(reverse("undo-tasks", args=[uuid4()])).status_code == 404
    browser = browser_of(firm.me)
    assert browser.post(undo).status_code == 302
    assert browser.post(undo).status_code == 302
    assert sorted(Task.objects.values_list("client__name", "state")) == [
        ("我0", "done"), ("我1", "withdrawn"), ("我2", "withdrawn"),
    ]  # fmt: skip
    assert AuditEvent.objects.get(action="withdraw-tasks").detail["clients"] == 2
    again = browser_of(firm.me)
    again.post(reverse("add-tasks"), told)  # the form sent once more after that adds nothing and says so
    assert undo_address(again) is None
    assert Task.objects.filter(state="open").count() == 0


def test_undo_leaves_clients_alone_who_went_to_somebody_else(firm):
    told = form(firm.mine)
    post(firm.me, told)
    Client.objects.filter(pk=firm.mine[0].pk).update(advisor=firm.colleague)
    browser_of(firm.me).post(reverse("undo-tasks", args=[told["uid"]]))
    assert whose(state="open") == {"我0": "me"}


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"title": "  "}, "title"),
        ({"title": "长" * 121}, "title"),
        ({"reason": "长" * 201}, "reason"),
        ({"due_on": "2026-02-30"}, "due_on"),
        ({"due_on": ""}, "due_on"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"uid": "x"}, "uid"),
    ],
)
def test_rubbish_gets_a_message_beside_the_field_and_adds_nothing(firm, fields, beside):
    response = post(firm.me, form(firm.mine, **fields))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {beside}
    assert not Task.objects.exists()


def test_one_step_takes_no_more_than_somebody_decided_and_masked_roles_none(firm):
    Threshold.objects.create(key="bulk_clients", value=2, unit="clients", from_day=DAY, source="test")
    assert post(firm.boss, form(on="", all="1")).status_code == 422
    assert not Task.objects.exists()


def test_the_drawer_offers_days_and_says_for_how_many(firm):
    page = browser_of(firm.boss).get(reverse("add-tasks"), {"client": [one.pk for one in firm.mine]}, headers=HTMX)
    assert page.context["chosen"].count == 3
    assert page.context["due_days"]
    assert page.content.decode().count('data-fill="tasks-due_on"') == len(page.context["due_days"])
    assert page.context["form"].initial["due_on"] == page.context["due_days"][0][1]


def test_many_clients_take_as_many_queries_as_few(firm, django_assert_max_num_queries):
    published = firm.branch.publications.get()
    for n in range(40):
        stand(published, client(firm.branch, f"众{n}", advisor=firm.me))
    browser, told = browser_of(firm.me), form(on="", all="1")
    with django_assert_max_num_queries(15):
        assert browser.post(reverse("add-tasks"), told, headers=HTMX).status_code == 204
    with django_assert_max_num_queries(13):
        browser.post(reverse("undo-tasks", args=[told["uid"]]), headers=HTMX)
    assert Task.objects.filter(state="withdrawn").count() == 43
