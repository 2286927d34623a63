"""Service standards on screen: read by everybody, superseded by those who may, and only after a look at what they ask."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.models import AuditEvent, Branch, Staff
from segmentation.models import Threshold
from servicing.models import ServiceStandard
from tests.crm.access import same
from tests.crm.page_firm import browser_of, client, staff, stand
from tests.servicing.desk import AT
from tests.servicing.standard_desk import NEW, PREVIEW, decided, fields, make_boss, previewed, saved

pytestmark = pytest.mark.django_db
LIST = reverse("standard-list")


@pytest.fixture
def branch() -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def boss(branch: Branch) -> Staff:
    return make_boss(branch)


def test_everybody_reads_what_clients_are_owed_and_a_branchs_own_is_read_there(branch: Branch, boss: Staff) -> None:
    assert saved(browser_of(boss), fields(source="twice a month")).status_code == 302
    elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
    insiders = [staff("me", "advisor", branch), boss, staff("root", "admin"), staff("law", "compliance")]
    outsiders = [staff("you", "advisor", elsewhere), staff("other", "manager", elsewhere)]
    for person in insiders:
        scopes = browser_of(person).get(LIST).context["scopes"]
        assert [scope.code for scope in scopes] == ["firm", "1101"], person
        own = {one.tier: (one.standard.cadence_days, one.is_own) for one in scopes[1].holding}
        assert own == {"vip": (14, True), "key": (60, False), "ordinary": (180, False), "small": (None, False)}
    for person in outsiders:
        response = browser_of(person).get(LIST)
        assert [scope.code for scope in response.context["scopes"]] == ["firm"]
        assert "twice a month" not in response.content.decode()


def test_only_managers_and_admin_decide_for_the_others_the_pages_are_missing(branch: Branch, boss: Staff) -> None:
    for person in (staff("me", "advisor", branch), staff("law", "compliance")):
        browser = browser_of(person)
        missing = browser.get("/there-is-nothing-here/")
        for response in (browser.get(NEW), browser.post(NEW, fields()), browser.post(PREVIEW, fields())):
            assert response.status_code == 404
            assert same(response.content) == same(missing.content)
        assert NEW not in browser.get(LIST).content.decode()
    assert decided() == 0


def test_a_manager_decides_for_the_own_branch_and_the_admin_for_the_firm_or_any_branch(
    branch: Branch, boss: Staff
) -> None:
    Branch.objects.create(code="1102", name="望湖营业部")
    manager, admin = browser_of(boss), browser_of(staff("root", "admin"))
    foreign, missing, firm = (manager.post(PREVIEW, fields(scope)) for scope in ("1102", "9999", "firm"))
    assert {foreign.status_code, missing.status_code, firm.status_code} == {422}
    assert same(foreign.content).replace(b"1102", b"9999") == same(missing.content)
    assert manager.get(NEW, {"branch": "1102"}).context["form"]["branch"].value() == "1101"
    for scope in ("firm", "1101"):
        assert saved(admin, fields(scope)).status_code == 302
    assert set(ServiceStandard.objects.filter(made_by__isnull=False).values_list("branch__code", flat=True)) == {
        None,
        "1101",
    }


def test_the_form_begins_with_what_counts_for_tier_and_scope(branch: Branch, boss: Staff) -> None:
    browser = browser_of(boss)
    form = browser.get(NEW, {"tier": "key", "branch": "1101"}).context["form"]
    assert [form[name].value() for name in ("tier", "branch", "cadence_days", "minutes")] == ["key", "1101", 60, 20]
    assert 'value="3, 14, 45"' in str(form["welcome_days"])
    chosen = re.findall(r'value="(\w+)" selected', str(form["channels"]))
    assert (chosen, form["review_days"].value()) == (["phone", "wecom", "visit"], 90)
    saved(browser, fields(cadence_days="", welcome_days=""))
    form = browser.get(NEW, {"tier": "vip"}).context["form"]
    assert [form[name].value() for name in ("cadence_days", "welcome_days", "source")] == [None, "", None]
    assert browser.get(NEW, {"tier": "rubbish", "branch": "\0"}).status_code == 200


def test_the_preview_says_what_it_asks_names_who_is_over_capacity_and_saves_nothing(boss: Staff) -> None:
    """Twelve clients: every 30 days 2.8 contacts, every 7 days 12, half an hour each. At 90 yuan an hour and 52.18 weeks the
    latter cost 28,177.20 yuan a year; ten clients are 300 minutes of a week of 250."""
    Threshold.objects.filter(key="contact_week").update(value=250)
    response = previewed(browser_of(boss), fields(cadence_days="7"))
    preview = response.context["preview"]
    line = preview["found"].changed
    assert (line.clients, line.before.shown_contacts, line.after.shown_contacts) == (12, Decimal("2.8"), 12)
    assert (line.before.shown_minutes, line.after.shown_minutes) == (84, 360)
    assert (line.cost_before, line.cost_after) == (657_468, 2_817_720)
    assert (line.brings, line.left_after, line.left_each) == (12_000_00, -1_617_720, -134_810)
    assert [(row["name"], row["line"].is_over) for row in preview["advisors"]] == [
        ("员工busy", True),
        ("员工calm", False),
    ]
    body = response.content.decode()
    assert "−¥16,177.20" in body
    assert "沈慕云" not in body
    assert decided() == 0


def test_the_preview_the_list_and_a_second_editor_say_by_which_channels_and_when_plans_are_reviewed(
    branch: Branch, boss: Staff
) -> None:
    browser, second = browser_of(boss), browser_of(staff("deputy", "manager", branch))
    opened = second.get(NEW).context["form"]["seen"].value()
    body = previewed(browser, fields()).content.decode()
    assert "电话、上门拜访" in body
    assert "60 天后评估计划书" in body
    saved(browser, fields())
    page = browser.get(LIST).content.decode()
    assert "电话、上门拜访" in page
    assert "60 天后评估计划书" in page
    told = saved(second, fields(from_day=(timezone.localdate() + timedelta(days=1)).isoformat(), seen=opened))
    assert "电话、上门拜访" in str(told.context["form"].non_field_errors())


def test_a_standard_is_saved_after_its_preview_and_twice_is_once(branch: Branch, boss: Staff) -> None:
    browser = browser_of(boss)
    digest = previewed(browser, fields()).context["digest"]
    for _twice in range(2):
        response = browser.post(NEW, fields(previewed=digest))
        assert response["Location"] == LIST
    made = ServiceStandard.objects.get(made_by=boss)
    assert (made.branch, made.cadence_days, made.welcome_days) == (branch, 14, [3, 14, 45])
    assert (made.channels, made.review_days) == (["phone", "visit"], 60)
    assert (made.greets, made.alerts, made.source) == (True, False, "board of November")
    assert AuditEvent.objects.filter(action="supersede-standard", actor=boss).count() == 1


def test_a_standard_for_one_market_stands_beside_the_one_for_any(branch: Branch, boss: Staff) -> None:
    browser = browser_of(boss)
    for regime, cadence in (("", "14"), ("weak", "7")):
        assert saved(browser, fields(regime=regime, cadence_days=cadence)).status_code == 302
    body = browser.get(LIST).content.decode()
    assert "市道：弱势" in body
    assert f"{NEW}?tier=vip&amp;branch=1101&amp;regime=weak" in body
    begun = [browser.get(NEW, {"tier": "vip", "branch": "1101", "regime": one}) for one in ("weak", "", "bubble")]
    assert [response.context["form"].initial["cadence_days"] for response in begun] == [7, 14, 14]


def test_what_was_not_previewed_is_not_saved(boss: Staff) -> None:
    browser = browser_of(boss)
    digest = previewed(browser, fields()).context["digest"]
    for changed in (
        {"cadence_days": "15"},
        {"minutes": "31"},
        {"alerts": "on"},
        {"review_days": "61"},
        {"channels_2": "letter"},
        {"welcome_days": "3"},
        {"tier": "key"},
    ):
        response = browser.post(NEW, fields(**changed, previewed=digest))
        assert response.status_code == 422, changed
        assert response.context["digest"] != digest
    assert browser.post(NEW, fields(previewed="")).status_code == 422
    assert decided() == 0


def test_a_preview_asks_for_numbers_only_and_saving_for_the_reason_too(boss: Staff) -> None:
    response = saved(browser_of(boss), fields(source=""))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"source"}
    assert response.context["preview"]
    assert decided() == 0


def test_without_script_the_button_previews_on_the_same_page(boss: Staff) -> None:
    response = browser_of(boss).post(NEW, fields(look="1"))
    assert response.status_code == 200
    assert response.context["preview"]["found"].changed.clients == 12


def test_of_two_who_decide_the_second_is_told_and_may_still_decide_for_a_later_day(branch: Branch, boss: Staff) -> None:
    first, second = browser_of(boss), browser_of(staff("deputy", "manager", branch))
    opened = second.get(NEW).context["form"]["seen"].value()
    saved(first, fields(cadence_days="10"))
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    theirs = fields(cadence_days="21", from_day=tomorrow, seen=opened)
    told = saved(second, theirs)
    assert told.status_code == 422
    words = str(told.context["form"].non_field_errors())
    assert "员工boss" in words
    assert "10" in words
    seen = told.context["form"]["seen"].value()
    assert saved(second, {**theirs, "seen": seen}).status_code == 302
    assert set(ServiceStandard.objects.filter(branch=branch).values_list("cadence_days", flat=True)) == {10, 21}


def test_what_comes_later_and_what_held_before_is_read_beside_what_holds(branch: Branch, boss: Staff) -> None:
    browser, today = browser_of(boss), timezone.localdate()
    for days, cadence in ((0, "14"), (5, "21")):
        saved(browser, fields(cadence_days=cadence, from_day=(today + timedelta(days=days)).isoformat()))
    ServiceStandard.objects.create(
        branch=branch, tier="vip", level="proactive", cadence_days=45, minutes=30, review_days=90,
        from_day=today - timedelta(days=9), source="earlier", made_by=boss, made_at=AT,
    )  # fmt: skip
    _firm, own = browser.get(LIST).context["scopes"]
    assert own.holding[0].standard.cadence_days == 14
    assert [row.cadence_days for row in own.later] == [21]
    assert [row.cadence_days for row in own.before] == [45]
    found = previewed(browser, fields(cadence_days="16", from_day=(today + timedelta(days=2)).isoformat()))
    assert found.context["until"] == today + timedelta(days=5)


def test_before_the_first_night_there_is_nothing_to_preview(branch: Branch) -> None:
    response = browser_of(staff("early", "manager", branch)).post(PREVIEW, fields())
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()


def test_a_preview_asks_the_database_as_often_for_many_clients_as_for_few(
    branch: Branch, boss: Staff, django_assert_max_num_queries: Any
) -> None:
    browser = browser_of(boss)
    published = branch.publications.get()
    for n in range(30):
        advisor = staff(f"advisor{n}", "advisor", branch)
        stand(published, client(branch, advisor=advisor), tier="key")
    with django_assert_max_num_queries(14):
        previewed(browser, fields())
