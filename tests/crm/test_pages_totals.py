"""Totals come from what the night stored: they are exactly what counting the rows would say, for everybody who reads them,
also after a client was restricted or went to another advisor."""

import random
from collections import Counter
from datetime import date
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients import generations
from clients.models import Client
from crm.models import Branch
from crm.pages.list_filters import Filters
from crm.pages.lists.rows import standings_for, totals_for
from crm.pages.nights import nights_of
from segmentation import invariants
from segmentation.concentration import hundredths_of
from segmentation.figures import figures_seen, sums_seen
from segmentation.flows import flows_between
from segmentation.models import NightFigures, Standing, StandingSum
from tests.crm.page_firm import NOW, browser_of, client, staff
from tests.segmentation.nights import publish

pytestmark = pytest.mark.django_db
OLD, EVE, TODAY = date(2026, 10, 16), date(2026, 11, 19), date(2026, 11, 20)
TIERS = ("vip", "key", "ordinary", "small")
BANDS = ("low", "watch", "raised", "high", "")
STATES = ("active", "cooling", "dormant", "regulatory_dormant", "empty")
QUESTIONS = [
    Filters(tiers=tiers, bands=bands, states=states, near=near, news=news)
    for tiers, bands, states, near, news in product(
        [(), ("vip",), ("key", "small")],
        [(), ("high", "raised"), ("low",)],
        [(), ("dormant", "regulatory_dormant")],
        [False, True],
        ["", "tier", "risk", "state"],
    )
][::5]


def fortune(chance):
    band = chance.choice(BANDS)
    return {
        "tier": chance.choices(TIERS, [1, 2, 3, 10])[0],
        "measure": chance.randrange(100_000),
        "assets": chance.randrange(10_000_000),
        "band": band,
        "state": chance.choice(STATES),
        "to_next": chance.randrange(50_000),
        "at_risk": chance.randrange(-2, 900) if band else None,
        **({"score": 0.2} if band else {}),
    }


class Firm:
    """Two branches with three published nights each, between which a third of the clients changed."""

    def __init__(self):
        chance = random.Random(7)
        self.here, self.there = (Branch.objects.create(code=code, name=f"{code}营业部") for code in ("1101", "1102"))
        self.me, self.colleague = (staff(name, "advisor", self.here) for name in ("me", "colleague"))
        self.readers = {
            "advisor": self.me,
            "manager": staff("boss", "manager", self.here),
            "director": staff("director", "manager", self.here, self.there),
            "compliance": staff("reader", "compliance"),
        }
        for branch in (self.here, self.there):
            owners = [self.me, self.colleague, None] if branch == self.here else [None]
            people = [client(branch, advisor=chance.choice(owners)) for _ in range(90)]
            told = {person: fortune(chance) for person in people}
            for day in (OLD, EVE, TODAY):
                publish(branch, day, told)
                told = {person: fortune(chance) if chance.random() < 0.3 else one for person, one in told.items()}
                if day == OLD:
                    told.pop(people[0])
                    told[client(branch, advisor=self.me)] = fortune(chance)


def counted(user, nights, filters):
    rows = list(standings_for(user, nights, filters))
    return {
        "clients": len(rows),
        "at_risk": sum(1 for row in rows if (row.at_risk_fen or 0) > 0),
        "measure": sum(row.measure_fen for row in rows),
        "assets": sum(row.net_assets_fen for row in rows),
        "stake": sum(row.at_risk_fen or 0 for row in rows),
    }


def agree(user):
    """Every question's total is what counting its rows says; the stored sums do tell."""
    for day, branch in product((None, EVE), ("", "1101")):
        nights = nights_of(user, day=day, branch=branch)
        for asked in QUESTIONS:
            told = totals_for(user, nights, asked)
            assert (told is None) == user.is_advisor
            assert told is None or told == counted(user, nights, asked), asked.pairs()
        whole = counted(user, nights, Filters())
        sums = sums_seen(user, nights.pks, are_stored=nights.have_sums)
        assert {name: sum(getattr(one, name) for one in sums) for name in whole} == whole
        news = [one for one in sums if one.risk_news and one.is_near]
        assert sum(one.clients for one in news) == counted(user, nights, Filters(news="risk", near=True))["clients"]


def figures_agree(user, night, earlier):
    """What the branch page draws is what the standings say that the user sees."""
    seen = Standing.objects.visible_to(user)
    rows = list(seen.filter(publication=night).select_related("client"))
    found = figures_seen(user, night, earlier)
    assert dict(found.hundredths) == dict(hundredths_of(seen.filter(publication=night), night.client_count))
    per_advisor = Counter(row.client.advisor_id for row in rows)
    assert {one.advisor_id: one.clients for one in found.advisors} == per_advisor
    assert sum(one.stake for one in found.advisors) == sum(row.at_risk_fen or 0 for row in rows)
    hidden = set(Standing.objects.exclude(pk__in=seen.values("pk")).values_list("client", flat=True))
    before = {row.client_id: row.tier for row in Standing.objects.filter(publication=earlier)}
    after = {row.client_id: row.tier for row in Standing.objects.filter(publication=night)}
    wanted = Counter((before.get(c, ""), after.get(c, "")) for c in {*before, *after} - hidden)
    assert {(flow.from_tier, flow.to_tier): flow.count for flow in found.flows} == wanted


