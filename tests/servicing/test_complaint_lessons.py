"""What complaints teach (C4, S9), what must always hold of them, and what they never do: lower what a client is owed (S8)."""

from collections.abc import Iterator
from datetime import date, timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.checkup import parts
from servicing.complaints import figures
from servicing.complaints.figures import dissatisfied, lessons_for, months_until
from servicing.complaints.invariants import broken_complaints
from servicing.complaints.stages import reopen_complaint
from servicing.models import Complaint, ComplaintEscalation, ComplaintStep, Contact, Task
from servicing.rounds.writing import make_rounds
from tests.crm.page_firm import client, night, stand
from tests.servicing.complaint_desk import AT, DAY, ComplaintDesk, make_complaint_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> ComplaintDesk:
    return make_complaint_desk()


@pytest.mark.parametrize(
    ("complaints", "permille", "clients"),
    [(100, 100, 1000), (0, 100, 0), (1, 100, 10), (7, 40, 175), (100, 1000, 100), (2, 3, 667), (5, 0, None)],
)
def test_complaints_are_the_tip_of_the_iceberg(complaints: int, permille: int, clients: int | None) -> None:
    assert dissatisfied(complaints, permille) == clients


def test_a_year_of_complaints_is_counted_by_cause_month_and_branch(desk: ComplaintDesk) -> None:
    desk.work(desk.receive())
    desk.work(desk.receive(received_at=AT - timedelta(days=40)))
    desk.receive(client=client(desk.branch, "温序"))
    desk.receive(received_at=AT - timedelta(days=400))
    found = lessons_for(desk.manager, [desk.branch], DAY)
    assert (found.total, found.count(cause="neglect"), found.count(cause="")) == (3, 2, 1)
    assert found.count(month=date(2026, 11, 1)) == 2
    assert found.count(cause="neglect", branch=desk.branch.pk, month=date(2026, 10, 1)) == 1
    assert found.iceberg.dissatisfied == 30
    assert found.repeated == [(desk.client.pk, 2)]
    assert (found.stages[0].stage, found.stages[0].left, found.stages[0].in_time) == ("received", 2, 2)
    assert found.stages[2].median_days == pytest.approx(1 / 24)


def test_whoever_is_complained_about_does_not_count_it(desk: ComplaintDesk) -> None:
    desk.receive(about=desk.manager)
    assert lessons_for(desk.manager, [desk.branch], DAY).total == 0
    assert lessons_for(desk.deputy, [desk.branch], DAY).total == 1


def test_a_year_has_twelve_months_and_costs_the_same_for_many(desk: ComplaintDesk, django_assert_num_queries) -> None:
    assert months_until(DAY)[0] == date(2025, 12, 1)
    assert len(months_until(DAY)) == figures.MONTHS
    for _n in range(4):
        desk.work(desk.receive())
    with django_assert_num_queries(6):
        lessons_for(desk.compliance, [desk.branch], DAY)


def test_a_firm_whose_complaints_went_the_right_way_has_nothing_broken(desk: ComplaintDesk) -> None:
    closed = desk.work(desk.receive(about=desk.advisor))
    desk.work(reopen_complaint(closed, "没有兑现", version=closed.version, by=desk.manager, at=AT + timedelta(days=3)))
    desk.work(desk.receive(), until="answer")
    assert list(broken_complaints(desk.branch)) == []


def spoil_owner(desk: ComplaintDesk) -> None:
    desk.receive()
    type(desk.manager).objects.filter(pk=desk.manager.pk).update(is_active=False)


def spoil_order(desk: ComplaintDesk) -> None:
    complaint = desk.work(desk.receive(), until="answer")
    ComplaintStep.objects.filter(complaint=complaint, stage="received").delete()


