"""The manager's pages about the team: a week of activity whose figures open their rows, and the appraisal."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from clients.models import Client
from crm.models import Branch, Publication
from crm.pages.branch.threeways import three_title, three_ways
from segmentation.appraisals import Appraisal, Difference
from segmentation.models import Behaviour, Standing, Threshold
from servicing.activity import Activity
from servicing.arrivals import announce, take
from servicing.contacts import record_contact
from servicing.models import Complaint
from servicing.promises import make_promise
from servicing.todo import add_task, settle_task
from servicing.trends.sums import Sums
from tests.crm.page_firm import browser_of, client, staff
from tests.segmentation.nights import publish
from tests.servicing.desk import due, said

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 8, 29), date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)  # a Friday
MONDAY = date(2026, 11, 16)
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def firm():
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    li, wang = staff("li", "advisor", branch), staff("wang", "advisor", branch)
    people = [client(branch, f"客户{n}", advisor=li if n < 3 else wang) for n in range(4)]
    told = {who: {"tier": "vip", "measure": 100_00, "score": 0.5} for who in people}
    publish(branch, FIRST, told)
    publish(branch, LAST, {who: told[who] for who in people[:3]})
    return {"branch": branch, "li": li, "wang": wang, "people": people, "boss": staff("boss", "manager", branch)}


def page(firm, name, who="boss", **asked):
    return browser_of(firm[who]).get(reverse(name), asked, headers=ENGLISH)


def lived(firm):
    """A week of Li: a task in time, one too late, one open; a promise that is open; a conversation."""
    person, before = firm["people"][0], NOW - timedelta(days=9)
    tasks = [
        add_task(person, f"事项{n}", MONDAY + timedelta(days=n), key=str(uuid4()), by=firm["li"], at=before)
        for n in range(3)
    ]
    settle_task(tasks[0], by=firm["li"], at=NOW - timedelta(days=4))
    settle_task(tasks[1], by=firm["li"], at=NOW)
    contact = record_contact(person, said(happened_at=NOW - timedelta(days=1)), uid=uuid4(), by=firm["li"], at=NOW)
    make_promise(contact, "送资料", date(2026, 11, 19), by=firm["li"], at=NOW - timedelta(days=1))


def test_every_figure_of_a_week_opens_as_many_rows_as_it_says(firm):
    lived(firm)
    shown = page(firm, "branch-activity")
    assert shown.context["title"] == "25% of 4 tasks and promises were done in time"
    (line,) = shown.context["lines"]
    did = line.did
    counts = {
        "tasks": did.tasks,
        "late": did.late,
        "promises": did.promises,
        "broken": did.broken,
        "contacts": did.contacts,
    }
    assert counts == {"tasks": 3, "late": 2, "promises": 1, "broken": 1, "contacts": 1}
    for what, count in counts.items():
        rows = browser_of(firm["boss"]).get(line.links[what]).context["page"].rows
        assert len(rows) == count, what


def test_a_week_may_be_chosen_and_none_lies_in_the_future(firm):
    lived(firm)
    last_week = page(firm, "branch-activity", week="2026-11-11")
    assert (last_week.context["monday"], last_week.context["lines"]) == (date(2026, 11, 9), [])
    for asked in ("2027-01-01", "nonsense", "0001-01-01"):
        assert page(firm, "branch-activity", week=asked).context["monday"] == MONDAY
    assert not page(firm, "branch-activity").context["later_week"]


def test_rows_of_other_branches_and_of_made_up_figures_are_missing(firm):
    far = Branch.objects.create(code="1102", name="望湖营业部")
    asked = {"what": "tasks", "advisor": firm["li"].pk, "branch": "1101"}
    assert browser_of(staff("far", "manager", far)).get(reverse("activity-rows"), asked).status_code == 404
    assert page(firm, "activity-rows", **asked | {"what": "money"}).status_code == 404
    assert page(firm, "activity-rows", **asked | {"advisor": "x"}).status_code == 404
    assert page(firm, "activity-rows", who="li", **asked).status_code == 404


def test_compliance_reads_the_rows_masked(firm):
    lived(firm)
    add_task(firm["people"][0], "给客户0回电", MONDAY, key="k", by=firm["li"], at=NOW - timedelta(days=9))
    asked = {"what": "tasks", "advisor": firm["li"].pk, "branch": "1101"}
    body = browser_of(staff("reader", "compliance")).get(reverse("activity-rows"), asked).content.decode()
    assert "客户0" not in body
    assert "给客••回电" in body


def test_nobody_with_few_clients_is_ranked(firm):
    shown = page(firm, "branch-appraisal")
    assert (shown.context["told"], len(shown.context["few"])) == ([], 2)
    assert "as the mix predicts" not in shown.content.decode()
    Threshold.objects.create(key="appraisal_clients", value=2, unit="clients", from_day=LAST, source="branch meeting")
    shown = page(firm, "branch-appraisal")
    assert [line.name for line in shown.context["told"]] == ["员工li"]
    assert shown.context["told"][0].kept_rate == 1
    assert shown.context["told"][0].expected_rate == pytest.approx(0.75)  # one of four was lost, all alike


def test_whom_an_advisor_lost_is_opened_by_the_number_and_read_by_the_manager_and_masked_by_compliance(firm):
    *_others, asleep, gone = firm["people"]
    night = Publication.objects.get(as_of=LAST)
    Standing.objects.filter(publication=night, client=asleep).update(dormancy="dormant")
    shown = page(firm, "branch-appraisal").context
    lines = {line.name: line for line in shown["few"]}
    for name, whom in (("员工li", asleep), ("员工wang", gone)):
        rows = browser_of(firm["boss"]).get(lines[name].lost_url).context["page"].rows
        assert lines[name].found.lost == 1
        assert [row.client for row in rows] == [whom]
    address = lines["员工li"].lost_url
    assert "客户2" not in browser_of(staff("reader", "compliance")).get(address).content.decode()
    far = staff("far", "manager", Branch.objects.create(code="1102", name="望湖营业部"))
    for nobody in (firm["li"], far, staff("root", "admin")):
        assert browser_of(nobody).get(address).status_code == 404
    assert page(firm, "lost-client-list", advisor="x").status_code == 404
    Client.objects.filter(pk=asleep.pk).update(is_restricted=True)
    assert browser_of(firm["boss"]).get(address).context["page"].rows == []


def side(strata, n, good):
    return strata | {"high": Sums(n, good, good)}


@pytest.mark.parametrize(
    ("profits", "money", "signs"),
    [
        (10, 900, ("worse", "better", True)),  # the branch earns while clients lose
        (10, 0, ("worse", "same", False)),
        (90, 900, ("better", "better", False)),
        (50, -900, ("same", "worse", False)),
    ],
)
def test_the_case_to_look_at_is_where_the_branch_earns_while_clients_lose(profits, money, signs):
    mine, everybody = side({}, 100, profits), side({}, 1100, 500 + profits)
    found = Appraisal(100, 0, 100, Difference(100, 100, 1), Difference(money, 0, 100))
    told = three_ways(found, Activity(), mine, all_did=Activity(), everybody=everybody, is_told=True, least=30)
    assert (told.client, told.branch, told.is_case) == signs


def test_service_is_as_good_as_its_two_sides_agree():
    def sign(stay, done):
        found = Appraisal(100, 0, 100, stay, Difference())
        did, all_did = Activity(tasks=100, done=done), Activity(tasks=1100, done=500 + done)
        return three_ways(found, did, {}, all_did=all_did, everybody={}, is_told=True, least=30).advisor

    more, fewer, even = Difference(90, 70, 9), Difference(70, 90, 9), Difference(80, 80, 9)
    assert [sign(more, 90), sign(more, 50), sign(even, 10), sign(fewer, 90)] == ["better", "better", "worse", "same"]


def test_below_the_number_of_clients_the_three_sides_say_nothing():
    found = Appraisal(9, 0, 9, Difference(9, 1, 1), Difference(900, 0, 1))
    everybody = side({}, 1100, 500)
    told = three_ways(
        found, Activity(), side({}, 9, 0), all_did=Activity(), everybody=everybody, is_told=False, least=5
    )
    assert {told.client, told.advisor, told.branch} == {"unknown"}
    assert three_title([("员工", told)]) == "客户数量不足，无法并列比较三方"


def test_the_appraisal_says_with_whom_the_three_sides_part(firm):
    Threshold.objects.create(key="appraisal_clients", value=2, unit="clients", from_day=LAST, source="branch meeting")
    title = page(firm, "branch-appraisal").context["three_title"]
    assert title.startswith("Too little is known of the clients' results")
    Threshold.objects.create(key="trend_least", value=1, unit="cases", from_day=LAST, source="branch meeting")
    night = Publication.objects.get(as_of=LAST)
    for n, person in enumerate(firm["people"]):
        told = {"result": "loss" if n < 3 else "profit", "position_band": "high"}
        Behaviour.objects.update_or_create(publication=night, client=person, defaults=told)
    shown = page(firm, "branch-appraisal")
    title = "With no advisor does the branch earn more than expected while clients do worse"
    assert shown.context["three_title"] == title
    (line,) = shown.context["told"]
    assert (line.profit_rate, line.three.expected_rate) == (0, 1)
    assert "The branch: 25% of 4 clients made a profit" in shown.content.decode()


def test_the_appraisal_says_how_clients_found_it_and_how_contacts_are_told_beside_the_others(firm):
    for key, value in (("appraisal_clients", 2), ("trend_least", 1)):
        Threshold.objects.create(key=key, value=value, unit="cases", from_day=LAST, source="branch meeting")
    first, *_others, last = firm["people"]
    for person, mark, told in ((first, 5, {"mood": "calm", "next_step": "寄资料"}), (last, 2, {"mood": "low"})):
        Complaint.objects.create(
            branch=firm["branch"], client=person, received_at=NOW, how="phone", category="price", severity="minor",
            text="佣金", owner=firm["boss"], entered_at=NOW, clock_from=LAST, stage="closed", closed_at=NOW,
            asked_by=firm["boss"], satisfaction=mark,
        )  # fmt: skip
        record_contact(person, said(happened_at=NOW, **told), uid=uuid4(), by=person.advisor, at=NOW)
    shown = page(firm, "branch-appraisal").context
    (li,), (wang,) = shown["told"], shown["few"]
    for mine, theirs in ((li.met, wang.met), (li.contacts, wang.contacts)):
        assert (mine.sums.mean, mine.cases, mine.others.expected, mine.sign) == (1, 1, 0, "same")
        assert (theirs.sums.mean, theirs.cases, theirs.others) == (0, 1, None)  # too few clients: numbers only


def test_without_an_earlier_night_the_page_says_what_is_missing(firm):
    other = Branch.objects.create(code="1102", name="望湖营业部")
    publish(other, LAST, {client(other, "丁"): {"tier": "vip"}})
    assert "Two nights are needed" in page({"boss": staff("b", "manager", other)}, "branch-appraisal").content.decode()


def asks(firm, person, ago, *, answered=None):
    """A question of a client, so many hours ago on a working day, and our answer hours later."""
    at = NOW - timedelta(hours=ago)
    told = said("客户来电", direction="in", happened_at=at, next_step="寄资料")
    record_contact(person, told, uid=uuid4(), by=person.advisor, at=NOW, step=due("寄资料"))
    if answered:
        back = said("回电", happened_at=at + timedelta(hours=answered))
        record_contact(person, back, uid=uuid4(), by=person.advisor, at=NOW)


def test_first_answers_of_a_week_open_as_many_rows_as_they_say(firm):
    first, second, third, strange = firm["people"]
    asks(firm, first, 26, answered=1)  # Thursday at ten: an hour of work
    asks(firm, second, 50)  # Wednesday at ten, still open
    asks(firm, third, 1)  # an hour ago: not due yet
    Client.objects.filter(pk=strange.pk).update(is_restricted=True)
    asks(firm, strange, 50)
    told = announce(first, way="here", to=firm["li"], uid=uuid4(), by=firm["boss"], at=NOW - timedelta(hours=2))
    take(told, by=firm["li"], at=NOW - timedelta(hours=1))
    shown = page(firm, "branch-answers")
    assert shown.context["title"] == "50% of 2 questions were answered in time; 1 is overdue"
    (line,) = shown.context["lines"]
    counts = {
        "asked": line.answers.asked,
        "open": line.answers.open,
        "arrivals": line.receptions.asked,
        "stages": line.stages,
    }
    assert (counts, line.answers.median_minutes) == ({"asked": 3, "open": 2, "arrivals": 1, "stages": 0}, 60)
    for what, count in counts.items():
        rows = browser_of(firm["boss"]).get(line.links[what]).context["rows"]
        assert len(rows) == count, what
    late = [
        row["client"]
        for row in page(firm, "answer-rows", what="open", advisor=firm["li"].pk).context["rows"]
        if row["is_late"]
    ]
    assert late == [second]


def test_answers_of_other_branches_and_of_made_up_figures_are_missing(firm):
    far = staff("far", "manager", Branch.objects.create(code="1102", name="望湖营业部"))
    asked = {"what": "asked", "advisor": firm["li"].pk, "branch": "1101"}
    for name in ("branch-answers", "answer-rows"):
        assert browser_of(far).get(reverse(name), asked).status_code == 404
        assert page(firm, name, who="li", **asked).status_code == 404
    assert page(firm, "answer-rows", **asked | {"what": "money"}).status_code == 404