@pytest.fixture
def firm():
    return Firm()


def changed_by_a_file(person, **told):
    """As an import would: the row, and the generation of the branch's clients."""
    Client.objects.filter(pk=person.pk).update(**told)
    generations.raise_generations(generations.current([("clients_client", person.branch_id, "")]), NOW)


def test_stored_totals_are_what_counting_says_for_everybody(firm):
    for user in firm.readers.values():
        agree(user)
    nights = {night.as_of: night for night in firm.here.publications.all()}
    for name in ("manager", "director", "compliance"):
        figures_agree(firm.readers[name], nights[TODAY], nights[OLD])
        figures_agree(firm.readers[name], nights[TODAY], nights[EVE])  # movements that no night stored


def test_they_stay_so_after_a_client_is_restricted_or_goes_to_another_advisor(firm):
    nights = {night.as_of: night for night in firm.here.publications.all()}
    mine = list(Client.objects.filter(branch=firm.here, advisor=firm.me).order_by("pk")[:6])
    Client.objects.filter(pk__in=[mine[0].pk, mine[1].pk]).update(is_restricted=True)
    Client.objects.filter(pk=firm.there.clients.latest("pk").pk).update(is_restricted=True)
    for user in firm.readers.values():
        agree(user)
    figures_agree(firm.readers["manager"], nights[TODAY], nights[OLD])
    changed_by_a_file(mine[2], advisor=firm.colleague)
    changed_by_a_file(mine[3], advisor=None)
    changed_by_a_file(mine[1], is_restricted=False)
    for user in firm.readers.values():
        agree(user)
    for name in ("manager", "director", "compliance"):
        figures_agree(firm.readers[name], nights[TODAY], nights[OLD])


def test_the_list_says_the_exact_total_of_more_rows_than_it_would_count(firm, monkeypatch):
    monkeypatch.setattr("crm.pages.client_list.COUNTED_UP_TO", 30)
    browser = browser_of(firm.readers["manager"])
    totals = browser.get(reverse("client-list") + "?size=25").context["totals"]
    assert (totals.count, totals.is_more) == (90, False)
    searched = browser.get(reverse("client-list") + "?size=25&q=张").context["totals"]
    assert (searched.words, searched.is_more) == ("30+", True)


def test_pages_read_what_is_stored_and_add_no_standings_up(firm):
    boss, reader = browser_of(firm.readers["manager"]), browser_of(firm.readers["compliance"])
    list_, branch = reverse("client-list") + "?size=25", reverse("branch-detail")
    for browser, address, most in (
        (boss, list_, 8),
        (reader, list_, 8),
        (boss, branch, 19),
        (reader, branch, 19),
        (boss, reverse("today"), 24),
    ):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        assert len(asked) <= most, address
        added = [query for query in asked if 'SUM("segmentation_standing"' in query["sql"]]
        assert all('"client_id" IN (' in query["sql"] for query in added), "only the few hidden clients are added up"
        assert browser is boss or not added


def test_a_night_that_is_done_again_and_one_that_comes_between_leave_figures_that_hold(firm):
    people = list(Client.objects.filter(branch=firm.here).order_by("pk"))
    chance = random.Random(11)
    publish(firm.here, EVE, {person: fortune(chance) for person in people})
    publish(firm.here, date(2026, 11, 18), {person: fortune(chance) for person in people})
    assert not [said for said in invariants.broken(firm.here) if "stored" in said or "sums" in said]
    agree(firm.readers["manager"])


@pytest.mark.parametrize("break_it", ["sums", "curve", "advisors", "flows", "risks", "scores", "nothing stored"])
def test_invariants_name_figures_that_are_not_what_the_standings_say(firm, break_it):
    night = firm.here.publications.get(as_of=TODAY)
    figures = NightFigures.objects.get(publication=night)
    if break_it == "sums":
        one = StandingSum.objects.filter(publication=night).first()
        StandingSum.objects.filter(pk=one.pk).update(measure_fen=one.measure_fen + 1)
    elif break_it == "curve":
        figures.hundredths[3][2] += 1
    elif break_it == "advisors":
        figures.advisors[0][1] += 1
    elif break_it == "flows":
        figures.flows[0][4] += 1
    elif break_it in ("risks", "scores"):
        getattr(figures, break_it)[0][-1] += 1
    figures.save()
    if break_it == "nothing stored":
        figures.delete()
    told = [said for said in invariants.broken(firm.here) if "what the standings say" in said]
    assert len(told) == 1
    assert told[0].startswith(f"1101: {TODAY}")


def test_movements_of_some_clients_are_part_of_the_movements_of_all(firm):
    nights = {night.as_of: night for night in firm.here.publications.all()}
    people = list(firm.here.clients.order_by("pk").values_list("pk", flat=True))
    halves = [flows_between(nights[OLD], nights[TODAY], half) for half in (people[:40], people[40:])]
    whole = flows_between(nights[OLD], nights[TODAY])
    added = Counter()
    for flow in [*halves[0], *halves[1]]:
        added[flow.from_tier, flow.to_tier] += flow.count
    assert added == {(flow.from_tier, flow.to_tier): flow.count for flow in whole}
