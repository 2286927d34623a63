"""Service items on screen: read by everybody, superseded by those who may after a look at what it means, and who is entitled."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from crm.models import AuditEvent, Branch, Staff
from segmentation.models import Behaviour
from servicing.models import ServiceItem
from tests.crm.access import same
from tests.crm.cast import NAME, make_cast
from tests.crm.page_firm import browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db
LIST, NEW, PREVIEW = reverse("item-list"), reverse("create-item"), reverse("item-preview")
MILLION = 100_000_000


def fields(branch: str = "1101", **more: object) -> dict[str, Any]:
    return {
        "code": "own_tea", "name": "品茶会", "branch": branch, "layer": "outstanding", "quality": "exciting", "cost": "30",
        "minutes": "30", "times_a_year": "4", "shelf_hours": "", "channels": ["at_branch"], "tier": ["vip"],
        "net_assets_fen": "1000000", "from_day": timezone.localdate().isoformat(), "source": "十一月会议", **more,
    }  # fmt: skip


@pytest.fixture
def branch() -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def boss(branch: Branch) -> Staff:
    """The manager of a branch with two VIP clients of a million and one of less."""
    published, advisor = night(branch), staff("me", "advisor", branch)
    for name, assets in (("沈慕云", MILLION), ("顾承远", 2 * MILLION), ("陆怀瑾", MILLION - 1)):
        stand(published, client(branch, name, advisor=advisor), tier="vip", net_assets_fen=assets)
    return staff("boss", "manager", branch)


def previewed(browser: Browser, data: dict[str, Any]) -> Any:
    response = browser.post(PREVIEW, data)
    assert response.status_code == 200, response.content.decode()
    return response


def saved(browser: Browser, data: dict[str, Any]) -> Any:
    return browser.post(NEW, {**data, "previewed": previewed(browser, data).context["digest"]})


def decided() -> int:
    """Rows besides the first ones of the firm."""
    return ServiceItem.objects.filter(made_by__isnull=False).count()


def test_everybody_reads_the_catalogue_and_who_may_not_write_finds_no_form(branch: Branch, boss: Staff) -> None:
    people = [boss, *(staff(role, role, branch) for role in ("advisor", "compliance", "admin"))]
    for person in people:
        browser = browser_of(person)
        page = browser.get(LIST)
        assert len(page.context["scopes"][0].holding) == 9
        may = person.is_manager or person.is_admin
        assert (NEW in page.content.decode()) == may
        assert (reverse("item-client-list", args=["strategy"]) in page.content.decode()) != person.is_admin
        missing = browser.get("/nothing/")
        for response in (browser.get(NEW), browser.post(NEW, fields()), browser.post(PREVIEW, fields())):
            assert (response.status_code != 404) == may
            assert may or same(response.content) == same(missing.content)
    assert decided() == 0


def test_the_preview_counts_clients_and_cost_and_saves_nothing(boss: Staff) -> None:
    """Two of three; each 4 × (30 yuan + half an hour at 90 yuan) are 300 yuan a year."""
    response = previewed(browser_of(boss), fields(source="", name=""))
    found = response.context["preview"]
    assert (found.before, found.after, found.clients, found.cost_after) == (0, 2, 3, 600_00)
    assert "沈慕云" not in response.content.decode()
    assert decided() == 0


def test_an_item_is_saved_after_its_preview_and_twice_is_once(branch: Branch, boss: Staff) -> None:
    browser = browser_of(boss)
    digest = previewed(browser, fields()).context["digest"]
    for _twice in range(2):
        assert browser.post(NEW, fields(previewed=digest))["Location"] == LIST
    made = ServiceItem.objects.get(made_by=boss)
    assert (made.branch, made.name, made.cost_fen, made.shelf_hours) == (branch, "品茶会", 30_00, None)
    assert made.rule == {"tier": ["vip"], "net_assets_fen": MILLION}
    assert AuditEvent.objects.filter(action="supersede-item", actor=boss).count() == 1
    page = browser.get(reverse("item-client-list", args=["own_tea"]))
    assert [row.client.name for row, _why in page.context["rows"]] == ["顾承远", "沈慕云"]


def test_what_was_not_previewed_is_not_saved(boss: Staff) -> None:
    browser = browser_of(boss)
    digest = previewed(browser, fields()).context["digest"]
    for changed in ({"cost": "31"}, {"tier": ["vip", "key"]}, {"is_ended": "on"}, {"months_open": "1"}):
        assert browser.post(NEW, fields(**changed, previewed=digest)).status_code == 422
    assert browser.post(NEW, fields(previewed="")).status_code == 422
    assert decided() == 0


def test_the_form_begins_with_the_row_that_counts_and_keeps_the_words_of_the_house(branch: Branch, boss: Staff) -> None:
    browser = browser_of(boss)
    form = browser.get(NEW, {"code": "financing"}).context["form"]
    told = {name: form[name].value() for name in ("code", "branch", "name", "tier", "months_open", "minutes")}
    assert told == {
        "code": "financing", "branch": "1101", "name": "", "tier": ["vip"], "months_open": 24, "minutes": 60,
    }  # fmt: skip
    data = fields(code="financing", name="", months_open="12")
    assert saved(browser, data).status_code == 302
    row = ServiceItem.objects.get(code="financing", branch=branch)
    assert (row.name, row.rule["months_open"]) == ("", 12)
    assert browser.get(NEW, {"code": "\0", "branch": "\0"}).status_code == 200


def test_a_manager_decides_for_the_own_branch_and_the_admin_for_the_firm_or_any_branch(boss: Staff) -> None:
    Branch.objects.create(code="1102", name="望湖营业部")
    manager, admin = browser_of(boss), browser_of(staff("root", "admin"))
    answers = [manager.post(PREVIEW, fields(scope)) for scope in ("1102", "9999", "firm")]
    assert {response.status_code for response in answers} == {422}
    for scope in ("firm", "1101"):
        assert saved(admin, fields(scope)).status_code == 302
    found = set(ServiceItem.objects.filter(made_by__isnull=False).values_list("branch__code", flat=True))
    assert found == {None, "1101"}


def test_of_two_who_decide_the_second_is_told_and_may_still_decide_for_a_later_day(branch: Branch, boss: Staff) -> None:
    first, second = browser_of(boss), browser_of(staff("deputy", "manager", branch))
    opened = second.get(NEW).context["form"]["seen"].value()
    saved(first, fields())
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    theirs = fields(minutes="45", from_day=tomorrow, seen=opened)
    told = saved(second, theirs)
    assert told.status_code == 422
    assert "员工boss" in str(told.context["form"].non_field_errors())
    assert saved(second, {**theirs, "seen": told.context["form"]["seen"].value()}).status_code == 302
    assert saved(second, fields(minutes="50")).context["form"].errors["from_day"]
    assert decided() == 2


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("code", "../x"),
        ("branch", "\0"),
        ("layer", "golden"),
        ("quality", ""),
        ("cost", "-1"),
        ("cost", "1e9"),
        ("cost", "1.005"),
        ("minutes", "481"),
        ("times_a_year", "0"),
        ("shelf_hours", "0"),
        ("channels", []),
        ("channels", ["pigeon"]),
        ("tier", ["gold"]),
        ("horizon", ["never"]),
        ("net_assets_fen", "0"),
        ("commission_fen", "abc"),
        ("months_open", "601"),
        ("from_day", "2026-02-31"),
        ("from_day", (timezone.localdate() - timedelta(days=1)).isoformat()),
        ("seen", "rubbish"),
    ],
)
def test_rubbish_is_answered_beside_its_field_and_never_saved(boss: Staff, field: str, wrong: Any) -> None:
    browser = browser_of(boss)
    for address in (PREVIEW, NEW):
        response = browser.post(address, fields(**{field: wrong}, previewed="x"))
        assert response.status_code == 422
        assert response.context["form"].errors[field]
    assert decided() == 0


@pytest.mark.parametrize(
    ("field", "wrong"), [("source", ""), ("source", "长" * 201), ("name", ""), ("name", "长" * 61)]
)
def test_words_that_cannot_be_kept_are_answered_beside_them(boss: Staff, field: str, wrong: str) -> None:
    browser = browser_of(boss)
    digest = previewed(browser, fields()).context["digest"]
    response = browser.post(NEW, fields(previewed=digest, **{field: wrong}))
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert decided() == 0


def test_the_entitled_stand_with_their_reason_page_by_page(branch: Branch) -> None:
    published, advisor = night(branch), staff("me", "advisor", branch)
    for n in range(60):
        who = client(branch, f"客户{n}", advisor=advisor)
        stand(published, who, tier="key", net_assets_fen=MILLION + n)
        Behaviour.objects.create(publication=published, client=who, horizon="short")
    stand(published, client(branch, "别人的"), tier="key", net_assets_fen=2 * MILLION)
    browser = browser_of(advisor)
    first = browser.get(reverse("item-client-list", args=["portfolio_review"]))
    second = browser.get(first.context["next_url"])
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 10)
    assert "1,000,000 ≥ 1,000,000" in second.content.decode()
    assert len(browser.get(reverse("item-client-list", args=["hot_topics"])).context["rows"]) == 50
    assert not browser.get(reverse("item-client-list", args=["financing"])).context["rows"]


def test_the_clients_of_an_item_are_those_the_reader_sees_and_names_are_masked() -> None:
    cast = make_cast()
    route = reverse("item-client-list", args=["education"])
    for who, seen in {"advisor": 1, "manager": 2, "manager_elsewhere": 1}.items():
        page = browser_of(cast.staff[who]).get(route)
        assert len(page.context["rows"]) == seen
        assert NAME in page.content.decode()
    compliance = browser_of(cast.staff["compliance"])
    page = compliance.get(route, {"branch": "1102"})
    assert len(page.context["rows"]) == 1
    assert NAME not in page.content.decode()
    admin, manager = browser_of(cast.staff["admin"]), browser_of(cast.staff["manager"])
    assert admin.get(route).status_code == 404
    for asked in ({"branch": "1102"}, {"branch": "9999"}, {"after": "rubbish"}):
        assert manager.get(route, asked).status_code == 404
    assert manager.get(reverse("item-client-list", args=["nothing"])).status_code == 404


def test_before_the_first_night_there_is_nothing_to_preview_and_nobody_to_list(branch: Branch) -> None:
    browser = browser_of(staff("early", "manager", branch))
    assert browser.post(PREVIEW, fields()).status_code == 422
    assert browser.get(reverse("item-client-list", args=["education"])).status_code == 200


def test_a_list_asks_the_database_as_often_for_many_clients_as_for_few(
    boss: Staff, branch: Branch, django_assert_max_num_queries: Any
) -> None:
    browser = browser_of(boss)
    published = branch.publications.get()
    for _n in range(30):
        stand(published, client(branch), tier="vip", net_assets_fen=MILLION)
    with django_assert_max_num_queries(10):
        browser.get(reverse("item-client-list", args=["portfolio_review"]))
    with django_assert_max_num_queries(13):
        previewed(browser, fields())
