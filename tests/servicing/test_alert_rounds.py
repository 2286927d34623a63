"""Alerts and position gaps as tasks: only where the standard says so, one at a time, and gone with their occasion (B8, B9)."""

from datetime import date

import pytest
from django.utils import translation

from segmentation.models import Behaviour, MarketRegime
from servicing.alerts.noting import acknowledge_alert
from servicing.models import RiskAlert
from servicing.rounds.words import reason_of, title_of, why_of
from tests.crm.page_firm import NOW, staff
from tests.servicing.alerts import Firm, risk
from tests.servicing.rounds import SATURDAY, at

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def firm() -> Firm:
    return Firm()


def positioned(firm: Firm, tier: str, position_e4: int, **more):
    who = firm.person(tier, closed_on=more.pop("closed_on", None))
    Behaviour.objects.create(
        publication=firm.night, client=who, net_assets_fen=100_000_000, position_e4=position_e4, **more
    )
    return who


def market(firm: Firm, level: str, day: date) -> MarketRegime:
    boss = staff(f"boss{level}", "manager", firm.branch)
    told = {"number": MarketRegime.objects.count() + 1, "phase": "D", "from_day": day}
    return MarketRegime.objects.create(level=level, **told, evidence="均线", set_by=boss, set_at=NOW)


def test_an_alert_is_a_task_for_tiers_with_alerts_only(firm):
    vip, small, nobody = firm.person("vip"), firm.person("small"), firm.person("vip", advisor=None)
    firm.keep(risk(vip), risk(small), risk(nobody))
    firm.make()
    firm.make()
    (task,) = firm.tasks(rule="alert")
    assert (task.client, task.owner, task.due_on) == (vip, firm.advisor, MONDAY)
    with translation.override("en"):
        assert title_of(task) == "Talk about a risk alert"
        assert reason_of(task).startswith("net assets less flows are 25%")
    assert RiskAlert.objects.filter(state="open").count() == 3  # the others stay listed


def test_of_several_alerts_the_worst_is_talked_about_first_and_the_next_when_it_is_settled(firm):
    who = firm.person("key")
    firm.keep(risk(who, "loss"), risk(who, "drawdown", band=3), risk(who, "level", band=2))
    firm.make()
    (task,) = firm.tasks(rule="alert")
    assert task.slots["kind"] == "drawdown"
    acknowledge_alert(RiskAlert.objects.get(kind="drawdown"), "已沟通", by=firm.advisor, at=at(SATURDAY, 9))
    firm.make(MONDAY)
    assert [task.slots["kind"] for task in firm.tasks(rule="alert")] == ["level"]


def test_an_alert_that_is_over_takes_its_task_along(firm):
    firm.keep(risk(firm.person()))
    firm.make()
    firm.keep()
    firm.make(MONDAY)
    (task,) = firm.tasks(rule="alert", state="withdrawn")
    with translation.override("en"):
        assert why_of(task) == "the alert is no longer open"


def test_a_position_far_from_the_reference_is_talked_about_once_per_regime(firm):
    weak = market(firm, "weak", date(2026, 11, 2))
    far = positioned(firm, "vip", 9000)
    positioned(firm, "vip", 2000)
    positioned(firm, "small", 9000)
    positioned(firm, "vip", 9000, closed_on=MONDAY)
    firm.make()
    firm.make(MONDAY)
    (task,) = firm.tasks(rule="gap")
    assert (task.client, task.key) == (far, f"gap:{far.pk}:{weak.pk}")
    with translation.override("en"):
        assert reason_of(task) == "position 90%; the reference of the market (weak) is ≤ 25%"
    task.delete()
    firm.make(MONDAY)
    assert len(firm.tasks(rule="gap")) == 1


def test_another_regime_ends_the_talk_about_the_old_one(firm):
    market(firm, "weak", date(2026, 11, 2))
    positioned(firm, "vip", 9000)
    firm.make()
    market(firm, "strong", date(2026, 11, 20))
    firm.make(MONDAY)
    assert firm.tasks(rule="gap") == []
    (task,) = firm.tasks(rule="gap", state="withdrawn")
    assert task.settled_why == "market"


def test_who_trades_too_much_is_not_talked_into_more(firm):
    market(firm, "strong", date(2026, 11, 2))
    calm = positioned(firm, "vip", 1000)
    positioned(firm, "vip", 1000, is_overtrading=True)
    firm.make()
    assert [task.client for task in firm.tasks(rule="gap")] == [calm]


def test_without_a_regime_nobody_is_far(firm):
    positioned(firm, "vip", 9000)
    firm.make()
    assert firm.tasks(rule="gap") == []
