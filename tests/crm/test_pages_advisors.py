"""The advisors of a branch, branches side by side, and the scenario cards."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from crm.models import Branch
from segmentation.models import Threshold
from servicing.models import Contact
from tests.crm.page_firm import browser_of, client, staff
from tests.segmentation.nights import publish

pytestmark = pytest.mark.django_db
MONTH, TODAY = date(2026, 10, 30), date(2026, 11, 27)
NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def talk(who, by, days_ago):
    at = NOW - timedelta(days=days_ago)
    Contact.objects.create(branch=who.branch, client=who, staff=by, happened_at=at, channel="phone", recorded_at=at)


@pytest.fixture
def firm():
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    li, wang = staff("li", "advisor", branch), staff("wang", "advisor", branch)
    people = [
        client(branch, f"客户{at}", advisor=li if at < 4 else wang, opened_on=date(2016, 11, 3)) for at in range(6)
    ]
    told = {who: {"tier": "vip" if at < 2 else "key" if at < 3 else "small", "measure": (9 - at) * 100_000, "score": 0.2,
                  "band": "raised", "at_risk": 20_000} for at, who in enumerate(people)}  # fmt: skip
    publish(branch, MONTH, told)
    publish(branch, TODAY, told)
    talk(people[0], li, 5)
    talk(people[0], wang, 45)
    talk(people[2], li, 100)
    return {"branch": branch, "li": li, "wang": wang, "people": people, "boss": staff("boss", "manager", branch)}


def line_of(page, who):
    return next(line for line in page.context["lines"] if line.sum.advisor_id == who.pk)


def test_contacts_age_and_coverage_open_what_they_count(firm):
    browser = browser_of(firm["boss"])
    page = browser.get(reverse("branch-advisors"), headers=ENGLISH)
    assert page.context["title"] == "2 of 3 VIP and key clients have not been spoken to for 90 days"
    li, wang = line_of(page, firm["li"]), line_of(page, firm["wang"])
    assert (li.contacts, li.age, li.vip_rate, li.key_rate) == (1, None, 0.5, 0.0)
    assert (wang.contacts, wang.age, wang.vip_rate) == (0, None, None)
    assert li.low < li.sum.stake < li.high
    assert [row.client for row in browser.get(li.links["contacts"]).context["page"].rows] == [firm["people"][0]]
    left_out = browser.get(li.links["no_vip"]).context["page"].rows
    assert [row.client for row in left_out] == [firm["people"][1]]
    assert len(browser.get(li.links["unreached"]).context["page"].rows) == 3
    for name in ("clients", "upper", "raised", "stake"):
        rows = browser.get(li.links[name]).context["page"].rows
        assert len(rows) == {"clients": 4, "upper": 3, "raised": 4, "stake": 4}[name], name


@pytest.mark.parametrize("sort", ["name", "-clients", "stake", "-age", "vip", "-contacts", "measure", "nonsense"])
def test_the_table_is_sorted_as_the_address_says(firm, sort):
    page = browser_of(firm["boss"]).get(reverse("branch-advisors"), {"sort": sort})
    assert len(page.context["lines"]) == 2
    clients = [line.sum.clients for line in page.context["lines"]]
    assert clients == ([2, 4] if sort == "stake" else clients)


def test_whom_nobody_reached_and_what_was_said_is_not_for_other_branches(firm):
    other = browser_of(staff("other", "manager", Branch.objects.create(code="1102", name="望湖营业部")))
    reader = browser_of(staff("reader", "compliance"))
    for name in ("branch-contact-list", "uncontacted-client-list"):
        address = f"{reverse(name)}?branch=1101&advisor={firm['li'].pk}"
        assert other.get(address).status_code == 404
        assert browser_of(firm["li"]).get(address).status_code == 404
        assert "客户" not in reader.get(address, headers=ENGLISH).content.decode()
        for wrong in ("junk", "", "999999"):
            assert browser_of(firm["boss"]).get(reverse(name), {"advisor": wrong}).status_code == 404
    foreign = staff("foreign", "advisor", Branch.objects.get(code="1102"))
    assert browser_of(firm["boss"]).get(reverse("branch-contact-list"), {"advisor": foreign.pk}).status_code == 404


def test_branches_stand_side_by_side_for_those_who_see_several(firm):
    there = Branch.objects.create(code="1102", name="望湖营业部")
    people = [client(there, opened_on=date(2016, 1, 5)) for _ in range(4)]
    publish(there, MONTH, {who: {} for who in people})
    publish(there, TODAY, {who: {} for who in people[:3]})
    director = browser_of(staff("director", "manager", firm["branch"], there))
    page = director.get(reverse("branch-compare"), headers=ENGLISH)
    assert page.context["title"] == "望湖营业部 lost the largest share of its clients: 25.0%"
    assert [row["sum"].night.branch.code for row in page.context["rows"]] == ["1102", "1101"]
    assert [row["sum"].left for row in page.context["rows"]] == [1, 0]
    for row in page.context["rows"]:
        assert director.get(row["links"]["branch"]).context["branch"] == row["sum"].night.branch
        assert director.get(row["links"]["clients"]).context["totals"].count == row["sum"].clients
        assert director.get(row["links"]["likely"]).context["totals"].count == row["sum"].likely
    past = director.get(reverse("branch-compare"), {"day": MONTH.isoformat(), "sort": "-clients"})
    assert [row["sum"].clients for row in past.context["rows"]] == [6, 4]
    alone = browser_of(firm["boss"]).get(reverse("branch-compare"))
    assert [row["sum"].night.branch for row in alone.context["rows"]] == [firm["branch"]]
    assert "branch-compare" not in [tab["href"] for tab in alone.context["tabs"]]


def cards(page):
    return {card.key: card for card in page.context["cards"]}


def test_scenarios_stand_on_the_branchs_own_numbers_and_show_the_formula(firm):
    page = browser_of(firm["boss"]).get(reverse("branch-scenarios"), {"tier": "vip"}, headers=ENGLISH)
    found = cards(page)
    assert found["loss"].lines == ["¥8,500.00 × (1 + 10%) = ¥9,350.00"]
    assert found["lifetime"].lines == ["10 × ¥8,500.00 − ¥0.00 = ¥85,000.00"]
    assert found["halved"].lines[:2] == [
        "¥39,000.00 × (1 + 25%) = ¥48,750.00",
        "¥39,000.00 × (1 + 85%) = ¥72,150.00",
    ]
    assert "¥1,200.00 at risk ÷ 2 = ¥600.00" in found["halved"].lines[2]
    assert found["complaints"].lines == found["replacing"].lines == [], "nothing stands in for what nobody counted"
    assert "规则 C3" in found["loss"].source


def test_typed_inputs_stand_in_the_address_and_are_exact(firm):
    asked = {"value": "10000", "reputation": "10", "complaints": "100", "rate": "10", "keeping": "1000"}
    found = cards(browser_of(firm["boss"]).get(reverse("branch-scenarios"), asked, headers=ENGLISH))
    assert found["loss"].title == "Losing one VIP client costs ¥11,000.00 a year"
    assert found["complaints"].title == "100 complaints stand for 1,000 dissatisfied clients"
    assert found["replacing"].title == "Replacing a client costs ¥4,000 to ¥10,000"


@pytest.mark.parametrize(
    ("name", "value"),
    [("value", "abc"), ("value", ""), ("reputation", "-1"), ("rate", "0"), ("complaints", "1.5"), ("keeping", "1e99"),
     ("years", "NaN"), ("profit", "Infinity"), ("from_share", "90"), ("value", "1.005"), ("service", "٣a")],
)  # fmt: skip
def test_rubbish_is_told_beside_the_field_and_the_other_cards_stay(firm, name, value):
    page = browser_of(firm["boss"]).get(reverse("branch-scenarios"), {name: value}, headers=ENGLISH)
    assert page.status_code == 422
    wrong = {"from_share": "to_share"}.get(name, name)
    assert page.context["form"].errors[wrong]
    assert 'class="e"' in page.content.decode()
    assert sum(1 for card in page.context["cards"] if card.lines) >= 2


def test_a_factor_that_somebody_decided_later_holds_from_its_day(firm):
    Threshold.objects.create(
        key="reputation_factor", value=200, unit="e-3", from_day=date(2026, 11, 1), source="board, 2026-10-31"
    )
    browser = browser_of(firm["boss"])
    assert cards(browser.get(reverse("branch-scenarios")))["loss"].source == "board, 2026-10-31"
    assert "20%" in cards(browser.get(reverse("branch-scenarios")))["loss"].lines[0]
    before = cards(browser.get(reverse("branch-scenarios"), {"day": MONTH.isoformat()}))["loss"]
    assert "(1 + 10%)" in before.lines[0]
