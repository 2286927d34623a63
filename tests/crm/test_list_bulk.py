"""Work on many clients of the list: rows that were ticked or all that match, tags, hand-over; each can be taken back."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from clients.models import Client, ClientTag, Tag, TagStep
from clients.tags import put_on, restore_tag, tag_named, withdraw_tag
from crm.models import AuditEvent, Branch
from segmentation.models import Threshold
from servicing.models import HandOver
from tests.crm.page_firm import DAY, NOW, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db


class Firm:
    def __init__(self):
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
        self.boss, self.other_boss = staff("boss", "manager", self.branch), staff("far", "manager", self.elsewhere)
        self.me, self.colleague = (staff(name, "advisor", self.branch) for name in ("me", "colleague"))
        published = night(self.branch)
        self.mine = [client(self.branch, f"我{n}", advisor=self.me) for n in range(3)]
        self.theirs = client(self.branch, "别", advisor=self.colleague)
        for n, who in enumerate([*self.mine, self.theirs]):
            stand(published, who, tier="vip" if n < 2 else "small")
        self.foreign = client(self.elsewhere, "远")
        stand(night(self.elsewhere), self.foreign, tier="vip")

    def tag(self, who, clients=(), **fields):
        told = {"client": [one.pk for one in clients], "do": "on", "name": "深套", **fields}
        return browser_of(who).post(reverse("tag-clients"), told, headers={"HX-Request": "true"})

    def hand(self, clients=(), who=None, **fields):
        told = {
            "client": [one.pk for one in clients],
            "to": self.colleague.pk,
            "reason": "休假",
            "uid": uuid4(),
            **fields,
        }
        return browser_of(who or self.boss).post(reverse("hand-over-clients"), told, headers={"HX-Request": "true"})


@pytest.fixture
def firm():
    return Firm()


def tagged(name="深套"):
    return sorted(ClientTag.objects.filter(tag__name=name).values_list("client__name", flat=True))


def advisors():
    return dict(Client.objects.exclude(advisor=None).values_list("name", "advisor__username"))


def undo_address(browser):
    """What the next page's message offers to take back."""
    found = re.search(r'action="([^"]*(?:undo|restore)/[^"]*)"', browser.get("/clients/?view=all").content.decode())
    return found[1].replace("&amp;", "&") if found else None


def test_ticked_clients_are_tagged_once_and_foreign_ones_are_missing(firm):
    response = firm.tag(firm.me, [*firm.mine[:2], firm.theirs, firm.foreign], on="tier=vip")
    assert (response.status_code, response["HX-Redirect"]) == (204, "/clients/?tier=vip")
    assert tagged() == ["我0", "我1"]
    firm.tag(firm.me, firm.mine)
    assert tagged() == ["我0", "我1", "我2"]
    assert [event.detail["clients"] for event in AuditEvent.objects.filter(action="tag-clients").order_by("pk")] == [
        2,
        1,
    ]


def test_all_that_match_are_found_by_the_conditions_on_the_server(firm):
    firm.tag(firm.boss, on="tier=vip", all="1")
    assert tagged() == ["我0", "我1"]


def test_one_step_takes_no_more_than_somebody_decided(firm):
    Threshold.objects.create(key="bulk_clients", value=2, unit="clients", from_day=DAY, source="test")
    many = firm.tag(firm.boss, on="", all="1")
    assert many.status_code == 422
    assert "2" in many.content.decode()
    assert firm.tag(firm.boss).status_code == 422
    assert tagged() == []


def test_a_step_is_taken_back_exactly(firm):
    put_on([firm.mine[0]], tag_named(firm.branch, "深套", by=firm.boss, at=NOW), by=firm.boss, at=NOW)
    browser = browser_of(firm.me)
    browser.post(reverse("tag-clients"), {"client": [one.pk for one in firm.mine], "do": "on", "tag": "深套"})
    assert tagged() == ["我0", "我1", "我2"]
    undo = undo_address(browser)
    browser.post(undo)
    assert tagged() == ["我0"]  # who had it before keeps it
    browser.post(undo)
    assert AuditEvent.objects.filter(action="undo-tag-step").count() == 1
    browser.post(reverse("tag-clients"), {"client": [one.pk for one in firm.mine], "do": "off", "tag": "深套"})
    assert tagged() == []
    browser.post(undo_address(browser))
    assert tagged() == ["我0"]


def test_somebody_elses_step_is_a_missing_one(firm):
    firm.tag(firm.me, firm.mine)
    step = TagStep.objects.get()
    for who in (firm.colleague, firm.boss):
        assert browser_of(who).post(reverse("undo-tags", args=[step.uid])).status_code == 404
    assert browser_of(firm.me).post(reverse("undo-tags", args=[uuid4()])).status_code == 404
    assert len(tagged()) == 3


def test_a_director_tags_clients_of_two_branches_in_one_step_and_takes_it_back(firm):
    firm.boss.branches.add(firm.elsewhere)
    browser = browser_of(firm.boss)
    browser.post(reverse("tag-clients"), {"client": [firm.mine[0].pk, firm.foreign.pk], "do": "on", "name": "深套"})
    assert tagged() == ["我0", "远"]
    assert Tag.objects.filter(name="深套").count() == 2  # each branch has its own
    browser.post(undo_address(browser))
    assert tagged() == []


