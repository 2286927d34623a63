"""Licences and training on screen: who reads which papers, who writes them, what is told of a hand-over, and who would fall
short."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from crm.models import AuditEvent, Branch, Staff
from servicing.competence.papers import Written, correct_paper, enter_paper
from servicing.competence.requirements import supersede_requirement
from servicing.models import HandOver, Paper, PaperRequirement
from tests.crm.access import same
from tests.crm.page_firm import browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db
LIST, ASKED = reverse("competence-list"), reverse("requirement-list")
NEW, PREVIEW = reverse("create-requirement"), reverse("requirement-preview")


class Firm:
    """A branch of two advisors, of whom `able` has the licence that VIP clients ask for; two VIP and two small clients."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self.now = timezone.make_aware(datetime.combine(self.today, time(9)))
        self.branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
        self.admin, self.law = staff("root", "admin"), staff("law", "compliance")
        self.boss, self.far = staff("boss", "manager", self.branch), staff("far", "manager", self.elsewhere)
        self.able, self.other = (staff(name, "advisor", self.branch) for name in ("able", "other"))
        self.stranger = staff("stranger", "advisor", self.elsewhere)
        published = night(self.branch, self.today)
        self.clients = [client(self.branch, f"客户{n}", advisor=self.able) for n in range(4)]
        for n, who in enumerate(self.clients):
            stand(published, who, tier="vip" if n < 2 else "small")
        self.paper = self.give(self.able)

    def give(self, person: Staff, **more: Any) -> Paper:
        told = {"kind": "adviser", "number": "S0990123456", "from_day": self.today, "until_day": None, **more}
        return enter_paper(person, Written(**told), uid=uuid4(), by=self.admin, at=self.now)

    def require(self, subject: str = "tier:vip", *needs: str) -> None:
        row = PaperRequirement(
            subject=subject, needs=list(needs) or ["adviser"], from_day=self.today, source="总部规定"
        )
        supersede_requirement(row, by=self.admin, at=self.now)

    def ending(self, days: int) -> Paper:
        """The licence of `able` with another last day."""
        told = Written("adviser", self.today - timedelta(days=90), self.today + timedelta(days=days), "S0990123456")
        self.paper = correct_paper(self.paper, told, uid=uuid4(), by=self.admin, at=self.now)
        return self.paper


@pytest.fixture
def firm() -> Firm:
    return Firm()


def papers_of(person: Staff) -> str:
    return reverse("person-papers", args=[person.pk])


def licence(firm: Firm, **more: Any) -> dict[str, Any]:
    return {"kind": "fund", "number": "F12345678", "from_day": firm.today, "until_day": "", "uid": uuid4(), **more}


def test_papers_are_read_by_the_person_and_who_answers_for_the_branch(firm: Firm) -> None:
    for reader in (firm.able, firm.boss, firm.admin, firm.law):
        body = browser_of(reader).get(papers_of(firm.able)).content.decode()
        assert "••••3456" in body, reader
        assert "S0990123456" not in body, reader
    for reader in (firm.other, firm.stranger, firm.far):
        browser = browser_of(reader)
        foreign, missing = (browser.get(reverse("person-papers", args=[pk])) for pk in (firm.able.pk, 999_999))
        assert foreign.status_code == missing.status_code == 404
        assert same(foreign.content) == same(missing.content)


def test_only_manager_and_admin_write_papers_and_of_their_own_people(firm: Firm) -> None:
    for name, pk in (("enter-paper", firm.able.pk), ("correct-paper", firm.paper.pk)):
        address = reverse(name, args=[pk])
        for reader in (firm.able, firm.law, firm.far):
            assert browser_of(reader).get(address).status_code == 404, (reader, name)
            assert browser_of(reader).post(address, licence(firm)).status_code == 404, (reader, name)
        for reader in (firm.boss, firm.admin):
            assert browser_of(reader).get(address).status_code == 200, (reader, name)
    for name in ("withdraw-paper", "restore-paper"):
        for reader in (firm.able, firm.law, firm.far):
            assert browser_of(reader).post(reverse(name, args=[firm.paper.pk])).status_code == 404
    assert Paper.objects.count() == 1


def test_a_licence_is_entered_once_by_a_double_click_and_can_be_taken_off_again(firm: Firm) -> None:
    browser, told = browser_of(firm.boss), licence(firm)
    for _twice in range(2):
        assert browser.post(reverse("enter-paper", args=[firm.other.pk]), told)["Location"] == papers_of(firm.other)
    paper = Paper.objects.get(staff=firm.other)
    assert AuditEvent.objects.filter(action="enter-paper", actor=firm.boss).count() == 1
    browser.post(reverse("withdraw-paper", args=[paper.pk]))
    assert reverse("restore-paper", args=[paper.pk]) in browser.get(papers_of(firm.other)).content.decode()
    browser.post(reverse("restore-paper", args=[paper.pk]))
    assert Paper.objects.standing().filter(staff=firm.other).exists()


