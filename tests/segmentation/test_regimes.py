"""The market regime (B8): set by a named person, never edited, and what is far from its reference."""

from datetime import UTC, date, datetime

import pytest

from clients.models import Client
from crm.models import AuditEvent, Branch, Publication, Staff
from segmentation import regimes
from segmentation.models import Behaviour, MarketRegime, Threshold
from segmentation.regimes import RegimeChanged, RegimeRefused, regime_gap_counts, set_regime
from tests.crm.page_firm import browser_of, staff
from tests.segmentation.nights import make_branch, make_clients, publish

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # ten in the morning in Shanghai
DAY = date(2026, 11, 20)
WAN = 1_000_000


@pytest.fixture
def branch() -> Branch:
    return make_branch()


@pytest.fixture
def boss(branch: Branch) -> Staff:
    return staff("boss", "manager", branch)


def told(by: Staff, level: str = "range", day: date = DAY, after: int = 0, **more: str) -> MarketRegime:
    values = {"phase": "A", "evidence": "index below its mean of 60 days"} | more
    return set_regime(level=level, from_day=day, by=by, at=NOW, after=after, **values)


def test_a_regime_is_set_by_a_named_person_with_evidence_and_leaves_a_trace(boss: Staff) -> None:
    regime = told(boss)
    assert (regime.number, regime.set_by, regime.set_at) == (1, boss, NOW)
    event = AuditEvent.objects.get(action="set-regime")
    assert (event.actor, event.key, event.detail["level"]) == (boss, str(regime.pk), "range")


def test_the_same_twice_is_once(boss: Staff) -> None:
    assert told(boss) == told(boss)
    assert (MarketRegime.objects.count(), AuditEvent.objects.filter(action="set-regime").count()) == (1, 1)


def test_whoever_is_second_is_told_of_the_first(boss: Staff, branch: Branch) -> None:
    other = staff("other", "manager", branch)
    told(boss, level="strong")
    with pytest.raises(RegimeChanged) as refused:
        told(other, level="weak")
    assert (refused.value.latest.set_by, refused.value.latest.level) == (boss, "strong")
    assert told(other, level="weak", after=1).number == 2


@pytest.mark.parametrize("empty", ["", "   "])
def test_without_evidence_there_is_no_regime(boss: Staff, empty: str) -> None:
    with pytest.raises(RegimeRefused) as refused:
        told(boss, evidence=empty)
    assert refused.value.field == "evidence"


def test_no_regime_begins_tomorrow_or_before_the_latest_one(boss: Staff) -> None:
    with pytest.raises(RegimeRefused) as refused:
        told(boss, day=date(2026, 11, 21))
    assert refused.value.field == "from_day"
    told(boss, day=DAY)
    with pytest.raises(RegimeRefused, match="2026-11-20"):
        told(boss, day=date(2026, 11, 19), after=1)
    assert MarketRegime.objects.count() == 1


def test_the_latest_day_counts_and_of_one_day_the_last_one_set(boss: Staff) -> None:
    told(boss, "strong", date(2026, 3, 2))
    told(boss, "range", date(2026, 6, 1), after=1)
    told(boss, "weak", date(2026, 6, 1), after=2)
    days = [date(2026, 3, 1), date(2026, 3, 2), date(2026, 5, 31), date(2026, 6, 1), DAY]
    found = [one.regime.level if one else None for one in regimes.references_on(days)]
    assert found == [None, "strong", "strong", "weak", "weak"]
    assert [r.level if (r := regimes.regime_on(day)) else None for day in days] == found


@pytest.mark.parametrize(
    ("level", "sides"),
    [
        # whole percent as shown: 59.50 % is 60; the reference less or more 15 points is no gap
        ("strong", {5949: "below", 5950: "", 7500: "", 20_000: ""}),
        ("range", {3449: "below", 3450: "", 6549: "", 6550: "above"}),
        ("weak", {0: "", 2500: "", 4049: "", 4050: "above"}),
    ],
)
def test_a_gap_is_more_than_fifteen_points_on_the_wrong_side(
    boss: Staff, level: str, sides: dict[int, str], branch: Branch
) -> None:
    told(boss, level)
    reference = regimes.reference_on(DAY)
    assert {e4: reference.side_of(e4) for e4 in sides} == sides
    people = make_clients(branch, len(sides))
    stands = zip(people, sides, strict=True)
    night = publish(branch, DAY, {c: {"position_e4": e4, "net_assets_fen": WAN} for c, e4 in stands})
    for side in ("below", "above"):
        rows = regimes.gap_rows(boss, [night], side).values_list("position_e4", flat=True)
        assert set(rows) == {e4 for e4, found in sides.items() if found == side}


