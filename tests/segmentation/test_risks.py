"""C8: commission at risk = Σ p × c with an interval; the distribution of scores; both less what is hidden."""

import math
from datetime import date

import pytest

from clients.models import Client
from crm.models import Publication
from segmentation.comparisons import branches_seen
from segmentation.figures import advisors_seen, figures_seen, tenures_seen
from segmentation.models import NightFigures, Standing
from segmentation.risks import Z90, interval, risk_sums, score_bins
from tests.crm.page_firm import staff
from tests.segmentation.nights import make_branch, make_clients, publish

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2026, 10, 30), date(2026, 11, 27)


def scored(p, commission_fen, **more):
    band = "high" if p >= 0.3 else "raised" if p >= 0.15 else "watch" if p >= 0.05 else "low"
    return {"score": p, "band": band, "at_risk": round(p * commission_fen), **more}


def test_the_interval_is_that_of_independent_clients():
    branch = make_branch()
    people = make_clients(branch, 4)
    told = [(0.5, 1_000_000), (0.1, 2_000_000), (0.2, 0), (0.9, 500_000)]
    night = publish(branch, SECOND, {who: scored(p, c, tier="vip") for who, (p, c) in zip(people, told, strict=True)})
    (one,) = risk_sums(Standing.objects.filter(publication=night))
    wanted = sum(p * (1 - p) * (c / 100) ** 2 for p, c in told)
    assert one.variance == pytest.approx(wanted, abs=4)
    stake = sum(round(p * c) for p, c in told)
    low, high = interval(stake, one.variance)
    assert high - stake == pytest.approx(Z90 * math.sqrt(wanted) * 100, rel=1e-4)
    assert low == max(0, 2 * stake - high)
    assert interval(10_000, 0) == (10_000, 10_000)
    assert interval(100, 10_000)[0] == 0


def test_every_scored_client_is_in_one_bar_and_the_cut_offs_lie_between_bars():
    branch = make_branch()
    scores = [0.0, 0.049, 0.05, 0.15, 0.299, 0.3, 1.0]
    people = make_clients(branch, len(scores) + 1)
    told = {who: scored(p, 1_000) for who, p in zip(people, scores, strict=False)} | {people[-1]: {}}
    night = publish(branch, SECOND, told)
    bins = {one.at: one.clients for one in score_bins(Standing.objects.filter(publication=night))}
    assert bins == {0: 2, 1: 1, 3: 1, 5: 1, 6: 1, 19: 1}


def test_a_manager_reads_what_is_stored_less_the_hidden_and_compliance_all():
    branch = make_branch()
    advisor, boss, reader = staff("li", "advisor", branch), staff("boss", "manager", branch), staff("r", "compliance")
    people = make_clients(branch, 6)
    Client.objects.update(advisor=advisor, opened_on=date(2016, 11, 3))
    rows = {who: scored(0.1 * at, 100_000 * (at + 1), tier="key") for at, who in enumerate(people, 1)}
    publish(branch, FIRST, rows)
    night = publish(branch, SECOND, rows)
    Client.objects.filter(pk=people[-1].pk).update(is_restricted=True)

    def seen_by(user, **which):
        own = Standing.objects.visible_to(user).filter(publication=night)
        figures = figures_seen(user, night, None)
        assert list(figures.risks) == risk_sums(own)
        assert list(figures.scores) == score_bins(own)
        (line,) = advisors_seen(user, night)
        assert line.variance == figures.risks[0].variance
        (compared,) = branches_seen(user, [night])
        assert (compared.clients, compared.stake) == (own.count(), sum(one.at_risk_fen for one in own))
        assert compared.variance == figures.risks[0].variance
        assert (compared.came, compared.left, compared.earlier.as_of) == (0, 0, FIRST)
        (tenure,) = tenures_seen(user, night)
        assert (tenure.clients, tenure.months) == (own.count(), own.count() * 120)

    for user in (boss, reader):
        seen_by(user)
    # nights that were published before any of this was stored say the same, counted
    NightFigures.objects.update(risks=None, scores=None, tenures=None, flows=[], clients_generation=-1)
    for user in (boss, reader):
        seen_by(user)


def test_branches_are_compared_by_a_number_of_queries_that_does_not_grow(django_assert_max_num_queries):
    reader = staff("r", "compliance")
    for code in range(5):
        branch = make_branch(f"2{code:03d}")
        people = make_clients(branch, 3)
        publish(branch, FIRST, {who: scored(0.3, 1_000) for who in people[: 2 + code % 2]})
        publish(branch, SECOND, {who: scored(0.3, 1_000) for who in people[1:]})
    nights = list(Publication.objects.current().select_related("branch", "basis__scheme"))
    with django_assert_max_num_queries(4):
        found = branches_seen(reader, nights)
    assert [(one.clients, one.came, one.left) for one in found] == [
        (2, 1, 1),
        (2, 0, 1),
        (2, 1, 1),
        (2, 0, 1),
        (2, 1, 1),
    ]
