"""Comings and goings: every figure of the statement and every band opens exactly its clients; who may not, finds nothing."""

import re
from datetime import date

import pytest
from django.urls import reverse

from clients.models import Client
from crm.models import Branch
from tests.crm.page_firm import browser_of, client, staff
from tests.segmentation.nights import publish

pytestmark = pytest.mark.django_db
EARLIER, MONTH, TODAY = date(2026, 9, 25), date(2026, 10, 27), date(2026, 11, 27)
ENGLISH = {"accept-language": "en"}


class Firm:
    """A branch of twelve clients: three leave, three come, one goes up, one goes down, one is handed over."""

    def __init__(self):
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.li, self.wang = (staff(name, "advisor", self.branch) for name in ("li", "wang"))
        self.boss = staff("boss", "manager", self.branch)
        self.people = [client(self.branch, advisor=self.li, opened_on=date(2015, 1, 5)) for _ in range(12)]
        told = {who: {"tier": "vip" if at == 0 else "small", "measure": 100 - at, "assets": 10**6, "score": 0.17,
                      "band": "raised", "at_risk": 17} for at, who in enumerate(self.people)}  # fmt: skip
        stays = self.people[:9]
        publish(self.branch, EARLIER, {who: told[who] for who in self.people[:9]})
        publish(self.branch, MONTH, {who: told[who] for who in [*stays, *self.people[9:]]})
        Client.objects.filter(pk__in=[one.pk for one in self.people[9:]]).update(state="closed", closed_on=TODAY)
        Client.objects.filter(pk=self.people[5].pk).update(advisor=self.wang)
        young = [client(self.branch, advisor=self.wang, opened_on=date(2026, 11, 9)) for _ in range(3)]
        now = {who: told[who] for who in stays} | {who: {"measure": 1, "assets": 10} for who in young}
        now[self.people[0]] = {**told[self.people[0]], "tier": "small", "measure": 3}
        now[self.people[1]] = {**told[self.people[1]], "tier": "vip", "measure": 300}
        self.night = publish(self.branch, TODAY, now)
        self.young = young


@pytest.fixture
def firm():
    return Firm()


def shown(browser, href):
    """The clients on a page that a figure opens."""
    page = browser.get(href)
    assert page.status_code == 200, href
    rows = page.context["page"].rows
    assert page.context["count"] == len(rows)
    return {row.client_id for row in rows}


def test_every_figure_of_the_statement_opens_as_many_clients_as_it_says(firm):
    browser = browser_of(firm.boss)
    for measure in ("", "assets", "measure"):
        page = browser.get(reverse("branch-flows"), {"measure": measure} if measure else {}, headers=ENGLISH)
        assert page.context["title"] == "Net 0 clients: 3 came, 3 left"
        assert page.context["check"] == ""
        for row in [*page.context["tiers"], *page.context["advisors"]]:
            assert row.cells[-1].text == "✓", row
            for cell in row.cells[1:-2]:
                if cell.href:
                    people = shown(browser, cell.href)
                    if not measure:
                        assert len(people) == abs(int(cell.text.replace("−", "-"))), cell
    overview = browser.get(reverse("branch-detail"), headers=ENGLISH)
    assert overview.context["flow_title"] == "Net 0 clients: 3 came, 3 left"
    assert [row.cells[4].text for row in overview.context["flow_rows"]] == ["12", "+3", "−3", "+2", "−2", "·", "12"]


def test_a_band_opens_exactly_the_clients_who_went_that_way(firm):
    browser = browser_of(firm.boss)
    moves = browser.get(reverse("branch-detail")).context["moves"]
    found = {
        (before, after): shown(browser, href)
        for (before, after, _count), href in zip(moves.data["flows"], moves.data["links"][0], strict=True)
    }
    assert found == {
        ("l-vip", "r-small"): {firm.people[0].pk},
        ("l-small", "r-vip"): {firm.people[1].pk},
        ("l-small", "r-"): {one.pk for one in firm.people[9:]},
        ("l-", "r-small"): {one.pk for one in firm.young},
    }
    links = re.findall(r'<a href="([^"]+)">', " ".join(str(cell) for row in moves.rows for cell in row))
    assert len(links) == len(found), "the table of the same numbers opens them too, by keyboard"