@pytest.mark.parametrize("name", ["", "   ", "a,b", "a|b", "!a", "none", "长" * 21])
def test_a_name_that_no_tag_can_have_gets_a_message(firm, name):
    response = firm.tag(firm.me, firm.mine, name=name)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert not Tag.objects.exists()


def test_tag_names_are_unique_whatever_the_case_and_renamed_by_the_manager(firm):
    firm.tag(firm.me, firm.mine[:1], name="vip盘后")
    firm.tag(firm.me, firm.mine[1:2], name="VIP盘后")
    tag = Tag.objects.get()
    other = tag_named(firm.branch, "深套", by=firm.boss, at=NOW)
    rename = reverse("rename-tag", args=[other.pk])
    assert browser_of(firm.boss).post(rename, {"name": "Vip盘后"}).status_code == 422
    assert browser_of(firm.boss).post(rename, {"name": "a,b"}).status_code == 422
    assert browser_of(firm.boss).post(rename, {"name": "深套三成"}).status_code == 302
    for who in (firm.me, firm.other_boss):
        for route in ("rename-tag", "withdraw-tag", "restore-tag"):
            assert browser_of(who).post(reverse(route, args=[tag.pk]), {"name": "x"}).status_code == 404, route
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["vip盘后", "深套三成"]


def test_a_withdrawn_tag_goes_off_all_clients_and_comes_back_on_them(firm):
    firm.tag(firm.me, firm.mine)
    browser, tag = browser_of(firm.boss), Tag.objects.get()
    assert "深套" in browser.get(reverse("tag-list")).content.decode()
    browser.post(reverse("withdraw-tag", args=[tag.pk]))
    assert tagged() == []
    assert withdraw_tag(tag, by=firm.boss, at=NOW) is None
    browser.post(undo_address(browser))
    assert len(tagged()) == 3
    tag.refresh_from_db()
    assert restore_tag(tag, by=firm.boss, at=NOW) == 0


def test_tags_stand_in_the_list(firm):
    firm.tag(firm.me, firm.mine[:1])
    page = browser_of(firm.me).get("/clients/?view=all").content.decode()
    assert '<span class="tag">深套</span>' in page


def test_a_manager_hands_over_and_takes_it_back(firm):
    browser = browser_of(firm.boss)
    told = {
        "client": [one.pk for one in firm.mine],
        "to": firm.colleague.pk,
        "reason": "休假",
        "uid": uuid4(),
        "on": "tier=vip",
    }
    response = browser.post(reverse("hand-over-clients"), told)
    assert response["Location"] == "/clients/?tier=vip"
    assert set(advisors().values()) == {"colleague"}
    again = browser.post(reverse("hand-over-clients"), told)
    assert again.status_code == 302
    assert HandOver.objects.count() == 1
    page = browser.get("/clients/?view=all").content.decode()
    assert "3" in re.search(r"data-text>([^<]*)<", page)[1]
    undo = reverse("undo-hand-over", args=[HandOver.objects.get().uid])
    assert f'action="{undo}"' in page
    for who in (firm.other_boss, firm.me):
        assert browser_of(who).post(undo).status_code == 404
    browser.post(undo)
    assert advisors() == {"我0": "me", "我1": "me", "我2": "me", "别": "colleague"}
    assert browser.post(reverse("undo-hand-over", args=[uuid4()])).status_code == 404


def test_who_may_not_own_these_clients_cannot_be_chosen_and_a_reason_is_asked_for(firm):
    gone = staff("gone", "advisor", firm.branch)
    gone.is_active = False
    gone.save()
    ended = staff("ended", "advisor", firm.branch)
    ended.registration_status = "ended"
    ended.save()
    far = staff("there", "advisor", firm.elsewhere)
    for to in (gone, far, firm.boss, ended):
        response = firm.hand(firm.mine, to=to.pk)
        assert response.status_code == 422
        assert response.context["form"].errors["to"]
    assert firm.hand(firm.mine, reason=" ").context["form"].errors["reason"]
    assert firm.hand(firm.mine, who=firm.me).status_code == 404
    assert set(advisors().values()) == {"me", "colleague"}


def test_clients_of_two_branches_are_not_handed_over_in_one_step(firm):
    firm.boss.branches.add(firm.elsewhere)
    firm.colleague.branches.add(firm.elsewhere)
    response = firm.hand([firm.mine[0], firm.foreign])
    assert response.status_code == 422
    assert response.context["form"].errors["to"]


def test_restricted_clients_are_no_part_of_any_choice(firm):
    Client.objects.filter(pk=firm.mine[0].pk).update(is_restricted=True)
    firm.tag(firm.boss, on="", all="1")
    firm.tag(firm.boss, firm.mine)
    assert "我0" not in tagged()


def test_the_page_of_tags_takes_as_many_queries_for_many_tags_as_for_few(firm, django_assert_max_num_queries):
    for n in range(12):
        put_on(firm.mine, tag_named(firm.branch, f"标签{n}", by=firm.boss, at=NOW), by=firm.boss, at=NOW)
    browser = browser_of(firm.boss)
    with django_assert_max_num_queries(9):
        page = browser.get(reverse("tag-list"))
    assert [row["count"] for row in page.context["rows"]] == [3] * 12
