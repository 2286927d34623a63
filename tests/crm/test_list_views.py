"""Views and columns of the client list: kept, shared with the branch, opened first, deleted and brought back."""

from uuid import uuid4

import pytest
from django.urls import reverse

from crm.models import AuditEvent, Branch, SavedView
from crm.pages.lists.columns import COLUMNS
from tests.crm.access import same
from tests.crm.page_firm import browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db
LIST = "/clients/"


class Firm:
    def __init__(self):
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
        self.me, self.colleague = (staff(name, "advisor", self.branch) for name in ("me", "colleague"))
        self.stranger = staff("stranger", "advisor", self.elsewhere)
        published = night(self.branch)
        stand(published, client(self.branch, "高险", advisor=self.me), tier="vip", churn_band="high")
        stand(published, client(self.branch, "低险", advisor=self.me), tier="small", churn_band="low")

    def save(self, who=None, **fields):
        told = {
            "name": "我的重点",
            "on": "tier=vip&f=band:high|last_contact:30d..",
            "cols": "tier,risk",
            "sort": "-assets",
            **fields,
        }
        return browser_of(who or self.me).post(reverse("save-view"), told)


@pytest.fixture
def firm():
    return Firm()


def tabs(response):
    return {str(tab["label"]): tab for tab in response.context["views"]}


def heads(response):
    return [head.column.name for head in response.context["heads"]]


def test_a_saved_view_is_a_tab_that_asks_again_with_its_columns_and_sort(firm):
    address = firm.save()["Location"]
    view = SavedView.objects.get()
    response = browser_of(firm.me).get(address)
    assert [row.client.name for row in response.context["page"].rows] == ["高险"]
    assert heads(response) == ["tier", "risk"]
    assert response.context["filters"].sort == "-assets"
    assert tabs(response)["我的重点"]["on"]
    assert sum(tab["on"] for tab in response.context["views"]) == 1
    row = AuditEvent.objects.get(action="save-view")
    assert (row.actor, row.key) == (firm.me, str(view.uid))


def test_a_double_click_saves_once_and_another_view_of_that_name_is_refused(firm):
    assert [firm.save().status_code, firm.save().status_code] == [302, 302]
    assert SavedView.objects.count() == 1
    refused = firm.save(on="tier=small")
    assert refused.status_code == 422
    assert refused.context["form"].errors["name"]
    assert firm.save(name=" ").status_code == 422
    assert firm.save(name="长" * 21).status_code == 422
    assert firm.save(who=firm.colleague).status_code == 302  # each has names of their own


def test_colleagues_see_shared_views_of_their_branch_and_nobody_sees_the_others(firm):
    firm.save(name="大家的", shared="on")
    firm.save(name="自己的")
    assert {"大家的"} == {"大家的", "自己的"} & set(tabs(browser_of(firm.colleague).get(LIST)))
    assert not {"大家的", "自己的"} & set(tabs(browser_of(firm.stranger).get(LIST)))
    assert tabs(browser_of(firm.colleague).get(LIST))["大家的"]["by"] == "员工me"


def test_only_the_owner_changes_a_view_and_a_foreign_one_is_a_missing_one(firm):
    firm.save(name="大家的", shared="on")
    shared = SavedView.objects.get()
    firm.save(name="自己的")
    private = SavedView.objects.get(name="自己的")
    told = {"name": "改", "on": "", "shared": "on"}
    missing = browser_of(firm.colleague).post(reverse("edit-view", args=[uuid4()]), told)
    for who, view, opens in (
        (firm.colleague, shared, True),
        (firm.colleague, private, False),
        (firm.stranger, shared, False),
    ):
        browser = browser_of(who)
        response = browser.post(reverse("edit-view", args=[view.uid]), told)
        assert (response.status_code != 404) == opens
        assert opens or same(response.content) == same(missing.content)
        for route in ("update-view", "delete-view", "restore-view"):
            assert browser.post(reverse(route, args=[view.uid]), told).status_code == 404, route
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["大家的", "自己的"]
    assert browser_of(firm.me).post(reverse("edit-view", args=[shared.uid]), {"name": "改"}).status_code == 302
    shared.refresh_from_db()
    assert (shared.name, shared.is_shared) == ("改", False)