def test_any_two_published_days_can_be_compared_and_each_month_opens_its_own(firm):
    browser = browser_of(firm.boss)
    page = browser.get(reverse("branch-flows") + f"?day={MONTH}&from={EARLIER}", headers=ENGLISH)
    assert page.context["title"] == "Net +3 clients: 3 came, 0 left"
    whole = browser.get(reverse("branch-flows") + f"?from={EARLIER}", headers=ENGLISH)
    assert whole.context["title"] == "Net +3 clients: 3 came, 0 left"
    months = whole.context["months"]
    assert [row.label for row in months] == ["2026-11", "2026-10"]
    assert all(row.cells[-1].text == "✓" for row in months)
    opened = [browser.get(row.href, headers=ENGLISH).context["title"] for row in months]
    assert opened == ["Net 0 clients: 3 came, 3 left", "Net +3 clients: 3 came, 0 left"]
    # an earlier day that is not before the day gives way to the usual one
    assert browser.get(reverse("branch-flows") + f"?day={MONTH}&from={TODAY}").context["earlier"].as_of == EARLIER


def test_a_restricted_client_is_in_no_figure_of_a_manager_and_in_those_of_compliance(firm):
    Client.objects.filter(pk=firm.people[9].pk).update(is_restricted=True)
    boss = browser_of(firm.boss).get(reverse("branch-flows"), headers=ENGLISH).context
    reader = browser_of(staff("reader", "compliance")).get(reverse("branch-flows"), headers=ENGLISH).context
    assert (boss["title"], boss["check"]) == ("Net +1 client: 3 came, 2 left", "")
    assert (reader["title"], reader["check"]) == ("Net 0 clients: 3 came, 3 left", "")
    assert [row.cells[-1].text for row in boss["tiers"]] == ["✓"] * 5


def test_a_bar_of_the_scores_opens_its_clients(firm):
    browser = browser_of(firm.boss)
    spread = browser.get(reverse("branch-detail"), headers=ENGLISH).context["spread"]
    assert spread.data["series"][0]["values"] == [0, 0, 0, 9]
    assert shown(browser, spread.data["links"][0][3]) == {one.pk for one in firm.people[:9]}


def test_a_long_list_is_read_page_by_page(firm, monkeypatch):
    monkeypatch.setattr("crm.pages.branch.clients.SIZE", 4)
    browser = browser_of(firm.boss)
    href, seen = reverse("flow-client-list") + "?kind=stayed", []
    while href:
        page = browser.get(href)
        assert page.context["count"] == 9
        seen += [row.client_id for row in page.context["page"].rows]
        href = page.context["next_url"]
    assert sorted(seen) == sorted(one.pk for one in firm.people[:9])


@pytest.mark.parametrize(
    "query", ["kind=nonsense", "before=junk", "by=branch", "by=advisor&before=vip", "day=junk", "branch=9999", "after_row=x"]
)  # fmt: skip
def test_what_an_address_says_wrongly_is_missing(firm, query):
    assert browser_of(firm.boss).get(reverse("flow-client-list") + f"?{query}").status_code == 404


@pytest.mark.parametrize("at", ["", "x", "20", "-1", "٣"])
def test_a_bar_that_is_none_is_missing(firm, at):
    assert browser_of(firm.boss).get(reverse("score-client-list"), {"at": at}).status_code == 404


def test_the_lists_are_the_managers_of_the_branch_and_compliances_and_masked_for_these(firm):
    elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
    for name, query in (("flow-client-list", "kind=stayed"), ("score-client-list", "at=3")):
        address = reverse(name) + f"?{query}"
        for nobody in (firm.li, staff(f"admin-{name}", "admin")):
            assert browser_of(nobody).get(address).status_code == 404
        other = browser_of(staff(f"other-{name}", "manager", elsewhere))
        assert other.get(address).status_code == other.get(f"{address}&branch=1101").status_code == 404
        assert "张三" in browser_of(firm.boss).get(address).content.decode()
        assert "张三" not in browser_of(staff(f"r-{name}", "compliance")).get(address).content.decode()


def test_pages_cost_the_same_number_of_queries_however_many_clients(firm, django_assert_max_num_queries):
    browser = browser_of(firm.boss)
    for name, query, most in (
        ("branch-flows", "", 21), ("flow-client-list", "?kind=stayed", 9), ("score-client-list", "?at=3", 9),
        ("lost-client-list", "?advisor=0", 9),
        ("branch-advisors", "", 16), ("branch-scenarios", "", 21), ("branch-compare", "", 14),
    ):  # fmt: skip
        browser.get(reverse(name) + query)
        with django_assert_max_num_queries(most):
            assert browser.get(reverse(name) + query).status_code == 200
