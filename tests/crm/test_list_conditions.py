"""Conditions of the client list: what each finds, how it stands in the address, what rubbish does."""

from datetime import datetime, timedelta

import pytest
from django.http import QueryDict  # noqa: TID251 (an address as a request reads it)
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from crm.models import Branch
from crm.pages.list_filters import Filters
from crm.pages.lists.conditions import read_groups, write_group
from segmentation.models import Behaviour
from tests.crm.list_firm import LIST, Firm, conditions, contacted, names
from tests.crm.page_firm import DAY, NOW, browser_of, client, night, staff, stand


@pytest.fixture
def branch(db) -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("tier:vip,key", "富睡"),
        ("!tier:vip", "睡穷"),
        ("computed:small", "睡穷"),
        ("by_hand:yes", "睡"),
        ("by_hand:no", "富穷"),
        ("band:high,raised", "富睡"),
        ("band:none", "穷"),
        ("state:dormant", "睡"),
        ("assets:500000..", "富睡"),
        ("assets:..499999.99", "穷"),
        ("assets:500000..500000", "富"),
        ("!assets:500000..", "穷"),
        ("score:30..", "富"),
        ("score:none", "睡穷"),
        ("at_risk:none", "睡穷"),
        ("rank:..70", "富睡"),
        ("measure:500..", "富"),
        ("to_next:..1", "穷"),
        ("near:yes", "穷"),
        ("giants:yes", "睡"),
        ("active:..30d", "富"),
        ("active:30d..", "睡"),
        ("active:none", "穷"),
        ("last_contact:..7d", "富"),
        ("last_contact:30d..", "睡穷"),
        ("last_contact:10d..45d", "睡"),
        ("last_contact:none", "穷"),
        ("channel:phone", "富"),
        ("channel:wecom,visit", "睡"),
        ("task:overdue", "富"),
        ("task:none", "睡穷"),
        ("promise:open", "睡"),
        ("promise:overdue", ""),
        ("tag:大额转出", "富"),
        ("tag:none", "睡穷"),
        ("tag:没有的", ""),
        ("source:银行,网络", "富"),
        ("source:none", "睡穷"),
        ("occupation:教", "睡"),
        ("opened:..90d", "富"),
        ("kind:institution", "穷"),
        ("professional:yes", "穷"),
        ("birthday:5", "睡"),
        ("risk_level:C3", "睡"),
        ("risk_level:none", "富"),
        ("risk_valid:yes", "睡"),
        ("risk_valid:no", "富穷"),
        ("risk_expires:..+30d", "睡穷"),
        ("risk_expires:none", "富"),
        ("band:high|last_contact:none", "富穷"),
        ("!band:high|tier:vip", "富睡穷"),
        ("account_state:closed", ""),
        ("horizon:high", "富"),
        ("horizon:high,long", "富睡"),
        ("horizon:none", "穷"),
        ("!horizon:long", "富穷"),
        ("result:loss", "富"),
        ("result:none", "睡穷"),
        ("overtrading:yes", "富"),
        ("overtrading:no", "睡穷"),
        ("deep_loss:yes", "富"),
        ("deep_loss:no", "睡穷"),
        ("position_habit:high", "富"),
        ("position_habit:none", "睡穷"),
        ("position:90..", "富睡"),
        ("position:100..", "睡"),
        ("position:90.01..125.5", "睡"),
        ("position:none", "穷"),
        ("turnover:..0", "睡"),
        ("turnover:13.3..", "富"),
        ("turnover:13.31..", ""),
        ("turnover:none", "穷"),
        ("permission:star,margin", "富"),
        ("permission:hk", "穷"),
        ("permission:option", ""),
        ("permission:none", "睡"),
        ("strategic:yes", "睡"),
        ("strategic:no", "富穷"),
        ("consent:phone", "富"),
        ("consent:sms", ""),
        ("!consent:phone", "睡穷"),
        ("refused:sms,email", "富"),
        ("need:learning", "富"),
        ("need:valued", ""),
        ("need:none", "睡穷"),
        ("knowledge:some", "睡"),
        ("knowledge:none", "富穷"),
        ("served:advised", "睡"),
        ("close_contacts:yes", "穷"),
        ("close_contacts:no", "富睡"),
        ("household:yes", "富穷"),
        ("household:no", "睡"),
    ],
)
def test_each_condition_finds_whom_it_names(branch, asked, found):
    firm = Firm(branch)
    response = browser_of(firm.boss).get(LIST, {"f": asked})
    assert "".join(names(response)) == "".join(sorted(found))
    assert response.context["totals"].count == len(found)