@pytest.fixture
def night(branch: Branch, boss: Staff) -> Publication:
    """Positions of 0, 10, 50, 90, 95 and 100 %; the last client owns too little, the one of 95 % is restricted."""
    people = make_clients(branch, 7)
    shares = [0, 1000, 5000, 9000, 9500, 10_000, None]
    rows = {
        client: {"position_e4": e4, "net_assets_fen": (n + 1) * WAN}
        for n, (client, e4) in enumerate(zip(people, shares, strict=True))
    }
    rows[people[5]]["net_assets_fen"] = WAN - 1
    published = publish(branch, DAY, rows)
    people[4].is_restricted = True
    people[4].save()
    return published


def test_the_counts_are_those_of_the_rows_for_each_reader(night: Publication, boss: Staff, branch: Branch) -> None:
    told(boss)
    advisor = staff("advisor", "advisor", branch)
    branch.clients.filter(client_number__in=["00000001", "00000004"]).update(advisor=advisor)
    expected = {boss: (4, 2, 1), staff("c", "compliance"): (5, 2, 2), advisor: (2, 1, 1)}
    for person, numbers in expected.items():
        counts = regime_gap_counts(person, night)
        assert (counts.clients, counts.below, counts.above) == numbers
        for side, count, fen in (("below", counts.below, counts.below_fen), ("above", counts.above, counts.above_fen)):
            rows = list(regimes.gap_rows(person, [night], side))
            assert (len(rows), sum(row.net_assets_fen for row in rows)) == (count, fen)


def test_nobody_is_far_while_no_regime_is_set(night: Publication, boss: Staff) -> None:
    assert regime_gap_counts(boss, night) is None
    assert list(regimes.gap_rows(boss, [night])) == []


def test_a_night_counts_by_the_regime_of_its_own_day(night: Publication, boss: Staff) -> None:
    told(boss, "range", date(2026, 11, 2))
    earlier = publish(night.branch, date(2026, 11, 19), {
        row.client: {"position_e4": row.position_e4, "net_assets_fen": row.net_assets_fen}
        for row in Behaviour.objects.filter(publication=night).select_related("client")
    })  # fmt: skip
    told(boss, "strong", DAY, after=1)
    # range on the 19th: 0, 10 and 90 % are far; strong on the 20th: 0, 10 and 50 %
    assert (regime_gap_counts(boss, earlier).below, regime_gap_counts(boss, earlier).above) == (2, 1)
    assert (regime_gap_counts(boss, night).below, regime_gap_counts(boss, night).above) == (3, 0)
    both = regimes.gap_counts(boss, [earlier, night])
    assert (both.clients, both.below, both.above) == (8, 5, 1)
    assert regimes.gap_rows(boss, [earlier, night]).count() == 6


def test_the_tolerance_is_a_dated_number(night: Publication, boss: Staff) -> None:
    told(boss)
    Threshold.objects.create(key="regime_tolerance", value=4500, unit="e-4", from_day=DAY, source="test")
    counts = regime_gap_counts(boss, night)
    assert (counts.below, counts.above) == (1, 0)


def test_counting_the_gaps_reads_no_rows_of_the_night(
    night: Publication, boss: Staff, django_assert_max_num_queries
) -> None:
    told(boss)
    hidden = Behaviour.objects.filter(publication=night).earliest("pk")
    Client.objects.filter(pk=hidden.client_id).update(is_restricted=True)
    with django_assert_max_num_queries(
        6
    ):  # regime, its numbers, the floor, stored positions, hidden clients and theirs
        regime_gap_counts(boss, night)


def test_admin_reads_the_regimes_and_sets_none(boss: Staff) -> None:
    told(boss)
    browser = browser_of(staff("root", "admin"))
    assert browser.get("/regimes/").status_code == 200
    assert browser.post("/regimes/new/", {"level": "weak"}).status_code == 404
