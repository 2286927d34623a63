"""A night is published whole, in one transaction, by whoever holds the run; older ones are superseded and pruned."""

from datetime import date, timedelta

import pytest

from crm import jobs
from crm.models import AuditEvent, Publication
from segmentation import standings
from segmentation.models import Standing, TierMove
from tests.segmentation.nights import NOW, claimed_run, make_branch, make_clients, night_tables, publish

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def test_a_night_holds_every_open_client_with_what_the_steps_said():
    branch = make_branch()
    best, other = make_clients(branch, 2)

    night = publish(
        branch,
        DAY,
        {
            best: {"tier": "vip", "measure": 900, "assets": 5, "score": 0.25, "band": "raised", "last": DAY},
            other: {"state": "never"},
        },
    )

    assert (night.client_count, night.state, night.basis.scheme.measure) == (2, "published", "commission")
    standing = Standing.objects.get(publication=night, client=best)
    assert (standing.tier, standing.measure_fen, standing.rank, standing.net_assets_fen) == ("vip", 900, 1, 5)
    assert (standing.is_eligible, standing.churn_score, standing.churn_band) == (True, 0.25, "raised")
    assert (standing.churn_reasons, standing.at_risk_fen) == ([{"code": "overdue"}], 7)
    assert (standing.dormancy_reason["code"], standing.last_active_on) == ("traded", DAY)
    quiet = Standing.objects.get(publication=night, client=other)
    assert (quiet.is_eligible, quiet.churn_score, quiet.last_active_on, quiet.to_next_fen) == (False, None, None, None)
    assert AuditEvent.objects.get(action="publish-night").detail["clients"] == 2


def test_a_second_run_of_the_day_supersedes_the_first_and_both_stay():
    branch = make_branch()
    (client,) = make_clients(branch, 1)
    first = publish(branch, DAY, {client: {"tier": "vip"}})
    second = publish(branch, DAY, {client: {"tier": "key"}})

    assert list(Publication.objects.published()) == [second]
    assert Standing.objects.filter(publication=first).count() == 1
    assert [m.to_tier for m in TierMove.objects.all()] == ["key"]


def test_a_run_that_was_asked_for_earlier_never_supersedes_a_later_one():
    branch = make_branch()
    (client,) = make_clients(branch, 1)
    slow = claimed_run(branch, DAY)
    newer = publish(branch, DAY, {client: {"tier": "vip"}})

    assert publish(branch, DAY, {client: {"tier": "small"}}, run=slow) is None
    assert list(Publication.objects.all()) == [newer]


def test_an_attempt_that_died_after_publishing_publishes_nothing_again():
    branch = make_branch()
    (client,) = make_clients(branch, 1)
    run = claimed_run(branch, DAY)
    first = publish(branch, DAY, {client: {}}, run=run)
    again = jobs.claim(run.pk, "other", NOW + timedelta(hours=1))

    assert publish(branch, DAY, {client: {}}, run=again) == first
    assert Standing.objects.count() == 1


def test_a_worker_that_lost_its_lease_publishes_nothing():
    branch = make_branch()
    (client,) = make_clients(branch, 1)
    run = claimed_run(branch, DAY)
    assert jobs.claim(run.pk, "other", NOW + timedelta(hours=1)) is not None

    with pytest.raises(jobs.LeaseLost):
        publish(branch, DAY, {client: {}}, run=run)
    assert not Publication.objects.exists()
    assert not Standing.objects.exists()


def test_an_open_client_without_a_state_stops_the_publication():
    branch = make_branch()
    (client,) = make_clients(branch, 1)
    with pytest.raises(standings.Incomplete):
        publish(branch, DAY, {client: {"state": ""}})
    assert not Publication.objects.exists()


def test_a_failure_after_the_rows_are_in_leaves_the_old_night_whole(monkeypatch):
    branch = make_branch()
    (client,) = make_clients(branch, 1)
    first = publish(branch, DAY, {client: {"tier": "vip"}})
    monkeypatch.setattr(standings, "write_ledgers", lambda night: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        publish(branch, DAY, {client: {"tier": "small"}})

    assert list(Publication.objects.all()) == [first]
    first.refresh_from_db()
    assert first.state == "published"
    assert Standing.objects.get().tier == "vip"


def test_the_last_ten_nights_month_ends_and_pinned_ones_stay():
    branch = make_branch()
    (client,) = make_clients(branch, 1)
    days = [date(2026, 9, 29), date(2026, 9, 30), date(2026, 10, 8), *(date(2026, 11, d) for d in range(2, 14))]
    for index, day in enumerate(days):
        night = publish(branch, day, {client: {"tier": "vip" if index % 2 else "key"}})
        if day == date(2026, 10, 8):
            Publication.objects.filter(pk=night.pk).update(is_pinned=True)

    kept = list(Publication.objects.order_by("as_of").values_list("as_of", flat=True))
    assert kept == [date(2026, 9, 30), date(2026, 10, 8), *(date(2026, 11, d) for d in range(4, 14))]
    assert TierMove.objects.count() == len(days)  # the ledger stays
    assert TierMove.objects.filter(publication=None).count() == 3


def test_a_past_day_that_was_asked_for_is_not_pruned_at_once_and_never_becomes_today():
    branch = make_branch()
    (client,) = make_clients(branch, 1)
    for day in range(1, 13):
        publish(branch, date(2026, 11, day), {client: {}})

    past = publish(branch, date(2026, 10, 14), {client: {}})

    assert Publication.objects.filter(pk=past.pk, state="published").exists()
    assert Publication.objects.current().get(branch=branch).as_of == date(2026, 11, 12)


def test_texts_with_quotes_commas_and_breaks_arrive_as_they_are():
    branch = make_branch()
    (client,) = make_clients(branch, 1)
    run = claimed_run(branch, DAY)
    con = night_tables({client: {}})
    con.execute("""UPDATE states SET reason = '{"code": "x", "slots": {"t": "a,\\"b\\"\\n''c"}}'""")
    scheme = standings.TierScheme.objects.first()
    standings.publish(run, branch=branch, as_of=DAY, cutoff=NOW, con=con, scheme=scheme, model=None)
    assert Standing.objects.get().dormancy_reason["slots"]["t"] == 'a,"b"\n\'c'
