"""The branch page: every figure opens the rows behind it, on the same day."""

from datetime import date
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from crm.models import Branch
from segmentation.models import ScoreModel
from tests.crm.page_firm import NOW, browser_of, client, night, staff, stand
from tests.crm.test_pages_regimes import far_night, regime

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch():
    return Branch.objects.create(code="1101", name="临江路营业部")


def filled(branch, day, shift=0):
    published = night(branch, day)
    people = list(branch.clients.order_by("pk")) or [client(branch, f"客户{n:02d}") for n in range(20)]
    for rank, person in enumerate(people, 1):
        tier = "vip" if rank == 1 else "key" if rank == 2 else "ordinary" if rank <= 4 + shift else "small"
        stand(
            published, person, tier=tier, measure_fen=(21 - rank) * 100_00, net_assets_fen=rank * 1_000_000,
            churn_band="high" if rank % 4 == 0 else "low", churn_score=0.4, at_risk_fen=rank * 1000,
        )  # fmt: skip
    published.refresh_from_db()
    return published


def test_the_shares_add_up_and_the_title_says_the_finding(branch):
    filled(branch, date(2026, 11, 20))
    response = browser_of(staff("boss", "manager", branch)).get(
        reverse("branch-detail"), headers={"accept-language": "en"}
    )
    steps, curve = response.context["charts"]
    assert steps.title == "1 VIP client brings ¥2,000, 2 times a small client"
    assert curve.title == "20 % of the clients bring 35% of net commission, 12 months"
    assert sum(block["count"] for block in steps.data["blocks"]) == 20
    assert curve.data["points"][-1] == [100.0, 100.0]


def test_movements_count_who_changed_tier_between_two_published_nights(branch):
    filled(branch, date(2026, 10, 16))
    filled(branch, date(2026, 11, 20), shift=1)
    boss = staff("boss", "manager", branch)
    moves = browser_of(boss).get(reverse("branch-detail"), headers={"accept-language": "en"}).context["moves"]
    assert moves.title == "1 client changed tier: 1 up, 0 down"
    assert moves.data["flows"] == [["l-small", "r-ordinary", 1]]


def test_every_figure_opens_as_many_rows_as_it_says_on_the_day_it_says(branch):
    filled(branch, date(2026, 10, 30))
    filled(branch, date(2026, 11, 20), shift=2)
    browser = browser_of(staff("boss", "manager", branch))
    for day in ("", "?day=2026-10-30"):
        page = browser.get(reverse("branch-detail") + day)
        cells = [cell for row in page.context["tiers"] for cell in row["cells"]]
        assert sum(count for count, _href in cells) == 20
        for count, href in cells:
            assert browser.get(href).context["totals"].count == count, urlsplit(href).query


def test_a_day_that_was_not_published_and_a_foreign_branch_are_missing(branch):
    elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
    filled(branch, date(2026, 11, 20))
    filled(elsewhere, date(2026, 11, 20))
    browser = browser_of(staff("boss", "manager", branch))
    for query in ("?day=2026-11-19", "?day=junk", "?branch=1102", "?branch=nowhere"):
        assert browser.get(reverse("branch-detail") + query).status_code == 404
    both = browser_of(staff("director", "manager", branch, elsewhere))
    assert both.get(reverse("branch-detail") + "?branch=1102").context["branch"] == elsewhere


def test_before_the_first_night_there_is_no_figure(branch):
    response = browser_of(staff("boss", "manager", branch)).get(
        reverse("branch-detail"), headers={"accept-language": "en"}
    )
    assert "No numbers yet" in response.content.decode()


def test_the_model_in_force_is_told_as_it_is_stored_and_nothing_is_invented(branch):
    published = filled(branch, date(2026, 11, 20))
    boss = browser_of(staff("boss", "manager", branch))
    assert boss.get(reverse("branch-detail")).context["model"] is None
    model = ScoreModel.objects.create(
        kind="m1", status="champion", month="2026-11", fitted_as_of=date(2026, 10, 30), cutoff=NOW, is_calibrated=True,
        metrics={"top_decile_lift": 4.009, "top_decile_lift_cap": 6.898, "slope": 1.0238, "auc": None},
        gates={"slope": {"passed": True}, "ece": {"passed": True}}, code_version="x", label_version="x", input_digest="x",
    )  # fmt: skip
    published.basis.model = model
    published.basis.save()
    card = boss.get(reverse("branch-detail"), headers={"accept-language": "en"}).context["model"]
    assert dict(card["facts"]) == {
        "Fitted on facts until": "2026-10-30",
        "Slope of calibration (1 is exact)": "1.02",
        "Leavers among the riskiest tenth": "4.0 times the average, of at most 6.9",
    }
    assert (card["gates"], card["failed"]) == (2, [])
    ScoreModel.objects.update(gates={"positives": {"passed": False}}, is_calibrated=False)
    page = boss.get(reverse("branch-detail"), headers={"accept-language": "en"})
    assert page.context["model"]["failed"] == ["too few leavers to judge"]
    assert "bands only, no probabilities" in page.content.decode()


def test_commission_at_risk_is_told_with_its_interval_by_tier(branch):
    published = filled(branch, date(2026, 11, 20))
    page = browser_of(staff("boss", "manager", branch)).get(reverse("branch-detail"))
    chart = page.context["risk_chart"]
    for bar, tier in zip(chart.data["rows"], ("vip", "key", "ordinary", "small"), strict=True):
        own = [row for row in published.standings.all() if row.tier == tier]
        stake = sum(row.at_risk_fen for row in own)
        half = 1.6449 * sum((row.at_risk_fen / 0.4) ** 2 * 0.4 * 0.6 for row in own) ** 0.5
        assert bar["value"] == stake / 100
        # the variance of each client is kept in whole square yuan
        assert bar["high"] * 100 == pytest.approx(stake + half, abs=1.65 * 100 * len(own) ** 0.5)
        assert bar["low"] == pytest.approx(max(0, 2 * bar["value"] - bar["high"]), abs=0.02)


def test_clients_far_from_the_market_are_counted_on_the_page_and_opened_on_the_latest_day(branch):
    boss = staff("boss", "manager", branch)
    far_night(branch, 2, day=date(2026, 11, 19))
    far_night(branch, 3, day=date(2026, 11, 20))
    browser = browser_of(boss)
    assert browser.get(reverse("branch-detail")).context["regime"] is None
    regime(boss)
    below, above = browser.get(reverse("branch-detail")).context["regime"]["sides"]
    assert (below["clients"], below["href"], above["clients"]) == (0, "", 3)
    assert len(browser.get(above["href"]).context["rows"]) == 3
    past = browser.get(reverse("branch-detail"), {"day": "2026-11-19"}).context["regime"]["sides"][1]
    assert (past["clients"], past["href"]) == (2, "")
