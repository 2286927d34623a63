"""Today: what the night changed for my clients, most at stake first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.models import Branch
from segmentation.models import StateChange, TierMove, TierScheme
from tests.crm.page_firm import DAY, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch():
    return Branch.objects.create(code="1101", name="临江路营业部")


def changed(published, person, **told):
    StateChange.objects.create(client=person, publication=published, branch=published.branch, day=DAY, **told)


def test_changes_of_the_night_come_by_what_is_at_stake_each_with_a_sentence(branch):
    me = staff("me", "advisor", branch)
    published = night(branch)
    few, much, calm, gone = (client(branch, name, advisor=me) for name in ("少", "多", "降", "走"))
    stand(published, few, at_risk_fen=100, churn_band="raised")
    stand(published, much, at_risk_fen=900_000, churn_band="high")
    stand(published, calm, at_risk_fen=5_000_000, churn_band="low")
    overdue = [{"code": "overdue", "slots": {"days": 36, "per_month": 4.1}}]
    changed(published, few, subject="band", before="low", after="raised", detail=overdue)
    changed(published, much, subject="band", before="raised", after="high", detail=overdue)
    changed(published, calm, subject="band", before="high", after="low", detail=[])
    changed(published, gone, subject="dormancy", before="active", after="closed", detail={})
    response = browser_of(me).get(reverse("today"), headers={"accept-language": "en"})
    rows = response.context["changed"]
    assert [row.standing.client.name for row in rows] == ["多", "少"]  # a risk that fell is no alarm
    assert rows[0].why == "No trade for 36 days; usually 4.1 trading days a month"
    assert [change.client.name for change in response.context["left"]] == ["走"]
    assert [row.standing.client.name for row in response.context["keep"]] == ["降", "多", "少"]


def test_a_move_says_whether_it_was_the_clients_own_doing(branch):
    me = staff("me", "advisor", branch)
    published = night(branch)
    person = client(branch, "沈慕云", advisor=me)
    stand(published, person, tier="key")
    TierMove.objects.create(
        client=person, publication=published, branch=branch, day=DAY, from_tier="vip", to_tier="key",
        scheme=TierScheme.objects.get(branch=None), from_measure_fen=500_00, measure_fen=500_00, from_rank=30, rank=31,
        why="others",
    )  # fmt: skip
    body = browser_of(me).get(reverse("today"), headers={"accept-language": "en"}).content.decode()
    assert "Others moved, rank 30 → 31; own value ¥500.00" in body


def test_the_boundary_is_exact_to_the_fen_and_only_the_near_are_listed(branch):
    me = staff("me", "advisor", branch)
    published = night(branch)
    stand(published, client(branch, "近", advisor=me), tier="key", measure_fen=100_000, to_next_fen=4_999)
    stand(published, client(branch, "远", advisor=me), tier="key", measure_fen=100_000, to_next_fen=5_100)
    response = browser_of(me).get(reverse("today"))
    assert [standing.client.name for standing in response.context["boundary"]] == ["近"]
    assert "¥49.99" in response.content.decode()


def test_a_colleagues_clients_are_not_my_day(branch):
    me, other = staff("me", "advisor", branch), staff("other", "advisor", branch)
    published = night(branch)
    theirs = client(branch, "别人的", advisor=other)
    stand(published, theirs, at_risk_fen=900_000, churn_band="high", tier="vip")
    changed(published, theirs, subject="band", before="low", after="high", detail=[])
    response = browser_of(me).get(reverse("today"))
    assert "别人的" not in response.content.decode()
    assert response.context["changed"] == response.context["keep"] == []


def test_before_the_first_night_the_page_says_what_to_do(branch):
    response = browser_of(staff("me", "advisor", branch)).get(reverse("today"), headers={"accept-language": "en"})
    assert "No numbers yet" in response.content.decode()


def test_the_page_takes_a_fixed_number_of_queries(branch):
    me = staff("me", "advisor", branch)
    published = night(branch)
    browser = browser_of(me)

    def more(count):
        for n in range(count):
            person = client(branch, f"客户{n}", advisor=me)
            stand(published, person, at_risk_fen=n * 10, churn_band="high", tier="vip", to_next_fen=1)
            changed(published, person, subject="band", before="low", after="high", detail=[])

    more(13)
    with CaptureQueriesContext(connection) as few:
        browser.get(reverse("today"))
    more(15)
    with CaptureQueriesContext(connection) as many:
        browser.get(reverse("today"))
    assert len(many) == len(few) <= 16
