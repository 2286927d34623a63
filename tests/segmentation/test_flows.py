"""C7: opening + new + returned + moved in − left − moved out = closing, and a net of zero hides nothing."""

from datetime import date, timedelta
from itertools import count

import pytest
from django.db.models import Count, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Client
from crm.models import Publication
from segmentation.flows import CAME, LEFT, Amount, FlowSum, Way, clients_on, flow_sums
from segmentation.models import Standing
from segmentation.statements import closings, openings, statement
from tests.crm.page_firm import client, night, staff, stand
from tests.segmentation.nights import make_branch, make_clients, publish

pytestmark = pytest.mark.django_db
BEFORE, FIRST, SECOND = date(2026, 9, 30), date(2026, 10, 30), date(2026, 11, 27)
TIERS = ("vip", "key", "ordinary", "small")
_codes = count(2001)


def told_by(published: Publication, **which) -> Amount:
    """What the standings themselves say of a night."""
    found = Standing.objects.filter(publication=published, **which).aggregate(
        n=Count("pk"), assets=Sum("net_assets_fen"), measure=Sum("measure_fen")
    )
    return Amount(*(int(found[name] or 0) for name in ("n", "assets", "measure")))


def kinds(flows):
    return {kind: sum(one.clients for one in flows if one.kind == kind) for kind in {one.kind for one in flows}}


def test_how_somebody_came_or_went_is_told_from_stored_rows():
    here, there = make_branch(), make_branch("0102")
    stays, back, young, late, closing, leaving, moving, came = make_clients(here, 8)
    Client.objects.filter(pk=came.pk).update(identity_index="i-1", opened_on=date(2026, 11, 3))
    client(there, identity_index="i-1", state="transferred_out", opened_on=date(2019, 1, 1))
    client(there, identity_index="i-2", opened_on=date(2026, 11, 5))
    publish(here, BEFORE, {key: {} for key in (stays, back, closing, leaving, moving)})
    first = publish(here, FIRST, {key: {} for key in (stays, closing, leaving, moving)})
    second = publish(here, SECOND, {key: {} for key in (stays, back, young, late, came)})
    Client.objects.filter(pk=young.pk).update(opened_on=date(2026, 11, 3))
    Client.objects.filter(pk=late.pk).update(opened_on=date(2020, 1, 1))
    Client.objects.filter(pk=closing.pk).update(state="closed", closed_on=SECOND)
    Client.objects.filter(pk__in=[leaving.pk, moving.pk]).update(state="transferred_out", closed_on=SECOND)
    Client.objects.filter(pk=moving.pk).update(identity_index="i-2", opened_on=date(2018, 5, 1))
    assert kinds(flow_sums(first, second)) == {
        "stayed": 1, "returned": 1, "new": 1, "late": 1, "moved_in": 1, "closed": 1, "transferred": 1, "moved_out": 1,
    }  # fmt: skip
    for kind, who in {"returned": back, "new": young, "late": late, "moved_in": came, "moved_out": moving}.items():
        assert list(Client.objects.filter(pk__in=clients_on(first, second, Way(kinds=(kind,))))) == [who], kind


def test_a_hundred_out_and_a_hundred_in_are_a_hundred_and_a_hundred():
    branch = make_branch()
    people = make_clients(branch, 300)
    Client.objects.filter(pk__in=[one.pk for one in people[200:]]).update(opened_on=date(2026, 11, 10))
    first = publish(branch, FIRST, {one: {"measure": 5, "assets": 9} for one in people[:200]})
    second = publish(branch, SECOND, {one: {"measure": 5, "assets": 9} for one in people[100:]})
    found = statement(flow_sums(first, second), told_by(first), told_by(second))
    assert found.opening.clients == found.closing.clients == 200
    assert found.lines["new"] == Amount(100, 900, 500)
    assert found.lines["closed"] == Amount(-100, -900, -500)
    assert found.holds


