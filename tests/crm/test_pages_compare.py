"""Two nights of a branch compared: who changed and why, and in what their inputs differ."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Client, ImportBatch
from crm.models import Branch, Publication
from segmentation.comparing import differences, pairs
from segmentation.models import Threshold
from tests.crm.page_firm import browser_of, staff
from tests.segmentation.nights import NOW, claimed_run, make_branch, make_clients, publish

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2026, 11, 19), date(2026, 11, 20)


class Firm:
    """Five clients: one moved by the own value, one because of it, one by hand, one whose risk rose, one who fell asleep."""

    def __init__(self):
        self.branch = make_branch("1101")
        self.clients = make_clients(self.branch, 6)
        self.riser, self.pushed, self.pinned, self.risky, self.sleeper, self.newcomer = self.clients
        Client.objects.filter(pk=self.riser.pk).update(name="沈慕云")
        self.before = {
            self.pushed: {"tier": "vip", "measure": 50},
            self.riser: {"tier": "key", "measure": 40},
            self.pinned: {"tier": "small", "measure": 10},
            self.risky: {"measure": 9, "score": 0.1, "band": "watch"},
            self.sleeper: {"measure": 8},
        }
        self.after = {
            self.riser: {"tier": "vip", "measure": 60},
            self.pushed: {"tier": "key", "measure": 50},
            self.pinned: {"tier": "key", "computed": "small", "measure": 10},
            self.risky: {"measure": 9, "score": 0.4, "band": "high"},
            self.sleeper: {"measure": 8, "state": "dormant"},
            self.newcomer: {"measure": 1},
        }
        self.earlier = publish(self.branch, FIRST, self.before)
        self.later = publish(self.branch, SECOND, self.after)
        self.boss = staff("boss", "manager", self.branch)

    def page(self, who=None, **asked):
        told = {"earlier": self.earlier.pk, "later": self.later.pk, **asked}
        return browser_of(who or self.boss).get(reverse("compare-nights"), told)


@pytest.fixture
def firm():
    return Firm()


def test_it_counts_who_changed_in_what_and_why_as_the_ledger_does(firm):
    found = differences(firm.earlier, firm.later, firm.boss)
    assert found.why == {"own": 1, "others": 1, "pin": 1}
    assert {(flow.before, flow.after): flow.count for flow in found.flows["tier"]} == {
        ("key", "vip"): 1,
        ("vip", "key"): 1,
        ("small", "key"): 1,
    }
    assert [(flow.before, flow.after) for flow in found.flows["band"]] == [("watch", "high")]
    assert [(flow.before, flow.after) for flow in found.flows["state"]] == [("active", "dormant")]
    assert (found.opened, found.gone) == (1, 0)
    assert differences(firm.later, firm.earlier, firm.boss).gone == 1


def test_each_client_is_named_with_both_sides_and_the_reason(firm):
    page = firm.page(what="tier")
    lines = {line.pair.after.client_id: line for line in page.context["rows"]}
    assert set(lines) == {firm.riser.pk, firm.pushed.pk, firm.pinned.pk}
    assert "Own value" in lines[firm.riser.pk].why or "自身" in lines[firm.riser.pk].why
    assert "沈慕云" in page.content.decode()
    one = firm.page(what="tier", **{"from": "vip", "to": "key"})
    assert [line.pair.after.client_id for line in one.context["rows"]] == [firm.pushed.pk]
    assert [line.pair.after.client_id for line in firm.page(what="opened").context["rows"]] == [firm.newcomer.pk]


def test_a_night_is_compared_with_the_one_that_superseded_it_on_the_same_day(firm):
    run = claimed_run(firm.branch, SECOND)
    newer = publish(firm.branch, SECOND, {**firm.after, firm.sleeper: {"measure": 8}}, run=run)
    firm.later.refresh_from_db()
    assert firm.later.state == Publication.State.SUPERSEDED
    page = firm.page(earlier=newer.pk, later=firm.later.pk)
    assert (page.context["earlier"], page.context["later"]) == (firm.later, newer)
    assert page.context["found"].total("state") == 1
    assert page.context["found"].total("tier") == 0


def test_the_admin_counts_and_sees_no_client_and_compliance_reads_masked_names(firm):
    page = firm.page(staff("root", "admin"))
    assert page.context["found"].total("tier") == 3
    assert page.context["rows"] == []
    assert "沈" not in page.content.decode()
    body = firm.page(staff("law", "compliance"), what="tier").content.decode()
    assert "沈••" in body
    assert "沈慕云" not in body


def test_a_restricted_client_is_counted_and_named_for_compliance_only(firm):
    Client.objects.filter(pk=firm.riser.pk).update(is_restricted=True)
    assert differences(firm.earlier, firm.later, firm.boss).total("tier") == 2
    assert differences(firm.earlier, firm.later, staff("law", "compliance")).total("tier") == 3
    found, _further = pairs(firm.earlier, firm.later, firm.boss, subject="tier")
    assert firm.riser.pk not in {pair.after.client_id for pair in found}


def test_nights_of_another_branch_do_not_exist_and_rubbish_is_nothing(firm):
    other = staff("other", "manager", Branch.objects.create(code="1102", name="望湖营业部"))
    assert firm.page(other).status_code == 404
    for wrong in ({"earlier": "x"}, {"later": "999999"}, {"after": "-1"}, {"earlier": "9" * 30}):
        assert firm.page(**wrong).status_code == 404
    assert firm.page(what="nonsense").status_code == 200
    assert firm.page(what="tier", **{"from": "\0", "to": "vip"}).status_code == 200
    empty = browser_of(other).get(reverse("compare-nights"))
    assert (empty.status_code, empty.context["earlier"]) == (200, None)


def test_without_a_choice_the_last_two_nights_are_compared_or_the_one_before_a_night(firm):
    browser = browser_of(firm.boss)
    page = browser.get(reverse("compare-nights"))
    assert (page.context["earlier"], page.context["later"]) == (firm.earlier, firm.later)
    page = browser.get(reverse("compare-nights"), {"later": firm.later.pk})
    assert (page.context["earlier"], page.context["later"]) == (firm.earlier, firm.later)


def test_what_differs_in_the_inputs_is_told_in_plain_words(firm):
    same = {"facts": "a", "scheme": 1, "pins": "p", "thresholds": "t", "rates": "r", "calendar": "c", "code": "v1"}
    for night, inputs, pins in (
        (firm.earlier, same, {}),
        (firm.later, same | {"facts": "b", "pins": "q", "thresholds": "u", "code": "v2"}, {"1": "vip", "2": "key"}),
    ):
        night.run.arguments = {"inputs": inputs, "pins": pins}
        night.run.save()
    Publication.objects.filter(pk=firm.later.pk).update(cutoff=NOW + timedelta(hours=1))
    ImportBatch.objects.create(
        file_name="late.csv", kind="trades", state="committed", committed_at=NOW + timedelta(minutes=30),
        scope={"slots": [["clients_trade", firm.branch.pk, "2026-11"]]},
    )  # fmt: skip
    ImportBatch.objects.create(
        file_name="other.csv", kind="assets", state="committed", committed_at=NOW + timedelta(minutes=30),
        scope={"slots": [["clients_dailyasset", firm.branch.pk + 1, "2026-11"]]},
    )  # fmt: skip
    Threshold.objects.create(key="band_high", value=3100, unit="e-4", from_day=SECOND, source="x")
    browser = browser_of(firm.boss)
    browser.cookies["django_language"] = "en"
    page = browser.get(reverse("compare-nights"), {"earlier": firm.earlier.pk, "later": firm.later.pk})
    told = {one.what: one.told for one in page.context["inputs"]}
    assert told["Facts"] == "Settlements 2026-11 (1 file)"
    assert told["Set by hand"] == "2 clients"
    assert told["Numbers"] == "Churn score: high from"
    assert told["Program"].endswith("v1 → v2")
    assert set(told) == {"Day", "Facts", "Set by hand", "Numbers", "Program"}


def test_a_long_list_is_read_page_after_page_with_the_same_few_queries():
    branch = make_branch("1101")
    clients = make_clients(branch, 120)
    earlier = publish(branch, FIRST, {one: {"tier": "small", "measure": 1} for one in clients})
    later = publish(branch, SECOND, {one: {"tier": "key", "measure": 2} for one in clients})
    boss = staff("boss", "manager", branch)
    browser, seen = browser_of(boss), []
    address = reverse("compare-nights") + f"?earlier={earlier.pk}&later={later.pk}&what=tier"
    browser.get(address)
    while address:
        with CaptureQueriesContext(connection) as caught:
            page = browser.get(address)
        assert len(caught) <= 17
        seen += [line.pair.after.client_id for line in page.context["rows"]]
        address = page.context["next_url"]
    assert seen == sorted(one.pk for one in clients)
