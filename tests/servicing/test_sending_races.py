"""Two people at one sending: approvals, parts of one list, a stop while it goes; each with the control that goes red
without its guard."""

import time
from threading import Event

import pytest
from django.db.models import QuerySet

from crm.models import AuditEvent, Staff
from segmentation.models import Threshold
from servicing.messages import outbox, sendings
from servicing.messages.gateways import NotSent
from servicing.messages.invariants import broken
from servicing.messages.sender import send_due
from servicing.messages.sendings import decide_sending, start_sending, stop_sending
from servicing.models import Message, Sending
from tests.servicing.mailroom import AT, approved, going, make_desk, planned, reachable, staff, states
from tests.servicing.test_contact_races import at_once, failed
from tests.servicing.test_message_races import TIMES, Counting

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk():
    return make_desk()


def test_of_two_approvals_one_counts(desk):
    Threshold.objects.filter(key="message_second_person").update(value=0)
    sending = planned(desk, [reachable(desk)])
    start_sending(sending, by=desk.advisor, at=AT)
    people = [staff(f"second{n}", "manager", desk.branch) for n in range(TIMES)]
    answers = at_once(lambda n: decide_sending(sending, approve=n % 2 == 0, by=people[n], at=AT))
    assert failed(answers) == []
    assert answers.count(True) == 1
    sending.refresh_from_db()
    assert sending.decided_by == people[answers.index(True)]
    assert AuditEvent.objects.filter(action__in=["approve-sending", "refuse-sending"]).count() == 1


def test_it_is_the_state_in_the_update_that_counts_one(desk, monkeypatch):
    """The control: an update of the sending whatever its state takes them all."""
    Threshold.objects.filter(key="message_second_person").update(value=0)
    sending = planned(desk, [reachable(desk)])
    start_sending(sending, by=desk.advisor, at=AT)
    people = [staff(f"second{n}", "manager", desk.branch) for n in range(TIMES)]

    class Whatever:
        class objects:
            @staticmethod
            def filter(*, pk, **_state):
                return Sending.objects.filter(pk=pk)

        _meta = Sending._meta

    monkeypatch.setattr(sendings, "Sending", Whatever)
    answers = at_once(lambda n: decide_sending(sending, approve=True, by=people[n], at=AT))
    assert answers.count(True) == TIMES


def halves_at_once(desk, monkeypatch):
    """A list in six parts, started at once by one person who decides on one client alone; the states that they are told."""
    Threshold.objects.filter(key="message_second_person").update(value=1)
    version = approved(desk)
    parts = [planned(desk, [reachable(desk, f"客{n}")], version) for n in range(TIMES)]
    plain = sendings.needs_second

    def slow(*args):
        found = plain(*args)
        time.sleep(0.2)
        return found

    monkeypatch.setattr(sendings, "needs_second", slow)
    answers = at_once(lambda n: start_sending(parts[n], by=desk.advisor, at=AT))
    assert failed(answers) == []
    return answers


def test_parts_of_a_list_started_at_once_are_one_list(desk, monkeypatch):
    assert sorted(halves_at_once(desk, monkeypatch)) == ["going"] + ["waiting"] * (TIMES - 1)


def test_it_is_the_lock_on_the_person_that_counts_one_after_the_other(desk, monkeypatch):
    """The control: counted side by side, nobody sees the other parts."""

    class NotHeld:
        class objects:
            @staticmethod
            def select_for_update():
                return Staff.objects.all()

    monkeypatch.setattr(sendings, "Staff", NotHeld)
    assert halves_at_once(desk, monkeypatch).count("going") > 1


def test_stopped_while_it_goes_each_message_went_or_stayed(desk):
    sending = going(desk, [reachable(desk, f"客{n}") for n in range(40)])
    provider = Counting()

    def work(number):
        if number:
            return send_due(desk.branch.pk, lambda: AT, ways=provider)
        return stop_sending(sending, by=desk.manager, at=AT)

    assert failed(at_once(work, times=4)) == []
    told = states(sending)
    assert told.count("sent") == len(provider.counts)
    assert told.count("sent") + told.count("cancelled stopped") == 40
    assert list(broken(AT)) == []


def stopped_while_it_is_refused(desk, monkeypatch):
    """A gateway refuses for now, and before that is written somebody stops the sending; the states then."""
    sending = going(desk, [reachable(desk)])
    claimed = outbox.claim(Message.objects.get(sending=sending).pk, AT)
    looked, stopped = Event(), Event()
    plain = QuerySet.update

    def slow(rows, **told):
        if told.get("trouble") == "http: 429":
            looked.set()
            stopped.wait(0.5)
        return plain(rows, **told)

    monkeypatch.setattr(QuerySet, "update", slow)

    def work(number):
        if number:
            return outbox.mark(claimed, NotSent("http: 429", again=True), AT)
        looked.wait(5)
        kept = stop_sending(sending, by=desk.manager, at=AT)
        stopped.set()
        return kept

    assert failed(at_once(work, times=2)) == []
    return states(sending)


def test_a_retry_and_a_stop_at_once_leave_nothing_queued(desk, monkeypatch):
    assert stopped_while_it_is_refused(desk, monkeypatch) == ["cancelled stopped"]
    assert list(broken(AT)) == []


def test_it_is_the_lock_on_the_sending_that_lets_neither_overlook_the_other(desk, monkeypatch):
    """The control: who looks at the sending without holding it queues behind a stop."""

    class NotHeld:
        State = Sending.State

        class objects:
            @staticmethod
            def select_for_update():
                return Sending.objects.all()

    monkeypatch.setattr(outbox, "Sending", NotHeld)
    assert stopped_while_it_is_refused(desk, monkeypatch) == ["queued"]
