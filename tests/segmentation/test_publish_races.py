"""Two workers and one branch, on the database where writers run side by side."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from crm import nightly
from crm.models import AuditEvent, JobRun, Publication
from segmentation.models import MarketRegime, Standing, TierMove
from segmentation.regimes import RegimeChanged, set_regime
from tests.crm.page_firm import staff
from tests.segmentation.nights import claimed_run, make_branch, make_clients, publish

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DAY = date(2026, 11, 20)


def at_once(*work):
    def closing(one):
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(closing, work))


def test_of_two_runs_that_publish_one_day_at_once_the_later_asked_for_is_what_readers_see():
    branch = make_branch()
    clients = make_clients(branch, 50)
    publish(branch, date(2026, 11, 19), {c: {} for c in clients})
    for _ in range(3):
        older, newer = claimed_run(branch, DAY), claimed_run(branch, DAY)

        at_once(
            lambda run=newer: publish(branch, DAY, {c: {"tier": "vip", "measure": 1} for c in clients}, run=run),
            lambda run=older: publish(branch, DAY, {c: {"tier": "key", "measure": 1} for c in clients}, run=run),
        )

        night = Publication.objects.published().get(as_of=DAY)
        assert night.run == newer
        assert Standing.objects.filter(publication=night, tier="vip").count() == 50
        assert set(TierMove.objects.filter(day=DAY).values_list("to_tier", flat=True)) == {"vip"}


def test_a_night_asked_for_ten_times_at_once_is_one_run():
    branch = make_branch()
    now = datetime(2026, 11, 21, tzinfo=UTC)
    asked = at_once(*[lambda: nightly.start(now, as_of=DAY, branch=branch, ring=False)[0].pk] * 10)
    assert len(set(asked)) == 1
    assert JobRun.objects.count() == 1


def test_of_five_managers_who_set_the_market_regime_at_once_one_does_and_the_others_are_told():
    branch = make_branch()
    bosses = [staff(f"boss{n}", "manager", branch) for n in range(5)]

    def told(boss):
        try:
            return set_regime(
                level="range",
                phase="A",
                from_day=DAY,
                evidence="x",
                by=boss,
                at=datetime(2026, 11, 20, 4, tzinfo=UTC),
                after=0,
            )
        except RegimeChanged as changed:
            return changed.latest

    found = at_once(*[lambda boss=boss: told(boss) for boss in bosses])

    assert MarketRegime.objects.count() == 1
    assert set(found) == {MarketRegime.objects.get()}
    assert AuditEvent.objects.filter(action="set-regime").count() == 1
