"""The invented firm's papers: everybody's, with one that ends soon and one that is missing, written once."""

import pytest

from crm.demo.competence import ASKED, write_competence
from crm.models import Branch
from servicing.competence.gaps import endings_told
from servicing.models import Paper, PaperRequirement
from tests.crm.page_firm import staff
from tests.servicing.desk import AT, DAY

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_papers_for_all_one_ending_and_one_missing_and_writes_them_once() -> None:
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    staff("root", "admin")
    advisors = [staff(f"a{n}", "advisor", branch) for n in range(4)]
    boss = staff("boss", "manager", branch)
    assert write_competence(at=AT) == 19
    assert write_competence(at=AT) == 0
    assert PaperRequirement.objects.count() == len(ASKED)
    assert [one.person for one in endings_told(boss, DAY)] == [advisors[1]]
    assert set(Paper.objects.filter(kind="adviser").values_list("staff__username", flat=True)) == {
        "a0",
        "a1",
        "a3",
        "boss",
    }
