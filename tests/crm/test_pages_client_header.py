"""The header of the client page: why now, what would change it, what is next, and the client beside its tier."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.calendar import day_begins
from crm.models import Branch, Publication, Staff
from crm.pages.client.peers import peers_of
from segmentation.figures import write_figures
from segmentation.models import Behaviour
from servicing.models import Contact, Promise, Task
from tests.crm.page_firm import DAY, NOW, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def boss(branch: Branch) -> Staff:
    return staff("boss", "manager", branch)


def page_of(person: Staff, who: object) -> str:
    address = reverse("client-detail", args=[who.pk])
    return browser_of(person).get(address, headers={"accept-language": "en"}).content.decode()


def summed(published: Publication) -> None:
    """Store the figures of a night that is written down."""
    published.refresh_from_db()
    write_figures(published)


def test_the_risk_stands_beside_what_it_was_a_month_ago_and_the_median_of_the_tier(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    earlier, now = night(branch, DAY - timedelta(days=31)), night(branch)
    stand(earlier, who, churn_band="watch", churn_score=0.19)
    stand(night(branch, DAY - timedelta(days=1)), who, churn_band="watch", churn_score=0.11)
    reasons = [{"code": "overdue", "slots": {"days": 16, "per_month": 5.5}}]
    stand(now, who, churn_band="raised", churn_score=0.27, churn_reasons=reasons, rank=1)
    for n in range(8):
        stand(now, client(branch), rank=2 + n, churn_score=n / 100, churn_band="low")
    summed(now)
    body = page_of(boss, who)
    assert "on 10-20" in body
    assert "19%" in body
    assert "11%" not in body
    assert "median of the tier 4%" in body
    assert "What would change it" in body
    assert "a trade ends the silence of 16 days" in body
    assert "Associated with leaving, not its cause." in body


def test_a_client_without_reasons_is_told_no_turning_point(branch: Branch, boss: Staff) -> None:
    who = client(branch)
    stand(night(branch), who, churn_band="low", churn_score=0.01)
    assert "What would change it" not in page_of(boss, who)


def test_open_tasks_and_promises_are_next_the_earliest_first(branch: Branch, boss: Staff) -> None:
    who, other, today = client(branch), client(branch), timezone.localdate()
    talk = Contact.objects.create(
        branch=branch, client=who, staff=boss, channel="phone", summary="x", recorded_at=NOW,
        happened_at=day_begins(today - timedelta(days=6)),
    )  # fmt: skip

    def task(owner: object, key: str, days: int, **more: object) -> None:
        Task.objects.create(
            branch=branch, client=owner, owner=boss, key=key, title=f"任务{key}", due_on=today + timedelta(days=days),
            made_by=boss, made_at=NOW, **more,
        )  # fmt: skip

    task(who, "late", -2)
    task(who, "later", 9)
    task(who, "last", 20)
    task(who, "done", -5, state="done", settled_at=NOW, settled_by=boss)
    task(other, "other", -9)
    Promise.objects.create(branch=branch, client=who, contact=talk, owner=boss, text="寄中期策略", due_on=today)
    response = browser_of(boss).get(reverse("client-detail", args=[who.pk]), headers={"accept-language": "en"})
    steps = response.context["next"]
    assert [step.what for step in steps.steps] == ["任务late", "寄中期策略", "任务later"]
    assert [(step.is_late, step.is_today) for step in steps.steps] == [(True, False), (False, True), (False, False)]
    assert steps.more == 1
    body = response.content.decode()
    for words in ("overdue since", "due today", "and 1 more", "last contact 6 days ago"):
        assert words in body
    assert "No open task and no promise." in page_of(boss, client(branch))


def test_means_are_over_the_whole_tier_and_medians_over_its_ranks(branch: Branch, boss: Staff) -> None:
    published = night(branch)
    stand(published, client(branch), tier="vip", rank=1, measure_fen=10**9)
    for n in range(1, 10):
        values = {"measure_fen": n * 100_00, "net_assets_fen": n * 1000_00, "at_risk_fen": n * 10_00}
        one = stand(published, client(branch), rank=11 - n, churn_score=n / 100, churn_band="low", **values)
        Behaviour.objects.create(publication=published, client=one.client, trade_count=12 * n)
        if n <= 5:
            moment = NOW - timedelta(days=n)
            Contact.objects.create(
                branch=branch, client=one.client, staff=boss, channel="phone", summary="x", recorded_at=NOW,
                happened_at=moment,
            )  # fmt: skip
    summed(published)
    peers = peers_of(published, "small", boss, date(2026, 11, 21))
    assert peers is not None
    assert (peers.count, peers.compared) == (9, 9)
    assert (peers.mean.measure_fen, peers.mean.assets_fen, peers.mean.stake_fen) == (500_00, 5000_00, 50_00)
    assert (peers.median.measure_fen, peers.median.assets_fen, peers.median.stake_fen) == (500_00, 5000_00, 50_00)
    assert (peers.median_score, peers.median_band, peers.median_trades) == (0.05, "low", 60)
    assert (peers.median_contact_days, peers.contacted_count) == (3, 5)


def test_of_too_few_clients_no_mean_is_told(branch: Branch, boss: Staff) -> None:
    published = night(branch)
    for n in range(4):
        stand(published, client(branch), rank=n + 1, tier="vip")
    summed(published)
    assert peers_of(published, "vip", boss, DAY) is None
    assert peers_of(published, "key", boss, DAY) is None


def test_a_restricted_client_is_in_no_figure_but_of_compliance(branch: Branch, boss: Staff) -> None:
    published = night(branch)
    for n in range(6):
        stand(published, client(branch), rank=n + 1, measure_fen=600)
    stand(published, client(branch, is_restricted=True), rank=7, measure_fen=10**8)
    summed(published)
    seen, whole = (peers_of(published, "small", who, DAY) for who in (boss, staff("reader", "compliance")))
    assert seen is not None
    assert whole is not None
    assert (seen.count, seen.compared, seen.mean.measure_fen) == (6, 6, 600)
    assert (whole.count, whole.compared) == (7, 7)


def test_a_large_tier_is_compared_by_clients_spread_over_its_ranks(
    branch: Branch, boss: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.pages.client.peers.SPREAD", 10)
    published = night(branch)
    for n in range(50):
        stand(published, client(branch), rank=n + 1, measure_fen=(50 - n) * 100)
    summed(published)
    peers = peers_of(published, "small", boss, DAY)
    assert peers is not None
    assert (peers.count, peers.compared) == (50, 10)
    assert abs(peers.median.measure_fen - 2500) <= 500
    who = published.standings.order_by("rank").first()
    assert who is not None
    assert "medians over 10 of them" in page_of(boss, who.client)


def test_what_the_tier_is_owed_stands_with_how_far_behind_it_is(branch: Branch, boss: Staff) -> None:
    who, small = client(branch, advisor=boss), client(branch)
    published = night(branch)
    stand(published, who, tier="vip")
    stand(published, small, tier="small")
    Contact.objects.create(
        branch=branch, client=who, staff=boss, channel="phone", summary="问候", recorded_at=NOW,
        happened_at=day_begins(timezone.localdate() - timedelta(days=42)),
    )  # fmt: skip
    told = page_of(boss, who)
    assert "Owed: partner, a contact every 30 days" in told
    assert "actual: accountable, our last contact was 42 days ago, owed every 30" in told
    assert "Owed: passive, news to the group" in page_of(boss, small)


def test_what_can_be_done_is_offered_to_those_who_serve(branch: Branch, boss: Staff) -> None:
    who = client(branch, phone="16412345678")
    stand(night(branch), who)
    reveal = reverse("reveal-client-field", args=[who.pk, "phone"])
    served = page_of(boss, who)
    assert f'class="btn" href="{reveal}"' in served
    assert "data-print" in served
    assert reverse("pin-client-tier", args=[who.pk]) in served
    read = page_of(staff("reader", "compliance"), who)
    assert reverse("pin-client-tier", args=[who.pk]) not in read
