"""The pages of the market regime: setting one, two editors, bad input, and the list of clients far from it."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from crm.models import Branch, Publication, Staff
from segmentation.models import Behaviour, BehaviourFigures, MarketRegime
from tests.crm.page_firm import DAY, NOW, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db
WAN = 1_000_000


@pytest.fixture
def branch() -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def boss(branch: Branch) -> Staff:
    return staff("boss", "manager", branch)


def regime(by: Staff, level: str = "range", number: int = 1, day: date = date(2026, 11, 2)) -> MarketRegime:
    return MarketRegime.objects.create(
        number=number, level=level, phase="C", from_day=day, evidence="成交额降三成", set_by=by, set_at=NOW
    )


def form(**more: object) -> dict[str, object]:
    today = timezone.localdate().isoformat()
    return {"level": "strong", "phase": "B", "from_day": today, "evidence": "站上年线", "after": 0} | more


def far_night(branch: Branch, count: int, *, day: date = DAY) -> Publication:
    """A night whose clients own 1, 2, … ten thousand yuan above the floor, each all in positions."""
    published = night(branch, day)
    for n in range(count):
        person = client(branch, f"客户{n:02d}")
        stand(published, person)
        Behaviour.objects.create(
            publication=published, client=person, net_assets_fen=(n + 2) * WAN, position_e4=10_000, horizon="long"
        )
    BehaviourFigures.objects.create(
        publication=published, results={}, positions=[[100, count, sum((n + 2) * WAN for n in range(count))]],
        bases={}, values={},
    )  # fmt: skip
    return published


def names(browser: Browser, address: str) -> tuple[list[str], str]:
    response = browser.get(address)
    return [gap.row.client.name for gap in response.context["rows"]], response.context["next_url"]


@pytest.mark.parametrize("role", ["advisor", "manager", "compliance", "admin"])
def test_without_a_regime_every_page_says_so(branch: Branch, role: str) -> None:
    far_night(branch, 1)
    browser = browser_of(staff("reader", role, branch))
    assert "尚未设定市道" in browser.get(reverse("regime-list")).text
    if role != "admin":
        assert f"{DAY} 尚未设定市道" in browser.get(reverse("regime-gap")).text


def test_without_a_night_the_list_says_so(boss: Staff) -> None:
    response = browser_of(boss).get(reverse("regime-gap"))
    assert (response.status_code, response.context["rows"]) == (200, [])


def test_a_manager_sets_a_regime_and_everybody_reads_who_and_why(boss: Staff, branch: Branch) -> None:
    response = browser_of(boss).post(reverse("set-regime"), form(), follow=True)
    assert response.redirect_chain == [(reverse("regime-list"), 302)]
    page = browser_of(staff("reader", "advisor", branch)).get(reverse("regime-list")).text
    assert "站上年线" in page
    assert boss.name in page
    assert reverse("set-regime") not in page


def test_the_history_is_read_page_by_page(boss: Staff) -> None:
    for number in range(1, 61):
        regime(boss, number=number)
    browser, address, seen = browser_of(boss), reverse("regime-list"), []
    while address:
        context = browser.get(address).context
        seen += [row.number for row in context["regimes"]]
        address = context["next_url"]
    assert seen == list(range(60, 0, -1))


def test_a_double_click_sets_one(boss: Staff) -> None:
    browser = browser_of(boss)
    assert [browser.post(reverse("set-regime"), form()).status_code for _ in range(2)] == [302, 302]
    assert MarketRegime.objects.count() == 1


def test_the_second_of_two_editors_sees_both_versions_and_may_take_over(boss: Staff, branch: Branch) -> None:
    regime(staff("quick", "manager", branch))
    browser = browser_of(boss)

    response = browser.post(reverse("set-regime"), form())

    assert response.status_code == 409
    assert "成交额降三成" in response.text
    assert "站上年线" in response.text
    assert MarketRegime.objects.count() == 1
    again = {name: response.context["form"][name].value() for name in form()}
    assert browser.post(reverse("set-regime"), again).status_code == 302
    assert MarketRegime.objects.in_force(timezone.localdate()).first().set_by == boss


@pytest.mark.parametrize(
    ("field", "rubbish"),
    [
        *(("level", value) for value in ("", "best")),
        *(("phase", value) for value in ("", "E")),
        *(("from_day", value) for value in ("", "30.02.2026", (timezone.localdate() + timedelta(days=2)).isoformat())),
        *(("evidence", value) for value in ("", "  ", "长" * 1001, "a\0b")),
        *(("after", value) for value in ("", "x", "-1", "99999999999999999999")),
    ],
)
def test_rubbish_gets_a_message_beside_its_field(boss: Staff, field: str, rubbish: str) -> None:
    response = browser_of(boss).post(reverse("set-regime"), form(**{field: rubbish}))
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert MarketRegime.objects.count() == 0


def test_the_list_begins_with_the_largest_assets_and_page_after_page_shows_everybody_once(
    boss: Staff, branch: Branch
) -> None:
    regime(boss)
    far_night(branch, 120)
    browser, address, seen = browser_of(boss), reverse("regime-gap"), []
    while address:
        some, following = names(browser, address)
        seen += some
        address = reverse("regime-gap") + following if following else ""
    assert seen == [f"客户{n:02d}" for n in reversed(range(120))]


def test_the_figures_of_the_strip_are_the_rows_behind_them(boss: Staff, branch: Branch) -> None:
    regime(boss)
    far_night(branch, 3)
    browser = browser_of(boss)
    response = browser.get(reverse("regime-gap"))
    figures = {stat["href"]: stat["figure"] for stat in response.context["stats"] if "href" in stat}
    assert figures == {"?side=below": "0", "?side=above": "3"}
    for href, figure in figures.items():
        assert len(browser.get(reverse("regime-gap") + href).context["rows"]) == int(figure)


def test_nothing_on_the_page_is_advice(boss: Staff, branch: Branch) -> None:
    regime(boss)
    far_night(branch, 1)
    assert "不构成买卖建议" in browser_of(boss).get(reverse("regime-gap")).text


def test_compliance_reads_no_name_and_an_advisor_only_the_own_clients(boss: Staff, branch: Branch) -> None:
    regime(boss)
    far_night(branch, 2)
    page = browser_of(staff("reader", "compliance")).get(reverse("regime-gap")).text
    assert "客户00" not in page
    advisor = staff("advisor", "advisor", branch)
    branch.clients.filter(name="客户01").update(advisor=advisor)
    assert names(browser_of(advisor), reverse("regime-gap"))[0] == ["客户01"]


def test_a_restricted_client_is_on_nobodys_list_but_compliances(boss: Staff, branch: Branch) -> None:
    regime(boss)
    far_night(branch, 2)
    branch.clients.filter(name="客户01").update(is_restricted=True)
    assert names(browser_of(boss), reverse("regime-gap"))[0] == ["客户00"]
    assert browser_of(boss).get(reverse("regime-gap")).context["counts"].above == 1
    assert len(names(browser_of(staff("reader", "compliance")), reverse("regime-gap"))[0]) == 2


@pytest.mark.parametrize("cursor", ["?after=x", "?before=x~1", "?after=~", "?after=1~x"])
def test_a_cursor_that_is_none_is_a_missing_page(boss: Staff, branch: Branch, cursor: str) -> None:
    regime(boss)
    far_night(branch, 1)
    assert browser_of(boss).get(reverse("regime-gap") + cursor).status_code == 404


def test_several_branches_are_merged_by_assets(boss: Staff, branch: Branch) -> None:
    there = Branch.objects.create(code="1102", name="望湖营业部")
    boss.branches.add(there)
    regime(boss)
    far_night(branch, 3)
    far_night(there, 2, day=DAY - timedelta(days=1))
    response = browser_of(boss).get(reverse("regime-gap"))
    assert [gap.row.net_assets_fen // WAN for gap in response.context["rows"]] == [4, 3, 3, 2, 2]
    assert response.context["counts"].above == 5
    assert len(browser_of(boss).get(reverse("regime-gap") + "?branch=1102").context["rows"]) == 2


@pytest.mark.parametrize(("level", "side"), [("strong", "above"), ("weak", "below")])
def test_in_a_strong_market_nobody_is_far_above_and_in_a_weak_one_nobody_far_below(
    boss: Staff, branch: Branch, level: str, side: str
) -> None:
    there = Branch.objects.create(code="1102", name="望湖营业部")
    boss.branches.add(there)
    regime(boss, level)
    far_night(branch, 1)
    far_night(there, 1)
    response = browser_of(boss).get(reverse("regime-gap") + f"?side={side}")
    assert (response.status_code, response.context["rows"]) == (200, [])


def test_the_queries_of_the_list_do_not_grow_with_its_rows(
    boss: Staff, branch: Branch, django_assert_max_num_queries
) -> None:
    regime(boss)
    far_night(branch, 40)
    browser = browser_of(boss)
    browser.get(reverse("regime-gap"))
    with django_assert_max_num_queries(19):
        browser.get(reverse("regime-gap"))
