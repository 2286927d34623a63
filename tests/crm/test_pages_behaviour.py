"""Behaviour from the night to the client page: what is stored, what the page says of it, and to whom."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from clients.models import Client, DailyAsset, ImportBatch
from crm import jobs, nightly
from crm.models import Branch, Publication
from crm.pages.client.behaviour import behaviour_panel
from crm.tasks import Handlers
from segmentation.behaviour import points_until
from segmentation.behaviour.over_time import positions_of
from segmentation.behaviour.published import result_mix
from segmentation.invariants import broken
from segmentation.models import Behaviour, BehaviourFigures, MarketRegime, Standing
from segmentation.standings import prune
from tests.crm.firm_facts import DAY, RECORDED, make_firm_branch, raise_generation
from tests.crm.page_firm import browser_of, client, night, staff, stand
from tests.segmentation.nights import worth_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
WAN = 1_000_000


def run_night(as_of: date = DAY) -> Publication:
    for run in nightly.start(NOW, as_of=as_of, ring=False):
        jobs.perform(run.pk, Handlers(), worker="test", now=NOW)
        run.refresh_from_db()
        assert run.state == "done", run.error
    return Publication.objects.published().get(as_of=as_of)


def hold(owner: Client, positions: dict[date, int]) -> None:
    """Net assets of 100,000 yuan with so many percent in positions at the close of some days."""
    batch = ImportBatch.objects.create(file_name="assets.csv", kind="assets", state="committed")
    account = owner.accounts.get()
    for day, percent in positions.items():
        DailyAsset.objects.update_or_create(
            account=account, day=day, currency="CNY",
            defaults={
                "branch": owner.branch, "client": owner, "batch": batch, "recorded_at": RECORDED,
                "market_value_minor": percent * WAN // 10, "cash_minor": 10 * WAN - percent * WAN // 10, "net_minor": 10 * WAN,
            },
        )  # fmt: skip
        raise_generation("clients_dailyasset", owner.branch, f"{day:%Y-%m}")


def test_the_night_describes_every_client_and_the_page_draws_the_same_line() -> None:
    branch = make_firm_branch(clients=12)
    saver = branch.clients.get(client_number="00000011")
    hold(saver, {day: 40 + n for n, day in enumerate(points_until(DAY))})

    published = run_night()

    assert Behaviour.objects.filter(publication=published).count() == published.client_count == 12
    row = Behaviour.objects.get(publication=published, client=saver)
    drawn = [e4 for _day, e4 in positions_of(saver, DAY)]
    assert drawn == [4000 + 100 * n for n in range(12)]
    assert (row.position_e4, row.position_mean_e4) == (drawn[-1], sum(drawn) // 12)
    # client 11 trades 1,000 yuan a week for eleven weeks: 11,000 on a mean of 100,000, twice a year
    assert (row.turnover_e2, row.horizon, row.trade_count) == (22, "long", 11)
    assert row.kinds == [["main", 11, 11 * 1_000_00, 0]]
    assert list(broken(branch)) == []


def test_an_identical_rerun_writes_nothing_and_rows_go_with_their_night() -> None:
    branch = make_firm_branch(clients=6)
    first = run_night()
    before = list(Behaviour.objects.order_by("pk").values_list("pk", flat=True))
    assert run_night() == first
    assert list(Behaviour.objects.order_by("pk").values_list("pk", flat=True)) == before

    later = run_night(DAY + timedelta(days=3))
    Publication.objects.filter(pk=first.pk).delete()
    prune(branch, keep=later)
    assert set(Behaviour.objects.values_list("publication", flat=True)) == {later.pk}
    assert BehaviourFigures.objects.count() == 1


def test_a_night_keeps_the_mix_of_results_less_what_the_reader_may_not_see() -> None:
    branch = make_firm_branch(clients=6)
    published = run_night()
    Behaviour.objects.filter(client__client_number="00000001").update(result="loss")
    BehaviourFigures.objects.update(results={"": 5, "loss": 1})
    boss, compliance = staff("boss", "manager", branch), staff("c", "compliance")
    assert result_mix(boss, published) == {"": 5, "profit": 0, "flat": 0, "loss": 1}
    branch.clients.filter(client_number="00000001").update(is_restricted=True)
    assert result_mix(boss, published)["loss"] == 0
    assert result_mix(compliance, published)["loss"] == 1
    assert sum(result_mix(staff("advisor", "advisor", branch), published).values()) == 0


def test_lifetime_value_of_a_real_night_multiplies_its_inputs() -> None:
    branch = make_firm_branch(clients=12)
    published = run_night()
    worth = worth_of(branch.clients.get(client_number="00000011"), published)
    assert worth.yearly_fen == round(11 * 1100 * 365 / 180)
    assert worth.value_fen == worth.commission_fen - worth.cost_fen


@pytest.fixture
def branch() -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


def described(branch: Branch, **told: Any) -> tuple[Client, Publication]:
    published, person = night(branch), client(branch)
    stand(published, person)
    Behaviour.objects.create(publication=published, client=person, **told)
    BehaviourFigures.objects.create(
        publication=published, results={}, positions=[], values={},
        bases={
            "ordinary": {"kind": [["main", 700, 1], ["convertible", 300, 1]], "channel": [["mobile", 900, 1], ["web", 100, 1]]},
            "programme": {"kind": [["etf", 10, 1]], "channel": [["web", 10, 1]]},
        },
    )  # fmt: skip
    return person, published


TRADER = {
    "trade_count": 100,
    "kinds": [["convertible", 60, 6 * WAN, 1], ["main", 40, 4 * WAN, 0]],
    "channels": [["mobile", 100, 10 * WAN, 1]],
}


def test_kinds_and_channels_stand_beside_the_branchs_shares(branch: Branch) -> None:
    person, published = described(branch, **TRADER)
    panel = behaviour_panel(person, published, DAY, staff("boss", "manager", branch))
    (_, kinds), (_, channels) = panel["habit_tables"]
    assert [(h.share, h.base, h.count, h.is_sure) for h in kinds] == [(0.6, 0.3, 60, True), (0.4, 0.7, 40, False)]
    assert [(h.name, h.share, h.base) for h in channels] == [("手机", 1.0, 0.9), ("网上", 0.0, 0.1)]
    assert panel["habits_title"] == "偏好可转债与手机，显著高于营业部基准"


def test_a_programme_trader_is_shown_against_programme_traders(branch: Branch) -> None:
    person, published = described(branch, **TRADER, is_programme=True)
    panel = behaviour_panel(person, published, DAY, staff("boss", "manager", branch))
    assert [h.base for h in panel["habit_tables"][0][1]] == [0.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("level", "title"),
    [
        ("", "仓位 86%，尚未设定市道，无参考可比"),
        ("strong", "仓位 86%，与强势市参考 ≥ 75% 相近"),
        ("range", "仓位 86%，高于盘整市参考 50%"),
        ("weak", "仓位 86%，高于弱势市参考 ≤ 25%"),
    ],
)
def test_the_title_of_the_position_states_the_finding(branch: Branch, level: str, title: str) -> None:
    person, published = described(branch, position_e4=8549, net_assets_fen=WAN)
    boss = staff("boss", "manager", branch)
    if level:
        MarketRegime.objects.create(
            number=1, level=level, phase="A", from_day=DAY, evidence="x", set_by=boss, set_at=NOW
        )
    assert behaviour_panel(person, published, DAY, boss)["position_title"] == title.replace("86", "85")
    Behaviour.objects.update(position_e4=8550)
    assert behaviour_panel(person, published, DAY, boss)["position_title"] == title


def test_the_page_says_over_trading_in_plain_words_and_gives_no_advice(branch: Branch) -> None:
    person, _night = described(
        branch, is_overtrading=True, result="loss", result_e4=-1400, result_fen=-66 * WAN, result_from=DAY, turnover_e2=1780,
        horizon="short",
    )  # fmt: skip
    page = browser_of(staff("boss", "manager", branch)).get(reverse("client-detail", args=[person.pk])).text
    assert "过度交易" in page
    assert "短线，年周转 17.8 次，期间亏损" in page
    assert "−66.0 万元" in page


def test_a_client_with_nothing_gets_one_sentence(branch: Branch) -> None:
    person, _night = described(branch)
    response = browser_of(staff("boss", "manager", branch)).get(reverse("client-detail", args=[person.pk]))
    assert response.context["is_quiet"]
    assert "暂无可说明的客户行为" in response.text
    assert "营业部基准" not in response.text


def test_a_client_whom_no_night_described_has_a_page_without_behaviour(branch: Branch) -> None:
    published, person = night(branch), client(branch)
    stand(published, person)
    response = browser_of(staff("boss", "manager", branch)).get(reverse("client-detail", args=[person.pk]))
    assert (response.status_code, response.context["behaviour"]) == (200, None)


def test_the_panel_asks_as_much_of_a_long_history_as_of_a_short_one(
    branch: Branch, django_assert_max_num_queries
) -> None:
    person, published = described(branch, **TRADER, position_e4=8600)
    boss = staff("boss", "manager", branch)
    MarketRegime.objects.create(number=1, level="range", phase="A", from_day=DAY, evidence="x", set_by=boss, set_at=NOW)
    # the row with the branches of the reader, accounts, balances, regimes and their numbers, figures, numbers
    with django_assert_max_num_queries(8):
        behaviour_panel(person, published, DAY, boss)


def test_the_list_can_be_asked_for_behaviour(branch: Branch) -> None:
    person, published = described(branch, horizon="short", is_overtrading=True, result="loss", position_band="high")
    other = client(branch, "李四")
    stand(published, other)
    Behaviour.objects.create(publication=published, client=other, horizon="long")
    rows = Standing.objects.visible_to(staff("boss", "manager", branch)).of_nights([published.pk])
    for conditions in (
        {"horizon__in": ["short", "high"]}, {"is_overtrading": True}, {"result": "loss"}, {"position_band": "high"},
    ):  # fmt: skip
        assert [row.client for row in rows.behaving(**conditions)] == [person]
