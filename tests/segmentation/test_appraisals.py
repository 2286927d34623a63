"""The appraisal (S11): clients kept and what they bring, beside what the mix of clients predicts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.models import Branch
from segmentation.appraisals import Difference, appraise
from tests.crm.page_firm import client, staff
from tests.segmentation.nights import publish

FIRST, LAST = date(2026, 8, 29), date(2026, 11, 27)
ANY = st.floats(-1e6, 1e6)


@pytest.fixture
def branch(db):
    return Branch.objects.create(code="1101", name="临江路营业部")


def told(tier="key", measure=100_00, **more):
    return {"tier": tier, "measure": measure, **more}


def nights(branch, before, after, *, days=(FIRST, LAST)):
    return publish(branch, days[0], before), publish(branch, days[1], after)


@pytest.mark.django_db
def test_the_scores_say_who_is_likelier_to_be_lost_and_the_branch_how_many_are(branch):
    li, wang, boss = staff("li", "advisor", branch), staff("wang", "advisor", branch), staff("boss", "manager", branch)
    risky, safe, unknown = (client(branch, name, advisor=li) for name in ("甲", "乙", "丙"))
    calm = client(branch, "丁", advisor=wang)
    before = {risky: told(score=0.5), safe: told(score=0.1), unknown: told(score=None), calm: told(score=0.2)}
    earlier, later = nights(branch, before, {safe: told(state="dormant"), calm: told()})
    found = appraise(boss, earlier, later)
    level = 2 / 0.8  # two of the scored ones were lost, where the scores add up to 0.8
    mine, theirs = found[li.pk], found[wang.pk]
    assert (mine.clients, mine.lost, mine.scored, mine.stay.observed) == (3, 3, 2, 0)
    assert mine.stay.expected == pytest.approx(2 - level * 0.6)
    assert theirs.stay.expected == pytest.approx(1 - level * 0.2)
    assert theirs.stay.variance == pytest.approx(level * 0.2 * (1 - level * 0.2))
    assert mine.stay.value + theirs.stay.value == pytest.approx(0)


@pytest.mark.django_db
def test_who_slept_already_is_not_lost_and_nobody_lost_is_nobody_expected_to_be(branch):
    li, boss = staff("li", "advisor", branch), staff("boss", "manager", branch)
    asleep = client(branch, "甲", advisor=li)
    state = {asleep: told(score=0.4, state="dormant")}
    earlier, later = nights(branch, state, state)
    found = appraise(boss, earlier, later)[li.pk]
    assert (found.lost, found.stay.value, found.stay.verdict) == (0, 0, "as_expected")


@pytest.mark.django_db
def test_what_clients_bring_stands_beside_how_their_tier_went_in_the_branch(branch):
    li, wang, boss = staff("li", "advisor", branch), staff("wang", "advisor", branch), staff("boss", "manager", branch)
    mine, theirs, gone = (
        client(branch, "甲", advisor=li),
        client(branch, "乙", advisor=wang),
        client(branch, "丙", advisor=li),
    )
    before = {mine: told(measure=100_00), theirs: told(measure=300_00), gone: told(measure=100_00)}
    earlier, later = nights(branch, before, {mine: told(measure=250_00), theirs: told(measure=250_00)})
    found = appraise(boss, earlier, later)
    # the tier brought 500 yuan, then 500: everybody is expected to bring what they brought
    assert (found[li.pk].measure.observed, found[li.pk].measure.expected) == (250, 200)
    assert found[li.pk].measure.variance == pytest.approx((250 - 100) ** 2 + (0 - 100) ** 2)
    assert found[li.pk].measure.value == -found[wang.pk].measure.value


@pytest.mark.django_db
def test_a_client_counts_for_the_advisor_of_the_first_day_and_a_restricted_one_for_compliance_only(branch):
    li, wang = staff("li", "advisor", branch), staff("wang", "advisor", branch)
    moved, hidden = client(branch, "甲", advisor=li), client(branch, "乙", advisor=li, is_restricted=True)
    earlier = publish(branch, FIRST, {moved: told(), hidden: told()})
    moved.advisor = wang
    moved.save()
    later = publish(branch, LAST, {moved: told(), hidden: told()})
    counts = {
        role: {pk: one.clients for pk, one in appraise(staff(role, role, branch), earlier, later).items()}
        for role in ("manager", "compliance")
    }
    assert counts == {"manager": {li.pk: 1}, "compliance": {li.pk: 2}}


@given(ANY, ANY, st.floats(0, 1e6))
def test_a_verdict_is_given_only_where_the_interval_leaves_nothing_out(observed, expected, variance):
    found = Difference(observed, expected, variance)
    inside = abs(observed - expected) <= found.half
    assert (found.verdict == "as_expected") == inside
    assert found.verdict in ({"as_expected"} if inside else {"above" if observed > expected else "below"})