def test_a_changed_list_can_become_what_the_view_asks(firm):
    address = firm.save()["Location"]
    browser, view = browser_of(firm.me), SavedView.objects.get()
    assert browser.get(address).context["changed"] == ""
    wider = browser.get(f"{LIST}?tier=vip&tier=key&view={view.uid}&sort=-assets")
    assert wider.context["changed"] == reverse("update-view", args=[view.uid])
    assert tabs(wider)["我的重点"]["on"]
    assert browser_of(firm.colleague).get(f"{LIST}?tier=key&view={view.uid}").context["changed"] == ""
    browser.post(wider.context["changed"], {"on": wider.context["on"]})
    view.refresh_from_db()
    assert view.query == "tier=vip&tier=key"
    assert view.columns == "tier,risk"


def test_a_deleted_view_is_gone_until_it_is_brought_back(firm):
    firm.save()
    browser, view = browser_of(firm.me), SavedView.objects.get()
    response = browser.post(reverse("delete-view", args=[view.uid]), follow=True)
    undo = reverse("restore-view", args=[view.uid])
    assert f'action="{undo}"' in response.content.decode()
    assert "我的重点" not in tabs(response)
    browser.post(reverse("delete-view", args=[view.uid]))
    assert AuditEvent.objects.filter(action="delete-view").count() == 1
    browser.post(undo)
    assert "我的重点" in tabs(browser.get(LIST))
    browser.post(undo)
    assert AuditEvent.objects.filter(action="restore-view").count() == 1


def test_a_name_taken_meanwhile_keeps_the_deleted_view_deleted(firm):
    firm.save()
    browser, view = browser_of(firm.me), SavedView.objects.get()
    browser.post(reverse("delete-view", args=[view.uid]))
    firm.save(on="tier=small")
    browser.post(reverse("restore-view", args=[view.uid]))
    assert SavedView.objects.filter(deleted_at=None).count() == 1


def test_the_chosen_view_opens_first_and_all_clients_stay_reachable(firm):
    firm.save(first="on")
    browser = browser_of(firm.me)
    first = browser.get(LIST, follow=True)
    assert [row.client.name for row in first.context["page"].rows] == ["高险"]
    everybody = browser.get(first.context["views"][0]["href"])
    assert len(everybody.context["page"].rows) == 2
    browser.post(reverse("choose-first-view"), {"view": "risen"})
    assert browser.get(LIST)["Location"] == "/clients/?news=risk"
    browser.post(reverse("choose-first-view"), {"view": "all"})
    assert browser.get(LIST).status_code == 200


def test_a_first_view_that_was_deleted_or_is_foreign_opens_nothing(firm):
    firm.save(first="on")
    browser, view = browser_of(firm.me), SavedView.objects.get()
    assert browser_of(firm.stranger).post(reverse("choose-first-view"), {"view": str(view.uid)}).status_code == 404
    browser.post(reverse("delete-view", args=[view.uid]))
    assert browser.get(LIST).status_code == 200


def test_columns_stand_in_the_address_or_are_kept_for_the_reader(firm):
    browser = browser_of(firm.me)
    assert heads(browser.get(LIST + "?cols=opened,tier,nonsense,opened")) == ["opened", "tier"]
    there = browser.post(reverse("choose-columns"), {"on": "tier=vip", "col": ["tier", "contact"], "do": "use"})
    assert there["Location"] == "/clients/?tier=vip&cols=tier,contact"
    browser.post(reverse("choose-columns"), {"on": "", "col": ["assets", "tags"], "do": "keep"})
    assert heads(browser.get(LIST)) == ["assets", "tags"]
    assert heads(browser_of(firm.colleague).get(LIST)) != ["assets", "tags"]
    moved = browser.post(reverse("choose-columns"), {"on": "", "col": ["assets", "tags", "tier"], "up": "tier"})
    assert moved["Location"] == "/clients/?cols=assets,tier,tags"
    browser.post(reverse("choose-columns"), {"do": "usual"})
    assert "risk_money" in heads(browser.get(LIST))


def test_every_column_draws_every_row_and_its_sorts_are_known(firm):
    from crm.pages.list_filters import SORTS

    response = browser_of(firm.me).get(LIST + "?cols=" + ",".join(COLUMNS))
    assert heads(response) == list(COLUMNS)
    assert len(response.context["lines"]) == 2
    assert {column.sort for column in COLUMNS.values() if column.sort} <= set(SORTS)
