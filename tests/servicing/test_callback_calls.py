"""Recording call-backs: once, by whoever may; three in vain close one, and an answer that must not stand is a finding."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from crm.lib.refusals import Refused
from crm.models import AuditEvent
from servicing.callbacks.findings import settle_finding
from servicing.callbacks.questions import QUESTIONS
from servicing.callbacks.recording import Heard, withdraw_attempt
from servicing.models import Callback, CallbackAttempt, CallbackFinding
from tests.crm.page_firm import staff
from tests.servicing.calling import JANUARY, SAFE, Calling, at

IN_VAIN, REACHED = Heard("unreached"), Heard("reached", SAFE, "客户确认无误")


@pytest.fixture
def calling(db: None) -> Iterator[Calling]:
    with translation.override("en"):
        yield Calling()


def state_of(callback: Callback) -> str:
    return Callback.objects.get(pk=callback.pk).state


def test_a_client_who_was_reached_is_called_back_and_nothing_was_found(calling: Calling) -> None:
    callback = calling.new()
    attempt = calling.record(callback, REACHED)
    assert (state_of(callback), attempt.caller, attempt.advisor) == ("reached", calling.colleague, calling.own)
    assert not CallbackFinding.objects.exists()
    event = AuditEvent.objects.get(action="record-callback")
    assert event.detail == {"client": callback.client_id, "outcome": "reached", "findings": 0}


def test_three_calls_in_vain_close_it_with_every_call_on_record(calling: Calling) -> None:
    callback = calling.new()
    for outcome in ("unreached", "wrong"):
        calling.record(callback, Heard(outcome))
        assert state_of(callback) == "open"
    calling.record(callback, IN_VAIN)
    assert state_of(callback) == "unreached"
    assert callback.attempts.count() == 3
    with pytest.raises(Refused, match="not reachable"):
        calling.record(callback, REACHED)


def test_who_refuses_is_not_called_again(calling: Calling) -> None:
    callback = calling.new()
    calling.record(callback, Heard("refused"))
    assert state_of(callback) == "refused"


def test_a_double_click_records_once_and_a_uid_of_another_form_is_refused(calling: Calling) -> None:
    callback, other, uid = calling.new(), calling.new(), uuid4()
    first = calling.record(callback, IN_VAIN, uid=uid)
    assert calling.record(callback, IN_VAIN, uid=uid) == first
    assert CallbackAttempt.objects.count() == 1
    with pytest.raises(Refused, match="another client"):
        calling.record(other, IN_VAIN, uid=uid)


def test_the_own_advisor_is_refused_even_where_the_call_was_given_before_the_client(calling: Calling) -> None:
    callback = calling.new()
    type(callback.client).objects.filter(pk=callback.client_id).update(advisor=calling.colleague)
    with pytest.raises(Refused, match="own advisor"):
        calling.record(callback, REACHED)
    assert not CallbackAttempt.objects.exists()


def test_the_manager_may_step_in_and_another_colleague_not(calling: Calling) -> None:
    callback, third = calling.new(), staff("third", "advisor", calling.branch)
    with pytest.raises(Refused, match="Somebody else"):
        calling.record(callback, REACHED, by=third)
    assert calling.record(callback, REACHED, by=calling.manager).caller == calling.manager


@pytest.mark.parametrize(
    ("heard", "field"),
    [
        (Heard("maybe"), "outcome"),
        (Heard("unreached", SAFE), "outcome"),
        (Heard("reached"), "opened"),
        (Heard("reached", {**SAFE, "others": "perhaps"}), "others"),
    ],
)
def test_half_of_an_answer_is_none(calling: Calling, heard: Heard, field: str) -> None:
    with pytest.raises(Refused) as refused:
        calling.record(calling.new(), heard)
    assert refused.value.field == field


@pytest.mark.parametrize("key", list(QUESTIONS))
def test_each_answer_that_must_not_stand_is_a_finding_of_its_own(calling: Calling, key: str) -> None:
    calling.record(calling.new(), Heard("reached", {**SAFE, key: QUESTIONS[key].risky}))
    assert [(one.question, one.state) for one in CallbackFinding.objects.all()] == [(key, "open")]


def test_a_wrong_number_is_a_finding_too(calling: Calling) -> None:
    calling.record(calling.new(), Heard("wrong"))
    assert CallbackFinding.objects.get().question == "phone"


def test_a_finding_is_settled_with_a_note_once_and_who_comes_second_reads_the_first(calling: Calling) -> None:
    calling.record(calling.new(), Heard("wrong"))
    finding, second = CallbackFinding.objects.get(), staff("compliance", "compliance")
    with pytest.raises(Refused):
        settle_finding(finding, " ", by=calling.manager, at=at(JANUARY))
    for _ in range(2):
        assert settle_finding(finding, "号码已更正", by=calling.manager, at=at(JANUARY)).state == "settled"
    with pytest.raises(Refused, match="号码已更正"):
        settle_finding(finding, "再核", by=second, at=at(JANUARY))
    assert AuditEvent.objects.filter(action="settle-finding").count() == 1


def test_what_was_recorded_by_mistake_is_taken_back_with_its_findings(calling: Calling) -> None:
    callback = calling.new()
    attempt = calling.record(callback, Heard("reached", {**SAFE, "others": "yes"}))
    assert withdraw_attempt(attempt, by=calling.colleague, at=at(JANUARY, 12))
    assert not withdraw_attempt(attempt, by=calling.colleague, at=at(JANUARY, 12))
    assert (state_of(callback), CallbackFinding.objects.get().state) == ("open", "withdrawn")
    assert CallbackAttempt.objects.count() == 1, "nothing is deleted (L3)"
    calling.record(callback, REACHED)
    assert state_of(callback) == "reached"


def test_taking_back_is_refused_to_others_after_another_call_and_after_the_finding_was_settled(
    calling: Calling,
) -> None:
    callback = calling.new()
    first = calling.record(callback, Heard("wrong"))
    with pytest.raises(Refused, match="Somebody else"):
        withdraw_attempt(first, by=calling.manager, at=at(JANUARY))
    second = calling.record(callback, IN_VAIN)
    with pytest.raises(Refused, match="another call"):
        withdraw_attempt(first, by=calling.colleague, at=at(JANUARY))
    assert withdraw_attempt(second, by=calling.colleague, at=at(JANUARY))
    settle_finding(CallbackFinding.objects.get(), "号码已更正", by=calling.manager, at=at(JANUARY))
    with pytest.raises(Refused, match="looked into"):
        withdraw_attempt(first, by=calling.colleague, at=at(JANUARY))


def test_a_call_of_a_client_who_closed_meanwhile_stays_closed_when_it_is_taken_back(calling: Calling) -> None:
    callback = calling.new()
    attempt = calling.record(callback, IN_VAIN)
    type(callback.client).objects.filter(pk=callback.client_id).update(closed_on=JANUARY, state="closed")
    calling.make(JANUARY + timedelta(days=1))
    assert withdraw_attempt(attempt, by=calling.colleague, at=at(JANUARY))
    assert state_of(callback) == "withdrawn"
