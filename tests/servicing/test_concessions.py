"""A concession is asked for above the floor, decided by a second person, and always ends (S12)."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from clients.models import Client
from crm.lib.refusals import Refused
from crm.models import AuditEvent
from segmentation.models import Standing, Threshold
from servicing.concessions.asking import withdraw_concession
from servicing.concessions.deciding import decide_concession, end_concession
from servicing.models import Concession, Task
from servicing.rounds import make_rounds
from tests.crm.page_firm import account, stand
from tests.servicing.concession_desk import Office, approved, asked, asked_gift, floor, make_office, span
from tests.servicing.desk import AT, DAY
from tests.servicing.test_competence import give, licence, require

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Iterator[Office]:
    with override("en"):
        yield make_office()


@pytest.mark.parametrize(("rate", "is_refused"), [(119, True), (120, False), (121, False)])
def test_nothing_below_the_floor_is_asked_for_and_the_refusal_names_it(
    office: Office, rate: int, is_refused: bool
) -> None:
    if not is_refused:
        assert asked(office, rate).rate_e6 == rate
        return
    with pytest.raises(Refused, match=r"1\.2 per 10,000 since 2020") as refused:
        asked(office, rate)
    assert refused.value.field == "rate_e6"
    assert not Concession.objects.exists()


@pytest.mark.parametrize(
    ("begins", "rate", "fits"),
    [
        (DAY - timedelta(days=30), 140, False),  # superseded before the span: only the later floor counts
        (DAY - timedelta(days=30), 150, True),
        (DAY + timedelta(days=179), 140, False),  # begins on the last day of the span
        (DAY + timedelta(days=180), 140, True),  # and on the day after it
    ],
)
def test_every_floor_of_the_span_counts(office: Office, begins: date, rate: int, fits: bool) -> None:
    floor(150, by=office.law, from_day=begins)
    if fits:
        assert asked(office, rate)
    else:
        with pytest.raises(Refused, match=r"1\.5 per 10,000"):
            asked(office, rate)


def test_without_a_confirmed_floor_nothing_can_be_asked_for(office: Office) -> None:
    Threshold.objects.create(key="fee_floor_etf", value=50, unit="e-6", from_day=date(2020, 1, 1), source="proposed")
    with pytest.raises(Refused) as refused:
        asked(office, product="etf")
    assert refused.value.field == "product"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (span(DAY - timedelta(days=1)), "from_on"),
        (span(days=0), "until_on"),
        (span(days=367), "until_on"),
        (span(reason=" "), "reason"),
    ],
)
def test_a_concession_begins_today_at_the_earliest_ends_within_a_year_and_has_a_reason(
    office: Office, told: object, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        asked(office, span=told)
    assert refused.value.field == field


def test_a_double_click_asks_once(office: Office) -> None:
    uid = uuid4()
    assert asked(office, uid=uid) == asked(office, uid=uid)
    assert AuditEvent.objects.filter(action="ask-concession").count() == 1


def test_two_for_one_account_and_product_class_may_not_share_a_day(office: Office) -> None:
    asked(office, days=30)
    with pytest.raises(Refused, match="Another concession"):
        asked(office, from_on=DAY + timedelta(days=29))
    assert asked(office, from_on=DAY + timedelta(days=30))
    assert asked(office, account=account(office.client, "880012340000"))


def test_what_was_refused_or_ended_stands_in_nobodys_way(office: Office) -> None:
    assert decide_concession(asked(office), approve=False, why="太低", by=office.manager, at=AT)
    assert end_concession(approved(office), why="客户已转走", by=office.manager, at=AT)
    assert asked(office)


def test_gifts_are_off_until_compliance_switches_them_on_and_capped_per_client_and_year(office: Office) -> None:
    with pytest.raises(Refused, match="Gifts are off"):
        asked_gift(office)
    Threshold.objects.create(key="gift_cap", value=50_000, unit="fen", from_day=DAY, source="proposed")
    with pytest.raises(Refused, match="Gifts are off"):
        asked_gift(office)
    Threshold.objects.update(confirmed_by=office.law, confirmed_on=DAY)
    asked_gift(office, 30_000)
    with pytest.raises(Refused, match=r"300\.00 yuan are given"):
        asked_gift(office, 20_001)
    assert asked_gift(office, 20_000)
    assert asked_gift(office, 50_000, from_on=date(2027, 1, 1))


def test_a_manager_decides_on_a_fee_and_compliance_on_a_gift_never_whoever_asked(office: Office) -> None:
    floor(50_000, by=office.law, key="gift_cap", unit="fen")
    fee, gift = asked(office), asked_gift(office)
    for row, by in (
        (fee, office.advisor), (fee, office.colleague), (fee, office.stranger), (fee, office.law), (gift, office.manager),
    ):  # fmt: skip
        with pytest.raises(Refused):
            decide_concession(row, approve=True, why="", by=by, at=AT)
    Concession.objects.filter(pk=fee.pk).update(asked_by=office.manager)
    fee.refresh_from_db()
    with pytest.raises(Refused, match="Somebody else"):
        decide_concession(fee, approve=True, why="", by=office.manager, at=AT)
    assert decide_concession(fee, approve=True, why="", by=office.second, at=AT)
    assert decide_concession(gift, approve=True, why="", by=office.law, at=AT)


def test_the_database_itself_holds_that_the_asker_does_not_decide(office: Office) -> None:
    row = asked(office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Concession.objects.filter(pk=row.pk).update(state="approved", decided_by=office.advisor, decided_at=AT)


def test_the_floor_is_read_again_when_somebody_decides(office: Office) -> None:
    row = asked(office, 130)
    floor(140, by=office.law, from_day=DAY)
    with pytest.raises(Refused, match=r"1\.4 per 10,000"):
        decide_concession(row, approve=True, why="", by=office.manager, at=AT)
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("asked", None)
    fine = asked(office, 200, from_on=DAY + timedelta(days=300))
    Client.objects.filter(pk=office.client.pk).update(closed_on=DAY)
    fine.refresh_from_db()
    with pytest.raises(Refused, match="has left"):
        decide_concession(fine, approve=True, why="", by=office.manager, at=AT)


@pytest.mark.parametrize(("days", "holds"), [(5, True), (6, False)])
def test_the_papers_of_a_fee_are_read_again_when_somebody_decides(office: Office, days: int, holds: bool) -> None:
    """A licence counts to its last day, that day included; without it a fee can still be refused."""
    require("class:stock", "securities", by=office.manager, branch=office.branch)
    give(office.advisor, licence("securities", until=DAY + timedelta(days=5)), office.manager)
    row, at = asked(office), AT + timedelta(days=days)
    if holds:
        assert decide_concession(row, approve=True, why="", by=office.manager, at=at)
        return
    with pytest.raises(Refused, match=r"员工advisor.*2026-11-25"):
        decide_concession(row, approve=True, why="", by=office.manager, at=at)
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("asked", None)
    assert decide_concession(row, approve=False, why="资格已过期", by=office.manager, at=at)


def test_a_refusal_and_an_early_end_say_why_and_only_the_asker_takes_back(office: Office) -> None:
    row = asked(office)
    with pytest.raises(Refused):
        decide_concession(row, approve=False, why=" ", by=office.manager, at=AT)
    with pytest.raises(Refused):
        withdraw_concession(row, by=office.manager, at=AT)
    assert withdraw_concession(row, by=office.advisor, at=AT)
    assert not withdraw_concession(row, by=office.advisor, at=AT)
    assert not decide_concession(row, approve=True, why="", by=office.manager, at=AT)
    other = approved(office)
    with pytest.raises(Refused):
        end_concession(other, why="", by=office.manager, at=AT)
    assert end_concession(other, why="客户已转走", by=office.advisor, at=AT)
    assert not end_concession(other, why="客户已转走", by=office.manager, at=AT)


def test_an_approval_changes_no_rate(office: Office) -> None:
    from clients.models import CommissionRate

    approved(office)
    assert not CommissionRate.objects.exists()


def test_the_night_ends_what_is_over_once_and_asks_for_a_talk_before(office: Office) -> None:
    stand(office.night, office.client)
    row = approved(office, days=30)  # until 19 December, so the talk is on 5 December, a Saturday: the Monday after
    assert make_rounds(office.night, day=DAY + timedelta(days=1), at=AT)["added"] == 0
    day = date(2026, 12, 1)
    make_rounds(office.night, day=day, at=AT)
    make_rounds(office.night, day=day, at=AT)
    task = Task.objects.get(rule="concession")
    assert (task.owner, task.due_on, task.state) == (office.advisor, date(2026, 12, 7), "open")
    make_rounds(office.night, day=row.until_on, at=AT)
    row.refresh_from_db()
    assert row.state == "approved"
    for _ in range(2):
        make_rounds(office.night, day=row.until_on + timedelta(days=1), at=AT)
    row.refresh_from_db()
    assert (row.state, row.ended_on, row.ended_by) == ("ended", row.until_on, None)
    assert AuditEvent.objects.filter(action="end-concessions").count() == 1
    assert Standing.objects.count() == 1


def test_who_ends_it_early_takes_the_talk_away(office: Office) -> None:
    stand(office.night, office.client)
    row = approved(office, days=10)
    make_rounds(office.night, day=DAY, at=AT)
    assert Task.objects.get(rule="concession").state == "open"
    end_concession(row, why="客户已转走", by=office.manager, at=AT)
    assert Task.objects.get(rule="concession").state == "withdrawn"
