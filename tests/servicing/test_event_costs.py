"""What events cost: the budget of the plan, the actual sum, a guest's share of it, and the quarters of a branch (S13)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.events.costs import Costs, costs_by_quarter, note_cost
from servicing.events.holding import cancel_event
from servicing.events.planning import change_event, plan_of
from servicing.models import Event
from servicing.quarters import Quarter
from tests.servicing.desk import AT
from tests.servicing.event_hall import (
    BEGINS,
    Hall,
    address,
    english,
    guests,
    held,
    make_hall,
    now,
    opened,
    planned,
    soon,
)

THIS, NEXT = Quarter.of(BEGINS.date()), Quarter.of(BEGINS.date()).after


@pytest.fixture
def hall(db: None) -> Hall:
    return make_hall()


def told(action: str) -> list[dict[str, Any]]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk").values_list("detail", flat=True))


def test_what_an_event_cost_is_noted_once_and_put_right_over_what_was_seen(hall: Hall) -> None:
    event, _guests = held(hall, 1)
    assert note_cost(event, 5_000_00, seen=None, by=hall.manager)
    assert not note_cost(event, 5_000_00, seen=None, by=hall.manager), "a double click"
    with pytest.raises(Refused) as refused:
        note_cost(event, 4_000_00, seen=None, by=hall.manager)
    assert (refused.value.field, "5,000.00" in str(refused.value)) == ("cost_fen", True)
    assert note_cost(event, 4_000_00, seen=5_000_00, by=hall.manager)
    assert note_cost(event, None, seen=4_000_00, by=hall.manager)
    changes = [(one["before"]["cost"], one["after"]["cost"]) for one in told("note-event-cost")]
    assert changes == [("—", "5,000.00"), ("5,000.00", "4,000.00"), ("4,000.00", "—")]


def test_it_is_noted_by_who_leads_the_event_once_it_is_open_and_of_a_cancelled_one_too(hall: Hall) -> None:
    with pytest.raises(Refused):
        note_cost(planned(hall), 1, seen=None, by=hall.manager)
    event = opened(hall)
    with pytest.raises(Refused):
        note_cost(event, 1, seen=None, by=hall.advisor)
    cancel_event(event, why="讲师生病", by=hall.manager, at=AT)
    assert note_cost(event, 800_00, seen=None, by=hall.manager)


def test_the_budget_is_changed_with_the_plan_and_the_change_is_told(hall: Hall) -> None:
    event = opened(hall, budget_fen=6_000_00)
    change_event(event, replace(plan_of(event), budget_fen=7_500_00), seen=1, by=hall.manager, at=AT)
    change_event(event, replace(plan_of(event), budget_fen=7_500_00, title="x"), seen=2, by=hall.manager, at=AT)
    first, second = told("change-event")
    assert (first["before"], first["after"]) == ({"budget": "6,000.00"}, {"budget": "7,500.00"})
    assert "before" not in second


@pytest.mark.parametrize(
    ("spent", "heads", "share"), [(100, 3, 33), (50, 3, 17), (5, 2, 3), (0, 7, 0), (None, 7, None), (100, 0, None)]
)
def test_a_share_is_rounded_half_up_and_is_none_without_cost_or_heads(
    spent: int | None, heads: int, share: int | None
) -> None:
    costs = Costs(None, spent, heads, heads)
    assert costs.per_invited == costs.per_guest == share


@given(st.integers(0, 10**12), st.integers(1, 10**5))
def test_shares_add_up_to_the_cost_but_for_half_a_fen_each(spent: int, heads: int) -> None:
    share = Costs(None, spent, heads, heads).per_guest
    assert share is not None
    assert abs(2 * (share * heads - spent)) <= heads


def test_the_quarters_add_up_what_their_events_cost_and_who_came_where_that_is_known(hall: Hall) -> None:
    first, _guests = held(hall, 2, 1, budget_fen=3_000_00)
    note_cost(first, 2_400_00, seen=None, by=hall.manager)
    untold = opened(hall, budget_fen=1_000_00)
    guests(hall, untold, 1)
    off = opened(hall, budget_fen=9_000_00)
    cancel_event(off, why="讲师生病", by=hall.manager, at=AT)
    note_cost(off, 200_00, seen=None, by=hall.manager)
    opened(hall, starts_at=BEGINS + timedelta(days=92), budget_fen=500_00)
    sums = costs_by_quarter(Event.objects.visible_to(hall.manager), [NEXT, THIS, THIS.before])
    assert sums == [(NEXT, Costs(500_00, None, 0, 0, 1)), (THIS, Costs(4_000_00, 2_600_00, 3, 2, 3))]
    assert costs_by_quarter(Event.objects.visible_to(hall.stranger), [NEXT, THIS]) == []


# On screen


def test_the_page_shows_the_costs_and_takes_the_sum_with_a_word_beside_the_field(hall: Hall) -> None:
    event = opened(hall, at=now(), starts_at=soon(), budget_fen=6_000_00)
    guests(hall, event, 3, at=now())
    browser, page = english(hall.manager), address("note-event-cost", event)
    refused = browser.post(page, {"seen": "", "cost_fen": "about 100"})
    assert refused.status_code == 422
    assert refused.context["cost_form"].errors["cost_fen"]
    assert browser.post(page, {"seen": "", "cost_fen": "1,000"}).status_code == 302
    body = browser.get(address("event-detail", event)).content.decode()
    assert all(sum_ in body for sum_ in ("¥6,000.00", "¥1,000.00", "¥333.33"))
    late = browser.post(page, {"seen": "", "cost_fen": "900"})
    assert (late.status_code, "¥1,000.00 was noted" in late.content.decode()) == (422, True)
    seen = late.context["cost_form"]["seen"].value()
    assert browser.post(page, {"seen": seen, "cost_fen": "900"}).status_code == 302
    event.refresh_from_db()
    assert event.cost_fen == 900_00
    assert "Save the cost" in browser.get(address("event-detail", event)).content.decode()
    assert "Save the cost" not in english(hall.advisor).get(address("event-detail", event)).content.decode()
    assert english(hall.advisor).post(page, {"cost_fen": "1"}).status_code == 404


def test_the_plan_takes_a_budget_and_a_second_editor_reads_the_other_one(hall: Hall) -> None:
    event = planned(hall, at=now(), starts_at=soon(), budget_fen=6_000_00)
    page, browser = address("edit-event", event), english(hall.manager)
    shown = browser.get(page).context["form"]
    assert shown["budget_fen"].value() == "6000"
    sent = {name: shown[name].value() for name in shown.fields} | {"budget_fen": "-5"}
    sent |= {name: f"{sent[name]:%Y-%m-%dT%H:%M}" for name in ("starts_at", "ends_at", "closes_at")}
    assert browser.post(page, sent).context["form"].errors["budget_fen"]
    assert browser.post(page, sent | {"budget_fen": "8000.50"}).status_code == 302
    event.refresh_from_db()
    assert event.budget_fen == 8_000_50
    assert "Budget, yuan ¥8,000.50" in browser.post(page, sent | {"budget_fen": "1", "uid": uuid4()}).content.decode()


def test_the_list_adds_the_quarters_up_for_a_manager_and_not_for_an_advisor(hall: Hall) -> None:
    opened(hall, at=now(), starts_at=soon(), budget_fen=6_000_00)
    for person, shows in ((hall.manager, True), (hall.law, True), (hall.advisor, False), (hall.stranger, False)):
        page = english(person).get(reverse("event-list"))
        assert ("Costs by quarter" in page.content.decode()) == shows, person
        assert bool(page.context["sums"]) == shows