def test_within_a_tier_up_and_down_are_two_lines_at_what_they_were_and_the_change_is_its_own():
    branch = make_branch()
    up, down, same = make_clients(branch, 3)
    first = publish(branch, FIRST, {up: {"tier": "key", "measure": 10}, down: {"tier": "vip", "measure": 50},
                                    same: {"tier": "key", "measure": 30}})  # fmt: skip
    second = publish(branch, SECOND, {up: {"tier": "vip", "measure": 90}, down: {"tier": "key", "measure": 20},
                                      same: {"tier": "key", "measure": 31}})  # fmt: skip
    flows = flow_sums(first, second)
    key = statement(flows, told_by(first, tier="key"), told_by(second, tier="key"), "key")
    assert (key.lines["shifted_in"].clients, key.lines["shifted_out"].clients) == (1, -1)
    assert (key.lines["shifted_in"].measure, key.lines["shifted_out"].measure) == (50, -10)
    assert key.lines["change"] == Amount(0, 0, -30 + 1)
    assert key.holds
    whole = statement(flows, told_by(first), told_by(second))
    assert (whole.lines["shifted_in"].clients, whole.lines["shifted_out"].clients) == (2, -2)
    assert whole.holds


def test_a_client_handed_over_moves_from_advisor_to_advisor():
    branch = make_branch()
    li, wang = staff("li", "advisor", branch), staff("wang", "advisor", branch)
    kept, handed = make_clients(branch, 2)
    Client.objects.update(advisor=li)
    first = publish(branch, FIRST, {kept: {"measure": 3}, handed: {"measure": 4}})
    Client.objects.filter(pk=handed.pk).update(advisor=wang)
    second = publish(branch, SECOND, {kept: {"measure": 3}, handed: {"measure": 9}})
    flows = flow_sums(first, second, by="advisor")
    opened, closed = openings(flows), closings(flows)
    giving = statement(flows, opened[str(li.pk)], closed[str(li.pk)], str(li.pk))
    taking = statement(flows, Amount(), closed[str(wang.pk)], str(wang.pk))
    assert giving.lines["shifted_out"] == Amount(-1, 0, -4)
    assert taking.lines["shifted_in"] == Amount(1, 0, 4)
    assert taking.lines["change"] == Amount(0, 0, 5)
    assert giving.holds
    assert taking.holds


def test_what_does_not_add_up_is_said():
    flows = [FlowSum("new", "", "vip", 1, 0, 7, 0, 3)]
    found = statement(flows, Amount(10, 100, 50), Amount(12, 107, 53))
    assert not found.holds
    assert found.difference == Amount(1, 0, 0)


someone = st.tuples(st.sampled_from(TIERS), st.integers(-50, 10_000), st.integers(0, 10**12), st.integers(0, 2))
histories = st.lists(st.tuples(st.none() | someone, st.none() | someone, st.booleans()), min_size=1, max_size=9)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories)
def test_random_histories_always_balance(history):
    branch = make_branch(str(next(_codes)))
    advisors = [None, *(staff(f"a{next(_codes)}", "advisor", branch) for _ in range(2))]
    first, second = night(branch, FIRST), night(branch, SECOND)
    for before, after, is_young in history:
        who = client(branch, opened_on=SECOND - timedelta(days=3) if is_young else date(2015, 1, 1))
        for published, told in ((first, before), (second, after)):
            if told:
                tier, measure, assets, owner = told
                stand(published, who, tier=tier, measure_fen=measure, net_assets_fen=assets, advisor=advisors[owner])
    by_tier, by_advisor = flow_sums(first, second), flow_sums(first, second, by="advisor")
    whole = statement(by_tier, told_by(first), told_by(second))
    assert whole.holds
    assert whole.came.clients == sum(1 for before, after, _ in history if after and not before)
    assert whole.left.clients == -sum(1 for before, after, _ in history if before and not after)
    for tier in TIERS:
        assert statement(by_tier, told_by(first, tier=tier), told_by(second, tier=tier), tier).holds
    for advisor in advisors:
        group = str(advisor.pk if advisor else 0)
        was, now = told_by(first, advisor=advisor), told_by(second, advisor=advisor)
        assert statement(by_advisor, was, now, group).holds
    # every sum opens exactly its clients
    for one in by_tier:
        way = Way(kinds=(one.kind,), before=one.before, after=one.after)
        published = first if way.stands == "earlier" else second
        rows = Standing.objects.filter(publication=published, client__in=clients_on(first, second, way))
        assert rows.count() == one.clients
    assert {one.kind for one in by_tier} <= {"stayed", *CAME, *LEFT}