def test_a_training_has_a_course_and_what_cannot_be_is_said_beside_its_field(firm: Firm) -> None:
    browser, address = browser_of(firm.boss), reverse("enter-paper", args=[firm.other.pk])
    told = {"kind": "t_service", "course": "客户服务规范", "hours": 6, "mark": 85, "is_passed": "on"}
    days = {"from_day": firm.today, "until_day": firm.today - timedelta(days=1), "uid": uuid4()}
    response = browser.post(f"{address}?training", told | days)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["until_day"]
    assert browser.post(f"{address}?training", told | days | {"until_day": ""}).status_code == 302
    assert Paper.objects.get(course="客户服务规范").is_passed
    assert browser.post(address, licence(firm, kind="t_service")).status_code == 422
    assert browser.post(reverse("enter-paper", args=[firm.boss.pk]), licence(firm)).status_code == 422


def test_the_second_editor_sees_both_versions_and_may_save_over_the_first(firm: Firm) -> None:
    address, first = reverse("correct-paper", args=[firm.paper.pk]), browser_of(firm.boss)
    assert first.post(address, licence(firm, number="S111122223333")).status_code == 302
    second = browser_of(firm.admin)
    told = licence(firm, number="S444455556666")
    response = second.post(address, told)
    body = response.content.decode()
    assert response.status_code == 409
    assert "••••3333" in body
    assert "S444455556666" in body
    assert second.post(response.context["form_action"], told).status_code == 302
    assert Paper.objects.standing().get().number == "S444455556666"


def test_the_matrix_says_who_holds_what_and_counts_the_clients_of_a_gap(firm: Firm) -> None:
    browser = browser_of(firm.boss)
    before = browser.get(LIST).context
    assert before["subjects"] == []
    assert [person.username for person, _holds, _cells in before["lines"]] == ["able", "other", "boss"]
    assert [bool(holds) for _person, holds, _cells in before["lines"]] == [True, False, False]
    firm.require()
    firm.ending(30)
    page = browser.get(LIST).context
    cells = {person.username: cells[0]["cell"] for person, _holds, cells in page["lines"]}
    assert (cells["able"].ends_soon, cells["able"].clients, cells["other"].clients) == (True, 2, 0)
    assert page["gaps"] == []
    assert [one.person for one, _kind in page["endings"]] == [firm.able]
    firm.ending(-1)
    page = browser.get(LIST).context
    gap = page["gaps"][0]["cell"]
    assert (gap.person, gap.clients, gap.due_on) == (firm.able, 2, firm.today - timedelta(days=1))
    assert page["gap_clients"] == 2
    assert browser_of(firm.far).get(LIST, {"branch": "1101"}).status_code == 404


def test_an_advisor_sees_the_own_papers_and_the_own_line(firm: Firm) -> None:
    firm.require()
    response = browser_of(firm.able).get(LIST)
    assert [person for person, _holds, _cells in response.context["lines"]] == [firm.able]
    assert [one["row"] for one in response.context["own"]] == [firm.paper]
    assert firm.other.name not in response.content.decode()


def test_first_page_and_client_page_tell_of_what_ends_and_what_is_lacking(firm: Firm) -> None:
    firm.require()
    vip, small = (reverse("client-detail", args=[firm.clients[n].pk]) for n in (0, 3))
    browser = browser_of(firm.boss)
    assert browser.get(reverse("today")).context["papers"] == 0
    assert browser.get(vip).context["lacks"] == ""
    firm.ending(-1)
    assert [browser_of(one).get(reverse("today")).context["papers"] for one in (firm.boss, firm.able, firm.other)] == [
        1,
        1,
        0,
    ]
    assert browser.get(vip).context["lacks"]
    assert browser.get(small).context["lacks"] == ""
    assert "••••3456" in browser.get(reverse("staff-detail", args=[firm.able.pk])).content.decode()


def hand(firm: Firm, **more: Any) -> Any:
    told = {"client": [one.pk for one in firm.clients], "to": firm.other.pk, "reason": "调岗", "uid": uuid4(), **more}
    return browser_of(firm.boss).post(reverse("hand-over-clients"), told, headers={"HX-Request": "true"})


