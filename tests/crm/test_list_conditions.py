"""Conditions of the client list: what each finds, how it stands in the address, what rubbish does."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.http import QueryDict  # noqa: TID251 (an address as a request reads it)
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Background, Client, CloseContact, Consent, HouseholdLink, Need, TradingPermission
from clients.tags import put_on, tag_named
from crm.models import Branch
from crm.pages.list_filters import Filters
from crm.pages.lists.attributes import ATTRIBUTES
from crm.pages.lists.chips import said
from crm.pages.lists.conditions import Condition, read_groups, write_group
from crm.pages.lists.kinds import BadOperand
from crm.pages.lists.spans import Money
from segmentation.models import Behaviour, NightFigures
from servicing.models import Contact, Promise, Task
from tests.crm.page_firm import DAY, NOW, browser_of, client, night, staff, stand

LIST = "/clients/"


def names(response) -> list[str]:
    return sorted(row.client.name for row in response.context["page"].rows)


@pytest.fixture
def branch(db) -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


def contacted(who: Client, days_ago: int, channel: str = "phone", **more: object) -> Contact:
    at = timezone.localtime() - timedelta(days=days_ago)
    return Contact.objects.create(
        branch=who.branch,
        client=who,
        staff=who.advisor,
        happened_at=at,
        channel=channel,
        summary="谈",
        recorded_at=at,
        **more,
    )


class Firm:
    """One client per thing that can be asked for."""

    def __init__(self, branch: Branch) -> None:
        self.boss, self.me = staff("boss", "manager", branch), staff("me", "advisor", branch)
        self.night = night(branch)
        NightFigures.objects.create(
            publication=self.night, hundredths=[], advisors=[], clients_generation=0, flows=[], giant_fen=500_000_00
        )
        today = timezone.localdate()
        self.rich = self.one(
            "富", {"advisor": self.me, "source": "银行渠道", "opened_on": DAY - timedelta(days=10)},
            tier="vip", net_assets_fen=50_000_000, rank=1, at_risk_fen=9_000_00, churn_score=0.36, churn_band="high",
            last_active_on=DAY - timedelta(days=3), to_next_fen=None, measure_fen=800_00,
        )  # fmt: skip
        self.giant = self.one(
            "睡",
            {"occupation": "教师", "birthday": date(1970, 5, 4), "risk_level": "C3", "risk_expires_on": DAY + timedelta(days=20)},
            tier="key", computed_tier="small", net_assets_fen=60_000_000, rank=70, churn_band="raised", dormancy="dormant",
            last_active_on=DAY - timedelta(days=400), tier_reason="pin", to_next_fen=300_00,
        )  # fmt: skip
        self.poor = self.one(
            "穷", {"kind": "institution", "is_professional": True, "risk_level": "C5", "risk_expires_on": DAY},
            tier="small", net_assets_fen=49_999_999, rank=80, to_next_fen=100, measure_fen=100_00,
        )  # fmt: skip
        contacted(self.rich, 5)
        contacted(self.rich, 50, channel="visit")
        contacted(self.giant, 40, channel="wecom")
        contacted(self.giant, 2, withdrawn_at=NOW)
        Task.objects.create(
            branch=branch, client=self.rich, owner=self.me, key=str(uuid4()), title="回访", due_on=today - timedelta(days=1),
            made_by=self.me, made_at=NOW,
        )  # fmt: skip
        Promise.objects.create(
            branch=branch, client=self.giant, contact=Contact.objects.first(), owner=self.me, text="寄", due_on=today
        )
        self.behaved(
            self.rich, horizon="high", result="loss", is_overtrading=True, is_deep_loss=True, position_e4=9_000,
            position_band="high", turnover_e2=1_330,
        )  # fmt: skip
        self.behaved(self.giant, horizon="long", result="", position_e4=12_550, turnover_e2=0)
        written = {"branch": branch, "changed_by": self.me, "changed_at": NOW}
        for who, board, ended in (
            (self.rich, "star", None),
            (self.giant, "margin", today),
            (self.poor, "hk", today + timedelta(1)),
        ):
            TradingPermission.objects.create(
                client=who, board=board, granted_on=DAY, ended_on=ended, source="表", **written
            )
        TradingPermission.objects.create(
            client=self.rich, board="option", granted_on=DAY, source="表", withdrawn_at=NOW, **written
        )
        Background.objects.create(
            client=self.giant, is_strategic=True, knowledge="some", service_model="advised", **written
        )
        Consent.objects.create(client=self.rich, phone="given", sms="refused", **written)
        for kind, strength in (("learning", 2), ("valued", 0)):
            Need.objects.create(client=self.rich, kind=kind, strength=strength, source="面谈", noted_on=DAY, **written)
        CloseContact.objects.create(client=self.poor, name="知夏", relation="spouse", **written)
        CloseContact.objects.create(client=self.giant, name="明远", relation="spouse", withdrawn_at=NOW, **written)
        HouseholdLink.objects.create(client=self.rich, other=self.poor, relation="relative", **written)
        Background.objects.create(client=self.poor, **written)
        put_on([self.rich], tag_named(branch, "大额转出", by=self.boss, at=NOW), by=self.boss, at=NOW)

    def behaved(self, who: Client, **told: object) -> None:
        Behaviour.objects.create(publication=self.night, client=who, **told)

    def one(self, name: str, told: dict, **standing: object) -> Client:
        who = client(Branch.objects.get(), name, **{"advisor": getattr(self, "me", None), **told})
        stand(self.night, who, **standing)
        return who


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


operands = st.sampled_from(
    ["vip,key", "yes", "no", "none", "..7d", "30d..", "5..9", "..9", "1.5..", "2026-01-01..", "phone", "C1", "a,b"]
)
conditions = st.builds(Condition, st.sampled_from(sorted(ATTRIBUTES)), operands, st.booleans())


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


def typed(browser: Browser, **fields: object):
    return browser.get(reverse("condition-form"), {"go": "1", **fields})


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


def test_behaviour_is_asked_of_the_night_that_is_shown(branch):
    firm = Firm(branch)
    stand(night(branch, DAY - timedelta(days=1)), firm.poor)
    eve = firm.night.__class__.objects.get(as_of=DAY - timedelta(days=1))
    Behaviour.objects.create(publication=eve, client=firm.poor, horizon="short", position_e4=2_500)
    browser = browser_of(firm.boss)
    assert names(browser.get(LIST, {"f": "horizon:short"})) == []
    assert names(browser.get(LIST, {"f": "horizon:short", "day": eve.as_of})) == ["穷"]


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


def test_conditions_on_people_count_back_from_today_and_of_the_night_from_its_day(branch, time_machine):
    time_machine.move_to(datetime(2026, 12, 20, 12, 0, tzinfo=NOW.tzinfo))
    me = staff("me", "advisor", branch)
    who = client(branch, "甲", advisor=me)
    stand(night(branch), who, last_active_on=DAY)
    contacted(who, 3)
    browser = browser_of(me)
    assert names(browser.get(LIST, {"f": ["last_contact:..3d", "active:..0d"]})) == ["甲"]
    assert names(browser.get(LIST, {"f": "last_contact:..2d"})) == []
