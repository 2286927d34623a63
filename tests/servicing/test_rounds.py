"""The rounds of the night: what is owed becomes tasks, once, on working days, and what lost its point goes with a reason."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from crm.models import Holiday, Staff
from segmentation.models import StateChange, TierMove, TierScheme
from servicing import todo
from servicing.contacts import withdraw_contact
from servicing.handovers import hand_over
from servicing.invariants import broken
from servicing.models import ServiceStandard, Task
from servicing.rounds.words import reason_of, title_of, why_of
from tests.crm.page_firm import DAY, client, night, staff, stand
from tests.servicing.rounds import SATURDAY, Rounds, at

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


@pytest.fixture
def rounds() -> Rounds:
    return Rounds()


def test_a_vip_client_is_called_thirty_days_after_the_last_conversation(rounds: Rounds) -> None:
    who = rounds.person("vip")
    rounds.talk(who, date(2026, 10, 26))
    assert rounds.make() == {"added": 1, "reopened": 0, "withdrawn": 0}
    (task,) = rounds.tasks()
    assert (task.rule, task.due_on, task.owner, task.client) == ("cadence", date(2026, 11, 25), rounds.advisor, who)
    with translation.override("en"):
        words = "a contact every 30 days is owed: phone, WeCom, visit"
        assert (title_of(task), reason_of(task)) == ("Care call", words)


def test_what_falls_on_a_weekend_or_a_holiday_is_due_on_the_next_working_day(rounds: Rounds) -> None:
    who = rounds.person("vip")
    rounds.talk(who, date(2026, 10, 22))  # 30 days later is Saturday
    Holiday.objects.create(day=MONDAY, kind="holiday")
    rounds.make()
    assert [task.due_on for task in rounds.tasks()] == [date(2026, 11, 24)]


def test_a_make_up_weekend_is_a_working_day(rounds: Rounds) -> None:
    rounds.talk(rounds.person("vip"), date(2026, 10, 22))
    Holiday.objects.create(day=SATURDAY, kind="make_up")
    rounds.make()
    assert [task.due_on for task in rounds.tasks()] == [SATURDAY]


def test_what_is_open_follows_a_client_whom_a_file_gave_to_a_colleague(rounds: Rounds) -> None:
    who = rounds.person("vip")
    rounds.talk(who, date(2026, 10, 26))
    rounds.make()
    colleague = staff("colleague", "advisor", rounds.branch)
    type(who).objects.filter(pk=who.pk).update(advisor=colleague)
    rounds.make(date(2026, 11, 24), rounds.later(MONDAY))
    assert [task.owner for task in rounds.tasks()] == [colleague]


def test_a_second_round_adds_nothing_and_the_next_night_neither(rounds: Rounds) -> None:
    rounds.talk(rounds.person("vip"), date(2026, 10, 26))
    rounds.make()
    nothing = {"added": 0, "reopened": 0, "withdrawn": 0}
    assert rounds.make() == nothing
    assert rounds.make(date(2026, 11, 24), rounds.later(MONDAY)) == nothing
    assert Task.objects.count() == 1


def test_clients_never_spoken_to_are_spread_over_the_cadence_and_each_has_a_turn(rounds: Rounds) -> None:
    people = [rounds.person("vip") for _ in range(30)]
    rounds.make()
    assert 0 < len(rounds.tasks()) < 16, "ten days of thirty, not everybody at once"
    for step in range(1, 31):
        rounds.make(SATURDAY + timedelta(days=step))
    assert sorted(Task.objects.values_list("client", flat=True)) == sorted(who.pk for who in people)


def test_who_was_spoken_to_meanwhile_needs_no_call_and_the_reason_is_kept(rounds: Rounds) -> None:
    who = rounds.person("vip")
    rounds.talk(who, date(2026, 10, 26))
    rounds.make()
    contact = rounds.talk(who, MONDAY)
    assert rounds.make(date(2026, 11, 24))["withdrawn"] == 1
    task = Task.objects.get()
    with translation.override("en"):
        assert (task.state, why_of(task), task.settled_by) == ("withdrawn", "the client was spoken to", None)
    withdraw_contact(contact, by=rounds.advisor, at=at(date(2026, 11, 24), 9))
    assert rounds.make(date(2026, 11, 25)) == {"added": 0, "reopened": 1, "withdrawn": 0}
    task.refresh_from_db()
    assert (task.state, task.settled_at, task.settled_why) == ("open", None, "")


def test_a_call_that_somebody_settled_begins_the_cadence_anew(rounds: Rounds) -> None:
    who = rounds.person("vip")
    rounds.talk(who, date(2026, 10, 26))
    rounds.make()
    todo.settle_task(Task.objects.get(), by=rounds.advisor, at=at(MONDAY, 9))
    assert rounds.make(date(2026, 11, 24))["added"] == 0
    assert rounds.make(date(2026, 12, 18), rounds.later(date(2026, 12, 17)))["added"] == 1
    assert [task.due_on for task in rounds.tasks()] == [date(2026, 12, 23)]


def test_small_clients_have_no_cadence_and_nobody_is_served_by_nobody(rounds: Rounds) -> None:
    rounds.talk(rounds.person("small"), date(2026, 1, 5))
    rounds.person("vip", advisor=None)
    assert rounds.make()["added"] == 0


def test_a_new_client_is_called_on_the_days_after_the_opening_that_the_standard_names(rounds: Rounds) -> None:
    rounds.person("key", opened_on=date(2026, 11, 19))
    rounds.make()
    assert {(t.due_on, t.slots["days"]) for t in rounds.tasks(rule="welcome")} == {(MONDAY, 3)}
    rounds.make(date(2026, 12, 1))
    assert {t.due_on for t in rounds.tasks(rule="welcome")} == {MONDAY, date(2026, 12, 3)}


def test_birthdays_of_either_calendar_are_greeted_on_the_last_working_day_by_then(rounds: Rounds) -> None:
    solar = rounds.person("vip", birthday=date(1970, 11, 28))  # a Saturday
    moon = rounds.person("key", birthday=date(1962, 10, 15), birthday_calendar="lunar")  # 十月十五 is 23 November 2026
    rounds.person("ordinary", birthday=date(1970, 11, 28))
    rounds.make()
    found = {task.client_id: task for task in rounds.tasks(rule="birthday")}
    assert {pk: task.due_on for pk, task in found.items()} == {solar.pk: date(2026, 11, 27), moon.pk: MONDAY}
    with translation.override("en"):
        assert reason_of(found[moon.pk]).endswith("by the lunar calendar")


def test_a_greeting_that_is_a_week_late_is_not_sent(rounds: Rounds) -> None:
    rounds.person("vip", birthday=date(1970, 11, 24))
    rounds.make()
    assert rounds.make(date(2026, 12, 1))["withdrawn"] == 0
    assert rounds.make(date(2026, 12, 2))["withdrawn"] == 1
    assert Task.objects.get(rule="birthday").settled_why == "past"


def test_a_rating_or_a_document_that_ends_within_the_notice_is_renewed_with_the_client(rounds: Rounds) -> None:
    near = rounds.person("ordinary", risk_expires_on=date(2026, 12, 20), identity_expires_on=date(2026, 11, 30))
    rounds.person("ordinary", risk_expires_on=date(2026, 12, 22))
    rounds.person("ordinary", identity_expires_on=date(2026, 10, 1))
    rounds.make()
    found = {(t.rule, t.client_id, t.due_on) for t in rounds.tasks(rule__in=["rating", "document"])}
    assert found == {("rating", near.pk, date(2026, 12, 7)), ("document", near.pk, MONDAY)}


def test_what_was_renewed_meanwhile_is_asked_for_no_more(rounds: Rounds) -> None:
    who = rounds.person("ordinary", risk_expires_on=date(2026, 12, 10), identity_expires_on=date(2026, 12, 10))
    rounds.make()
    who.risk_expires_on = date(2028, 12, 10)
    who.save()
    assert rounds.make(MONDAY)["withdrawn"] == 1
    assert Task.objects.get(rule="rating").settled_why == "renewed"
    assert [task.rule for task in rounds.tasks(client=who, rule__in=["rating", "document"])] == ["document"]


def test_who_begins_to_trade_less_is_called_once_and_who_wakes_up_is_not(rounds: Rounds) -> None:
    """S7: low activity."""
    changes = (("active", "cooling"), ("cooling", "dormant"), ("dormant", "active"))
    people = [rounds.person("key") for _change in changes]
    for of, day in ((rounds.night, DAY), (night(rounds.branch, MONDAY), MONDAY)):
        for who, (before, after) in zip([*people, rounds.person("small")], [*changes, changes[0]], strict=True):
            StateChange.objects.create(
                client=who,
                publication=of,
                branch=rounds.branch,
                day=day,
                subject="dormancy",
                before=before,
                after=after,
            )
            if of != rounds.night:
                stand(of, who, tier="key")
        rounds.make(day + timedelta(days=1), of)
    found = rounds.tasks(rule="quiet", client__in=people)
    assert [(task.client, task.slots["state"]) for task in found] == [(people[0], "cooling"), (people[1], "dormant")]
    assert "趋冷" in reason_of(found[0])


def test_a_risk_that_rose_and_a_tier_that_changed_last_night_are_tasks_where_the_standard_says_so(
    rounds: Rounds,
) -> None:
    risen, small, fallen = rounds.person("vip"), rounds.person("small"), rounds.person("ordinary")
    for who in (risen, small):
        StateChange.objects.create(
            client=who,
            publication=rounds.night,
            branch=rounds.branch,
            day=DAY,
            subject="band",
            before="low",
            after="high",
        )
    TierMove.objects.create(
        client=fallen, publication=rounds.night, branch=rounds.branch, day=DAY, scheme=TierScheme.objects.get(),
        from_tier="key", to_tier="ordinary", measure_fen=1, rank=3, why="own",
    )  # fmt: skip
    rounds.make()
    found = {(t.rule, t.client_id) for t in rounds.tasks(rule__in=["risk", "tier"])}
    assert found == {("risk", risen.pk), ("tier", fallen.pk)}


@pytest.mark.parametrize(
    ("change", "why"), [({"closed_on": MONDAY}, "closed"), ({"is_restricted": True}, "restricted")]
)
def test_a_closed_or_restricted_client_loses_every_open_task_with_the_reason(
    rounds: Rounds, change: dict[str, object], why: str
) -> None:
    who = rounds.person("vip")
    rounds.talk(who, date(2026, 10, 26))
    todo.add_task(who, "寄资料", MONDAY, key="by hand", by=rounds.advisor, at=at(DAY))
    rounds.make()
    for name, value in change.items():
        setattr(who, name, value)
    who.save()
    assert rounds.make(date(2026, 11, 24))["withdrawn"] == 2
    assert set(Task.objects.values_list("state", "settled_why")) == {("withdrawn", why)}


def test_the_branch_decides_for_itself_and_from_its_day_on(rounds: Rounds) -> None:
    ServiceStandard.objects.create(
        branch=rounds.branch, tier="vip", level="partner", cadence_days=7, minutes=30, review_days=90,
        channels=["wecom", "visit"], from_day=MONDAY, source="试点", made_at=at(DAY),
    )  # fmt: skip
    rounds.talk(rounds.person("vip"), date(2026, 11, 19))
    assert rounds.make()["added"] == 0
    assert rounds.make(MONDAY)["added"] == 1
    assert [task.due_on for task in rounds.tasks()] == [date(2026, 11, 26)]
    with translation.override("zh-hans"):
        assert [reason_of(task) for task in rounds.tasks()] == ["标准为每 7 天联系一次：企业微信、上门拜访"]


def test_another_branch_is_left_alone(rounds: Rounds) -> None:
    there = type(rounds.branch).objects.create(code="1102", name="城南营业部")
    advisor = staff("they", "advisor", there)
    who = client(there, "别处", advisor=advisor)
    stand(night(there), who, tier="vip")
    todo.add_task(who, "寄资料", MONDAY, key="by hand", by=advisor, at=at(DAY))
    who.closed_on = MONDAY
    who.save()
    assert rounds.make() == {"added": 0, "reopened": 0, "withdrawn": 0}


def test_the_clients_of_an_advisor_who_has_left_are_the_managers_work_until_they_are_handed_over(
    rounds: Rounds,
) -> None:
    who = rounds.person("vip", birthday=MONDAY.replace(year=1980))
    heir = staff("heir", "advisor", rounds.branch)
    Staff.objects.filter(pk=rounds.advisor.pk).update(is_active=False, left_on=DAY)
    assert rounds.make()["added"] == 0  # nobody could own it yet
    boss = staff("boss", "manager", rounds.branch)
    assert rounds.make()["added"] >= 1
    assert rounds.make()["added"] == 0
    assert {task.owner for task in rounds.tasks()} == {boss}
    assert list(broken(rounds.branch)) == []
    todo.add_task(who, "电话", MONDAY, key="own", by=boss, at=at(SATURDAY))
    hand_over([who], to=heir, by=boss, at=at(MONDAY), reason="离职")
    assert {task.owner for task in rounds.tasks(rule="birthday")} == {heir}
    assert [task.owner for task in rounds.tasks(rule="")] == [boss]