def said(response: Any, browser: Browser) -> list[str]:
    assert response.status_code in {204, 302}
    return [str(one) for one in browser.get(LIST).context["messages"]]


def test_bulk_work_leaves_out_whom_the_new_advisor_may_not_serve_and_the_counts_add_up(firm: Firm) -> None:
    firm.require()
    uid = uuid4()
    for _twice in range(2):
        assert hand(firm, uid=uid).status_code == 204
    done = HandOver.objects.get()
    assert done.clients.count() == Client.objects.filter(advisor=firm.other).count() == 2
    assert Client.objects.filter(advisor=firm.able).count() == 2
    response = hand(firm, client=[one.pk for one in firm.clients[:2]])
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["to"]
    assert hand(firm, anyway="on").status_code == 204
    assert Client.objects.filter(advisor=firm.other).count() == 4


def test_who_leaves_keeps_the_clients_nobody_may_take_until_somebody_may(firm: Firm) -> None:
    firm.require()
    browser, address = browser_of(firm.boss), reverse("hand-over", args=[firm.able.pk])

    def send(uid: Any, *receivers: Staff) -> Any:
        told = {"branch": "1101", "1101-receivers": [one.pk for one in receivers], "1101-reason": "离职", "uid": uid}
        return browser.post(address, told)

    uid = uuid4()
    words = said(send(uid, firm.other), browser)
    assert ["2 户" in told for told in words] == [True, True]
    assert words == said(send(uid, firm.other), browser)
    assert browser.get(address).context["waiting"][0].clients == 2
    assert send(uuid4(), firm.other).status_code == 422
    firm.give(firm.other)
    assert send(uuid4(), firm.other).status_code == 302
    assert browser.get(address).context["waiting"] == []


def fields(firm: Firm, **more: Any) -> dict[str, Any]:
    told = {"subject": "tier:vip", "branch": "1101", "needs": ["adviser", "t_service"], "from_day": firm.today}
    return {**told, "source": "董事会", **more}


def test_the_preview_names_who_would_fall_short_and_their_clients(firm: Firm) -> None:
    firm.require()
    response = browser_of(firm.boss).post(PREVIEW, fields(firm))
    preview = response.context["preview"]
    assert (preview.people, preview.before, preview.served_short, preview.clients) == (1, 0, 2, 2)
    assert [(one.person, one.verdict.kind) for one in preview.short] == [(firm.able, "t_service")]
    product = browser_of(firm.admin).post(PREVIEW, fields(firm, subject="risk:R4", branch="firm", needs=["adviser"]))
    assert {one.person.username for one in product.context["preview"].short} == {"other", "boss"}
    assert PaperRequirement.objects.count() == 1


def test_a_requirement_is_saved_after_its_preview_and_twice_is_once(firm: Firm) -> None:
    browser = browser_of(firm.boss)
    digest = browser.post(PREVIEW, fields(firm)).context["digest"]
    assert browser.post(NEW, fields(firm)).status_code == 200  # without script: the preview alone
    for _twice in range(2):
        assert browser.post(NEW, fields(firm, previewed=digest))["Location"] == ASKED
    row = PaperRequirement.objects.get()
    assert (row.branch, row.needs) == (firm.branch, ["adviser", "t_service"])
    assert browser.post(NEW, fields(firm, previewed=digest, needs=["fund"])).status_code == 422
    assert browser.get(NEW, {"subject": "tier:vip", "branch": "1101"}).context["form"]["needs"].value() == row.needs


def test_a_second_editor_of_a_requirement_is_told_what_the_first_saved(firm: Firm) -> None:
    first, second = browser_of(firm.admin), browser_of(firm.boss)
    told = fields(firm, seen=second.get(NEW).context["form"]["seen"].value())
    digest = second.post(PREVIEW, told).context["digest"]
    theirs = fields(firm, needs=["fund"])
    first.post(NEW, {**theirs, "previewed": first.post(PREVIEW, theirs).context["digest"]})
    response = second.post(NEW, {**told, "previewed": digest})
    assert response.status_code == 422
    assert firm.admin.name in response.content.decode()


def test_a_branchs_own_requirement_is_read_there(firm: Firm) -> None:
    browser = browser_of(firm.boss)
    digest = browser.post(PREVIEW, fields(firm)).context["digest"]
    browser.post(NEW, fields(firm, previewed=digest))
    assert "董事会" in browser_of(firm.able).get(ASKED).content.decode()
    assert "董事会" not in browser_of(firm.stranger).get(ASKED).content.decode()
    assert browser_of(firm.able).get(NEW).status_code == 404
