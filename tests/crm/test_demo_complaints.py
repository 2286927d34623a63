"""The complaints of the demonstration: in every stage, whole, written once."""

from datetime import UTC, datetime

import pytest

from crm.demo.complaints import EVERY, STAGES, STORIES, seed_complaints
from crm.models import Branch
from servicing.complaints.invariants import broken_complaints
from servicing.models import Complaint, ComplaintOfficer
from tests.crm.page_firm import client, night, staff, stand

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)


def test_a_dozen_complaints_stand_in_every_stage_and_a_second_run_adds_nothing() -> None:
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    advisor, manager = staff("advisor", "advisor", branch), staff("manager", "manager", branch)
    published = night(branch)
    for n in range(EVERY * (len(STORIES) - 1) + 1):
        stand(published, client(branch, f"客户{n}", advisor=advisor))
    assert seed_complaints(NOW) == len(STORIES) == Complaint.objects.count()
    assert seed_complaints(NOW) == 0
    assert set(Complaint.objects.values_list("stage", flat=True)) == set(STAGES)
    assert set(Complaint.objects.values_list("owner", flat=True)) == {manager.pk}
    assert ComplaintOfficer.objects.get().staff == manager
    assert Complaint.objects.filter(escalations__isnull=False).exists()
    assert list(broken_complaints(branch)) == []


def test_without_a_night_there_is_nobody_to_choose() -> None:
    assert seed_complaints(NOW) == 0
