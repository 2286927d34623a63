"""A condition as a person types it: money, rubbish, chips and the menu."""

import re
from urllib.parse import unquote

import pytest
from django.urls import reverse
from django.utils import translation

from crm.models import Branch
from crm.pages.lists.attributes import ATTRIBUTES
from crm.pages.lists.chips import said
from crm.pages.lists.conditions import Condition
from crm.pages.lists.kinds import BadOperand
from crm.pages.lists.spans import Money
from tests.crm.list_firm import LIST, Firm, typed
from tests.crm.page_firm import browser_of, staff


@pytest.fixture
def branch(db) -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("500000", 50_000_000), ("50万", 50_000_000), ("50 万元", 50_000_000), ("50w", 50_000_000), ("1.2亿", 12_000_000_000),
        ("¥1,230.50", 123_050), ("-3", -300), ("2千", 200_000), ("0.5万", 500_000),
    ],
)  # fmt: skip
def test_money_is_understood_as_people_type_it(typed, fen):
    assert Money().understand(typed) == fen


@pytest.mark.parametrize("typed", ["很多", "5万万", "1..2", "万", "1e5", "--3", "9" * 40])
def test_other_money_is_refused(typed):
    with pytest.raises(BadOperand):
        Money().typed({"c_low": typed})


def test_a_typed_condition_opens_the_list_with_it(branch):
    firm = Firm(branch)
    browser = browser_of(firm.boss)
    response = typed(browser, name="assets", on="tier=vip", c_low="50万")
    assert (response.status_code, response["Location"]) == (302, "/clients/?tier=vip&f=assets:500000..")
    swapped = browser.get(
        reverse("condition-form"),
        {"go": "1", "name": "assets", "on": "", "c_high": "3"},
        headers={"HX-Request": "true"},
    )
    assert (swapped.status_code, swapped["HX-Redirect"]) == (204, "/clients/?f=assets:..3")
    either = typed(
        browser, name="last_contact", on="f=assets:500000..", at="0", c_mode="before", c_days="30", c_not="1"
    )
    assert unquote(either["Location"]) == "/clients/?f=assets:500000..|!last_contact:30d.."
    changed = typed(browser, name="tier", on="tier=vip&f=rank:..9", edit="0.0", c_value=["key", "small"])
    assert changed["Location"] == "/clients/?tier=key&tier=small&f=rank:..9"


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"name": "assets", "c_low": "很多"}, "low"),
        ({"name": "assets", "c_low": "9", "c_high": "3"}, "high"),
        ({"name": "assets"}, "low"),
        ({"name": "score", "c_high": "150"}, "high"),
        ({"name": "position", "c_low": "满仓"}, "low"),
        ({"name": "turnover", "c_high": "-2"}, "high"),
        ({"name": "tier"}, "value"),
        ({"name": "near", "c_value": "maybe"}, "value"),
        ({"name": "last_contact", "c_mode": "within", "c_days": "x"}, "days"),
        ({"name": "opened", "c_mode": "dates", "c_low": "2026-02-30"}, "low"),
        ({"name": "occupation", "c_low": " , "}, "low"),
    ],
)
def test_rubbish_gets_a_message_beside_the_field_and_stays_typed(branch, fields, beside):
    response = typed(browser_of(staff("boss", "manager", branch)), **fields)
    assert response.status_code == 422
    assert set(response.context["wrong"]) == {beside}
    assert response.context["wrong"][beside] in response.content.decode()
    if fields.get("c_low", "").strip(" ,"):
        assert f'value="{fields["c_low"]}"' in response.content.decode()


def test_a_chip_says_what_is_asked_and_leads_to_the_list_without_it(branch):
    firm = Firm(branch)
    response = browser_of(firm.boss).get(LIST, {"tier": "vip", "f": "band:high|!assets:500000.."})
    boxes = response.context["chips"]
    assert [len(box["any"]) for box in boxes] == [1, 2]
    assert boxes[0]["any"][0]["remove"] == "/clients/?f=band:high|!assets:500000.."
    assert boxes[1]["any"][0]["remove"] == "/clients/?tier=vip&f=!assets:500000.."
    with translation.override("zh-hans"):
        chip = said(Condition("assets", "500000..", negated=True), firm.boss)
        assert (str(chip["name"]), chip["op"], chip["value"]) == ("净资产", "不 ≥", "50 万元")


def test_positions_and_turnover_are_typed_and_said_as_people_do(branch):
    firm = Firm(branch)
    browser = browser_of(firm.boss)
    assert typed(browser, name="position", on="", c_low="112.5 %")["Location"] == "/clients/?f=position:112.5.."
    assert typed(browser, name="turnover", on="", c_high="0.5")["Location"] == "/clients/?f=turnover:..0.5"
    with translation.override("zh-hans"):
        assert said(Condition("position", "80.."), firm.boss)["value"] == "80%"
        assert said(Condition("turnover", "12..20"), firm.boss)["value"] == "12 – 20"
        assert said(Condition("horizon", "high,short"), firm.boss)["value"] == "高频、短线"


def test_the_menu_offers_an_advisor_no_branch_and_no_advisor(branch):
    form = reverse("condition-form")
    mine = browser_of(staff("me", "advisor", branch))
    offered = set(re.findall(r"[?&;]name=(\w+)", mine.get(form).content.decode()))
    assert offered == set(ATTRIBUTES) - {"branch", "advisor"}
    assert mine.get(form, {"name": "advisor"}).context.get("attribute") is None