def spoil_moments(desk: ComplaintDesk) -> None:
    complaint = desk.work(desk.receive(), until="answer")
    ComplaintStep.objects.filter(complaint=complaint, stage="cause").update(entered_at=AT - timedelta(days=1))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [(spoil_owner, "owner may not own it"), (spoil_order, "not in order"), (spoil_moments, "before the one before")],
)
def test_what_is_broken_is_said_without_a_name(desk: ComplaintDesk, spoil, said: str) -> None:
    spoil(desk)
    found = list(broken_complaints(desk.branch))
    assert len(found) == 1
    assert said in found[0]
    assert desk.client.name not in found[0]


def lift(model: type[models.Model], constraint: str) -> None:
    """Take away for the test what the database keeps; SQLite cannot lift what makes a row unique."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {constraint}")
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")


@pytest.fixture
def unguarded() -> Iterator[None]:
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.usefixtures("unguarded")
def test_what_the_database_keeps_would_be_found_without_it(desk: ComplaintDesk) -> None:
    closed = Complaint.objects.filter(pk=desk.work(desk.receive(about=desk.advisor)).pk)
    lift(Complaint, "complaint_owner_is_not_complained_about")
    closed.update(owner=desk.advisor)
    assert [sentence for sentence in broken_complaints(desk.branch) if "complained about" in sentence]
    closed.update(owner=desk.manager)
    lift(Complaint, "complaint_closed_says_satisfaction")
    closed.update(satisfaction=None, not_asked="")
    assert [sentence for sentence in broken_complaints(desk.branch) if "satisfied" in sentence]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite cannot lift the constraint")
def test_who_was_told_twice_would_be_found(desk: ComplaintDesk) -> None:
    row = {"complaint": desk.receive(), "round": 0, "stage": "received", "level": "manager", "at": AT}
    lift(ComplaintEscalation, "one_escalation_per_complaint_stage_and_level")
    for _twice in range(2):
        ComplaintEscalation.objects.create(**row)
    assert [sentence for sentence in broken_complaints(desk.branch) if "twice" in sentence]


def test_the_check_of_the_data_looks_at_complaints(desk: ComplaintDesk) -> None:
    found = [part for part in parts(AT) if part.name == "complaints"]
    assert [part.branch for part in found] == [desk.branch]
    with patch("crm.checkup.broken_complaints", return_value=iter(["complaint 1: …"])):
        assert list(found[0].broken()) == ["complaint 1: …"]


def owed(
    desk: ComplaintDesk, published, rows: list[tuple[str, str, float]], *, complains: bool
) -> set[tuple[int, str]]:
    """Who is owed which task tonight: clients with these moods and scores, with or without complaints."""
    Task.objects.all().delete()
    for n, (mood, band, score) in enumerate(rows):
        person = CLIENTS[n]
        published.standings.filter(client=person).update(churn_band=band, churn_score=score)
        Contact.objects.filter(client=person).update(mood=mood)
        if complains:
            desk.receive(client=person, uid=uuid4())
    make_rounds(published, day=DAY, at=AT)
    return set(Task.objects.values_list("client", "rule"))


CLIENTS: list = []


def test_nothing_that_complains_is_owed_less(desk: ComplaintDesk) -> None:
    published = night(desk.branch)
    CLIENTS[:] = [
        client(desk.branch, f"客户{n}", advisor=desk.advisor, opened_on=DAY - timedelta(days=(1, 12, 44, 700)[n]))
        for n in range(4)
    ]
    for person, tier in zip(CLIENTS, ("vip", "key", "ordinary", "small"), strict=True):
        stand(published, person, tier=tier, advisor=desk.advisor)
    history = st.tuples(
        st.sampled_from(["", "pleased", "low"]), st.sampled_from(["low", "raised", "high"]), st.just(0.4)
    )

    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(history, min_size=4, max_size=4))
    def check(rows: list[tuple[str, str, float]]) -> None:
        Complaint.objects.all().delete()
        quiet = owed(desk, published, rows, complains=False)
        assert quiet
        assert owed(desk, published, rows, complains=True) >= quiet
        calm = [("pleased", "low", 0.01)] * 4
        assert owed(desk, published, rows, complains=True) >= owed(desk, published, calm, complains=False)

    check()