def test_all_groups_hold_and_any_part_of_one(branch):
    firm = Firm(branch)
    browser = browser_of(firm.boss)
    assert names(browser.get(LIST, {"f": ["band:high|state:dormant", "assets:550000.."]})) == ["睡"]
    assert names(browser.get(LIST, {"f": ["band:high|state:dormant"], "tier": "vip"})) == ["富"]


def test_conditions_hold_in_every_night_of_several_branches(branch):
    firm = Firm(branch)
    other = Branch.objects.create(code="1102", name="望湖营业部")
    firm.boss.branches.add(other)
    there = client(other, "远")
    stand(night(other), there, tier="vip", net_assets_fen=60_000_000, churn_band="high")
    browser = browser_of(firm.boss)
    assert names(browser.get(LIST, {"f": ["assets:500000..", "last_contact:30d..|giants:yes"]})) == sorted("睡远")
    assert names(browser.get(LIST, {"f": "news:tier,risk"})) == []


def test_an_address_is_short_and_read_back_as_it_was(branch):
    asked = Filters.read(
        QueryDict("f=tier:vip,key&f=band:raised|!last_contact:..30d&f=assets:500000..&q=张&sort=-assets")
    )
    assert asked.address() == (
        "/clients/?tier=vip&tier=key&f=band:raised|!last_contact:..30d&f=assets:500000..&q=%E5%BC%A0&sort=-assets"
    )
    assert Filters.read(QueryDict(asked.address().partition("?")[2])) == asked


@pytest.mark.parametrize(
    "rubbish",
    [
        "nonsense", "tier:", "tier:gold", "tier", ":vip", "!:", "|||", "!!!tier:vip", "source:,,,", "birthday:13", "near:maybe",
        "assets:much..", "assets:..", "assets:1e999..", "assets:nan..", "assets:inf..", "assets:..1e400", "rank:99999999999..",
        "score:200..", "opened:2026-13-01..", "opened:99999d..", "opened:1d..2026-01-01", "opened:0001-01-01..9999-12-31",
        "opened:9999-12-31..+99999d", "active:..+99999d", "last_contact:99999d..", "last_contact:..9999-12-31",
        "position:-1..", "position:nan..", "turnover:inf..", "turnover:1e999..", "horizon:sideways", "permission:moon",
        "risk_expires:..+0d|", "advisor:x", "advisor:99999999999999999999", "advisor:²", "branch:\0", "tag:" + "x" * 900,
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_left_out_and_never_breaks_the_page(branch, rubbish):
    firm = Firm(branch)
    for who in (firm.boss, firm.me):
        assert browser_of(who).get(LIST, {"f": [rubbish, "tier:vip"]}).status_code == 200
    assert (
        browser_of(firm.boss).get(reverse("condition-form"), {"on": f"f={rubbish}", "edit": "0.0"}).status_code == 200
    )


@given(st.lists(st.lists(conditions, min_size=1, max_size=3), max_size=5))
def test_whatever_can_be_asked_survives_the_address(groups):
    written = [write_group(tuple(group)) for group in groups]
    once = read_groups(written)
    assert read_groups([write_group(group) for group in once]) == once
    filters = Filters().with_groups(once)
    again = Filters.read(QueryDict(filters.address().partition("?")[2]))
    assert again.all_groups() == filters.all_groups()


@given(st.text(max_size=60))
def test_no_text_in_an_address_breaks_its_reading(text):
    for group in read_groups([text, f"assets:{text}", f"opened:{text}", f"source:{text}"]):
        assert read_groups([write_group(group)]) == (group,)


def test_behaviour_is_asked_of_the_night_that_is_shown(branch):
    firm = Firm(branch)
    stand(night(branch, DAY - timedelta(days=1)), firm.poor)
    eve = firm.night.__class__.objects.get(as_of=DAY - timedelta(days=1))
    Behaviour.objects.create(publication=eve, client=firm.poor, horizon="short", position_e4=2_500)
    browser = browser_of(firm.boss)
    assert names(browser.get(LIST, {"f": "horizon:short"})) == []
    assert names(browser.get(LIST, {"f": "horizon:short", "day": eve.as_of})) == ["穷"]


def test_conditions_on_people_count_back_from_today_and_of_the_night_from_its_day(branch, time_machine):
    time_machine.move_to(datetime(2026, 12, 20, 12, 0, tzinfo=NOW.tzinfo))
    me = staff("me", "advisor", branch)
    who = client(branch, "甲", advisor=me)
    stand(night(branch), who, last_active_on=DAY)
    contacted(who, 3)
    browser = browser_of(me)
    assert names(browser.get(LIST, {"f": ["last_contact:..3d", "active:..0d"]})) == ["甲"]
    assert names(browser.get(LIST, {"f": "last_contact:..2d"})) == []
