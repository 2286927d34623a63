"""Call-backs (L2): whom the law wants called back, by when, and by whom: never by the client's own advisor."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.calendar import working_days
from crm.models import Branch, Leave
from segmentation.models import Threshold
from servicing.callbacks.invariants import broken_callbacks
from servicing.callbacks.sampling import checksum, drawn, read, sample, size_of, written
from servicing.models import Callback, CallbackAttempt, CallbackSample
from tests.crm.page_firm import staff
from tests.servicing.calling import JANUARY, Calling, at

BASES = st.sets(st.integers(1, 10**9), max_size=60)
SEEDS = st.text("0123456789abcdef", min_size=1, max_size=32)


@pytest.fixture
def calling(db: None) -> Calling:
    return Calling()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(base=BASES, share=st.integers(0, 10_000), more=st.integers(0, 10_000), seed=SEEDS, shuffle=st.randoms())
def test_anybody_can_draw_the_sample_again(base, share, more, seed, shuffle) -> None:
    """Same base in any order, same sample; never less than the share; nobody twice; a larger share keeps the earlier."""
    some = list(base)
    shuffle.shuffle(some)
    found = sample(some, share, seed)
    assert found == sample(sorted(base), share, seed)
    assert len(found) == len(set(found)) == size_of(len(base), share)
    assert len(base) * share <= len(found) * 10_000 < len(base) * share + 10_000
    assert set(found) <= base
    assert sample(some, max(share, more), seed)[: len(found)] == found
    assert set(read(written(some))) == base
    assert checksum(written(some)) == checksum(written(base))


def test_the_order_is_the_one_that_a_terminal_gives() -> None:
    """printf 'a1:7' | sha256sum begins with 020f73, a1:8 with 89193c, a1:9 with cda7c3"""
    assert drawn([9, 8, 7], "a1") == [7, 8, 9]


@pytest.mark.parametrize(("count", "required"), [(0, 0), (1, 1), (10, 1), (11, 2), (2219, 222), (100_000, 10_000)])
def test_a_share_of_ten_per_cent_is_rounded_up(count: int, required: int) -> None:
    assert size_of(count, 1_000) == required


def test_the_base_is_whom_the_branch_had_at_the_end_of_last_year_without_dormant_and_suspended(
    calling: Calling,
) -> None:
    counted = [
        calling.person(),
        calling.person(opened_on=date(2025, 12, 31)),
        calling.person(closed_on=date(2026, 1, 2), state="closed"),
        calling.person(is_restricted=True),
    ]
    calling.person(opened_on=date(2026, 1, 1))
    calling.person(closed_on=date(2025, 12, 31), state="closed")
    calling.person(state="dormant")
    calling.person(state="frozen")
    calling.person(state="transferred_out")
    calling.make()
    drawn_from = CallbackSample.objects.get()
    assert read(drawn_from.base) == sorted(client.pk for client in counted)
    assert (drawn_from.base_count, drawn_from.required, drawn_from.year) == (4, 1, 2026)


def test_the_night_draws_the_sample_once_a_year_and_spreads_it_evenly_over_the_weeks(calling: Calling) -> None:
    for _ in range(100):
        calling.person()
    Threshold.objects.filter(key="callback_share").update(value=10_000)
    assert calling.make()["added"] == 100
    assert calling.make(seed="another") == {"withdrawn": 0, "added": 0, "assigned": 0}
    assert CallbackSample.objects.get().seed == "seed"
    due = list(Callback.objects.values_list("due_on", flat=True))
    loads = [due.count(day) for day in set(due)]
    assert len(loads) == 50, "of the 51 weeks that are left the Spring Festival takes one"
    assert set(loads) == {2}
    assert set(due) <= set(working_days(JANUARY, date(2026, 12, 31))), "a made-up weekend may end a week"
    assert calling.make(date(2027, 1, 4))["added"] == 100
    assert CallbackSample.objects.count() == 2


def test_a_few_call_backs_are_spread_over_the_whole_year_too(calling: Calling) -> None:
    for _ in range(60):
        calling.person()
    calling.make()
    assert sorted(day.month for day in Callback.objects.values_list("due_on", flat=True)) == [1, 3, 5, 7, 9, 11]


def test_who_closes_or_is_restricted_is_replaced_by_the_next_of_the_order_and_stays_readable(calling: Calling) -> None:
    people = [calling.person() for _ in range(30)]
    calling.make()
    order = drawn([one.pk for one in people], "seed")
    first, fourth = (next(one for one in people if one.pk == order[place]) for place in (0, 3))
    type(first).objects.filter(pk=first.pk).update(closed_on=JANUARY, state="closed")
    type(first).objects.filter(pk=fourth.pk).update(is_restricted=True)
    assert calling.make(JANUARY + timedelta(days=1))["withdrawn"] == 1
    rows = list(Callback.objects.order_by("place").values_list("client", "state", "why"))
    assert rows == [
        (order[0], "withdrawn", "closed"),
        (order[1], "open", ""),
        (order[2], "open", ""),
        (order[3], "withdrawn", "restricted"),
        (order[4], "open", ""),
    ]
    assert list(broken_callbacks(calling.branch)) == []


def test_a_new_account_is_called_back_within_a_month_by_the_last_working_day(calling: Calling) -> None:
    opened = {
        date(2026, 3, 4): date(2026, 4, 3),
        date(2026, 3, 5): date(2026, 4, 3),  # 4 April is a Saturday
        date(2026, 3, 10): date(2026, 4, 9),
    }
    people = {calling.person(opened_on=day).pk: due for day, due in opened.items()}
    calling.person(opened_on=date(2026, 3, 10), closed_on=date(2026, 3, 11), state="closed")
    calling.person(opened_on=date(2025, 11, 1))  # before our time
    calling.make(date(2026, 3, 11))
    calling.make(date(2026, 3, 12))
    assert dict(Callback.objects.filter(kind="new").values_list("client", "due_on")) == people


def test_the_numbers_of_the_law_are_dated_and_wait_for_compliance() -> None:
    from segmentation.number_words import BY_KEY, NOT_OF_NIGHT

    for key in ("callback_share", "callback_new_days"):
        assert BY_KEY[key].is_lawlike
        assert key in NOT_OF_NIGHT


def test_a_colleague_calls_never_the_own_advisor_and_the_load_is_even(calling: Calling) -> None:
    third = staff("third", "advisor", calling.branch)
    for n in range(12):
        calling.person(advisor=(calling.own, calling.colleague, third)[n % 3], opened_on=JANUARY)
    calling.make()
    rows = Callback.objects.values_list("caller", "client__advisor")
    assert all(caller != own for caller, own in rows)
    assert sorted(Callback.objects.loads().values()) == [4, 4, 4]


def test_who_is_on_leave_has_left_or_works_elsewhere_does_not_call(calling: Calling) -> None:
    away, gone = staff("away", "advisor", calling.branch), staff("gone", "advisor", calling.branch)
    staff("elsewhere", "advisor", Branch.objects.create(code="1102", name="望湖营业部"))
    gone.left_on, gone.is_active = JANUARY, False
    gone.save()
    Leave.objects.create(
        staff=away, from_day=JANUARY, until_day=date(2026, 6, 1), made_by=calling.manager, made_at=at(JANUARY)
    )
    assert [calling.new().caller for _ in range(3)] == [calling.colleague] * 3


def test_in_a_branch_with_nobody_else_the_manager_calls_until_somebody_comes(calling: Calling) -> None:
    calling.colleague.branches.clear()
    callback = calling.new()
    assert callback.caller == calling.manager
    assert calling.make(JANUARY + timedelta(days=1))["assigned"] == 0
    calling.colleague.branches.set([calling.branch])
    assert calling.make(JANUARY + timedelta(days=2))["assigned"] == 1
    callback.refresh_from_db()
    assert callback.caller == calling.colleague


def test_with_neither_colleague_nor_manager_nobody_calls_rather_than_the_own_advisor(calling: Calling) -> None:
    calling.colleague.branches.clear()
    calling.manager.branches.clear()
    assert calling.new().caller is None


def test_a_client_who_moves_to_the_caller_gets_another_caller_and_is_not_shown_to_the_first(calling: Calling) -> None:
    callback = calling.new()
    assert callback.caller == calling.colleague
    type(callback.client).objects.filter(pk=callback.client_id).update(advisor=calling.colleague)
    assert not Callback.objects.visible_to(calling.colleague).exists()
    calling.make(JANUARY + timedelta(days=1))
    callback.refresh_from_db()
    assert callback.caller == calling.own
    assert list(Callback.objects.visible_to(calling.own)) == [callback]


def test_a_caller_who_goes_on_leave_over_the_due_day_is_replaced_others_stay(calling: Calling) -> None:
    callback = calling.new()
    third = staff("third", "advisor", calling.branch)
    leave = Leave.objects.create(
        staff=calling.colleague, from_day=JANUARY, until_day=callback.due_on, made_by=third, made_at=at(JANUARY)
    )
    assert calling.make(JANUARY + timedelta(days=1))["assigned"] == 0, "back on the due day"
    Leave.objects.filter(pk=leave.pk).update(until_day=callback.due_on + timedelta(days=1))
    assert calling.make(JANUARY + timedelta(days=1))["assigned"] == 1
    callback.refresh_from_db()
    assert callback.caller == third


def test_the_database_itself_refuses_a_call_by_the_own_advisor(calling: Calling) -> None:
    callback = calling.new()
    call = {"callback": callback, "client": callback.client, "made_at": at(JANUARY), "outcome": "reached"}
    with pytest.raises(IntegrityError, match="nobody_calls_back_an_own_client"), transaction.atomic():
        CallbackAttempt.objects.create(caller=calling.own, advisor=calling.own, **call)
    CallbackAttempt.objects.create(caller=calling.own, advisor=None, **call)


def test_what_does_not_hold_is_told(calling: Calling) -> None:
    for _ in range(20):
        calling.person()
    calling.make()
    assert list(broken_callbacks(calling.branch)) == []
    kept = CallbackSample.objects.get()
    Callback.objects.filter(place=1).update(state="withdrawn")
    assert list(broken_callbacks(calling.branch)) == ["sample 2026: 1 of 2 members"]
    CallbackSample.objects.update(seed="other")
    assert list(broken_callbacks(calling.branch)) == ["sample 2026: the members are not those that its seed draws"]
    CallbackSample.objects.update(base=kept.base.rsplit(",", 1)[0])
    assert list(broken_callbacks(calling.branch)) == ["sample 2026: the base is not the one of its checksum"]
