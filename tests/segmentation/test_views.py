"""Tier schemes on screen: read by everybody, superseded by those who may, and only after a look at who would move."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import Client
from crm.models import AuditEvent, Branch
from segmentation.models import TierScheme
from tests.crm.firm_facts import make_firm_branch
from tests.crm.page_firm import browser_of, night, staff

pytestmark = pytest.mark.django_db


def fields(scope: str, **more: object) -> dict[str, object]:
    return {
        "name": "Wider VIP", "branch": scope, "measure": "commission", "period_months": 12,
        "from_day": timezone.localdate(), "vip_share": "5", "key_share": "10", "ordinary_share": "20",
        "source": "board of 2026-11-20", **more,
    }  # fmt: skip


@pytest.fixture
def branch() -> Branch:
    made = make_firm_branch(clients=40)
    night(made)
    return made


def previewed(browser, data):
    response = browser.post(reverse("scheme-preview"), data)
    assert response.status_code == 200, response.content.decode()
    return response


def test_the_preview_counts_and_names_who_would_move_and_saves_nothing(branch):
    boss = staff("boss", "manager", branch)
    Client.objects.filter(branch=branch).update(name="沈慕云")
    response = previewed(browser_of(boss), fields(branch.code))
    found = response.context["preview"]
    assert {row["tier"]: (row["before"], row["after"]) for row in found["tiers"]} == {
        "vip": (1, 2), "key": (3, 2), "ordinary": (4, 4), "small": (32, 32),
    }  # fmt: skip
    assert (found["count"], found["up"], found["down"]) == (1, 1, 0)
    cuts = {row["tier"]: (row["cut_before"], row["cut_after"]) for row in found["tiers"]}
    assert cuts["vip"][0] > cuts["vip"][1] == found["ways"][0]["movers"][0]["move"].measure_fen
    assert "沈慕云" in response.content.decode()
    assert TierScheme.objects.count() == 1


def test_a_scheme_is_saved_after_its_preview_and_ends_the_one_before(branch):
    boss, browser = (person := staff("boss", "manager", branch)), browser_of(person)
    first = TierScheme.objects.create(
        name="Own", branch=branch, from_day=date(2026, 1, 1), vip_permille=30, key_permille=100, ordinary_permille=200
    )
    digest = previewed(browser, fields(branch.code)).context["digest"]
    response = browser.post(reverse("create-scheme"), fields(branch.code, previewed=digest))
    made = TierScheme.objects.get(name="Wider VIP")
    assert response["Location"] == reverse("scheme-list")
    assert (made.branch, made.vip_permille, made.made_by, made.is_primary) == (branch, 50, boss, True)
    first.refresh_from_db()
    assert first.until_day == timezone.localdate()
    assert AuditEvent.objects.filter(action="supersede-scheme", actor=boss).count() == 1
    assert "Wider VIP" in browser.get(reverse("scheme-list")).content.decode()


def test_saving_twice_saves_once(branch):
    browser = browser_of(staff("boss", "manager", branch))
    digest = previewed(browser, fields(branch.code)).context["digest"]
    for _twice in range(2):
        assert browser.post(reverse("create-scheme"), fields(branch.code, previewed=digest)).status_code == 302
    assert TierScheme.objects.filter(branch=branch).count() == 1
    assert AuditEvent.objects.filter(action="supersede-scheme").count() == 1


def test_of_two_who_make_a_scheme_the_second_is_told_and_may_still_let_it_take_over(branch):
    first, second = (browser_of(staff(name, "manager", branch)) for name in ("boss", "deputy"))
    opened = second.get(reverse("create-scheme")).context["form"]["seen"].value()
    digest = previewed(first, fields(branch.code)).context["digest"]
    first.post(reverse("create-scheme"), fields(branch.code, previewed=digest, name="of the boss"))
    told = second.post(reverse("create-scheme"), fields(branch.code, previewed=digest, seen=opened))
    assert told.status_code == 422
    assert "of the boss" in str(told.context["form"].non_field_errors())
    assert told.context["form"]["name"].value() == "Wider VIP"
    seen = told.context["form"]["seen"].value()
    assert second.post(reverse("create-scheme"), fields(branch.code, previewed=digest, seen=seen)).status_code == 302
    assert TierScheme.objects.get(branch=branch, is_primary=True).name == "Wider VIP"


def test_who_would_go_up_and_down_stand_apart_the_largest_first(branch):
    boss = browser_of(staff("boss", "manager", branch))
    found = previewed(boss, fields(branch.code, vip_share="40", key_share="41", ordinary_share="41")).context["preview"]
    (up,) = found["ways"]
    amounts = [row["move"].measure_fen for row in up["movers"]]
    assert (up["way"], up["count"]) == ("up", found["up"])
    assert amounts == sorted(amounts, reverse=True)
    found = previewed(boss, fields(branch.code, vip_share="0", key_share="0", ordinary_share="0.1")).context["preview"]
    assert [(way["way"], way["count"], way["rest"]) for way in found["ways"]] == [("down", 8, 0)]


def test_a_preview_asks_for_numbers_only_and_saving_for_the_name_and_the_reason_too(branch):
    browser = browser_of(staff("boss", "manager", branch))
    for unnamed in ({"source": ""}, {"name": ""}, {"source": "", "name": ""}):
        digest = previewed(browser, fields(branch.code, **unnamed)).context["digest"]
        refused = browser.post(reverse("create-scheme"), fields(branch.code, previewed=digest, **unnamed))
        assert refused.status_code == 422
        assert set(refused.context["form"].errors) == set(unnamed)
        assert refused.context["preview"]["count"] == 1
    assert TierScheme.objects.count() == 1
    browser.post(reverse("create-scheme"), fields(branch.code, previewed=digest))
    assert TierScheme.objects.get(branch=branch).source == "board of 2026-11-20"


def test_what_was_changed_after_the_preview_is_not_saved(branch):
    browser = browser_of(staff("boss", "manager", branch))
    digest = previewed(browser, fields(branch.code)).context["digest"]
    response = browser.post(reverse("create-scheme"), fields(branch.code, vip_share="6", previewed=digest))
    assert response.status_code == 422
    assert response.context["digest"] != digest
    assert TierScheme.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"vip_share": "30"},
        {"key_share": "101"},
        {"vip_share": "-1"},
        {"measure": "asset_class"},
        {"custody_rank": "10"},
        {"period_months": "0"},
        {"from_day": timezone.localdate() - timedelta(days=1)},
    ],
)
def test_a_scheme_that_cannot_work_is_neither_previewed_nor_saved(branch, wrong):
    browser = browser_of(staff("boss", "manager", branch))
    assert browser.post(reverse("scheme-preview"), fields(branch.code, **wrong)).status_code == 422
    assert browser.post(reverse("create-scheme"), fields(branch.code, previewed="x", **wrong)).status_code == 422
    assert TierScheme.objects.count() == 1


def test_a_manager_makes_schemes_for_the_own_branch_and_the_admin_for_the_firm(branch):
    elsewhere = Branch.objects.create(code="0199", name="elsewhere")
    boss, admin = browser_of(staff("boss", "manager", branch)), browser_of(staff("root", "admin"))
    for scope in ("firm", elsewhere.code):
        assert boss.post(reverse("scheme-preview"), fields(scope)).status_code == 422
    data = fields("firm", preview_branch=branch.code)
    digest = previewed(admin, data).context["digest"]
    admin.post(reverse("create-scheme"), {**data, "previewed": digest})
    assert TierScheme.objects.get(name="Wider VIP").branch is None


def test_the_admin_previews_without_full_names(branch):
    Client.objects.filter(branch=branch).update(name="沈慕云")
    response = previewed(browser_of(staff("root", "admin")), fields("firm", preview_branch=branch.code))
    body = response.content.decode()
    assert "沈••" in body
    assert "沈慕云" not in body
    assert "/clients/" not in body


def test_a_branchs_own_scheme_is_not_read_by_another_branch(branch):
    elsewhere = Branch.objects.create(code="0199", name="elsewhere")
    own = TierScheme.objects.create(name="Own", branch=branch, from_day=date(2026, 1, 1))
    advisor, other = browser_of(staff("me", "advisor", branch)), browser_of(staff("x", "manager", elsewhere))
    assert "Own" in advisor.get(reverse("scheme-list")).content.decode()
    assert advisor.get(reverse("scheme-detail", args=[own.pk])).status_code == 200
    assert other.get(reverse("scheme-detail", args=[own.pk])).status_code == 404
    assert other.get(reverse("scheme-list")).context["rows"][0]["scheme"].branch is None


def test_without_script_the_button_previews_on_the_same_page(branch):
    browser = browser_of(staff("boss", "manager", branch))
    response = browser.post(reverse("create-scheme"), fields(branch.code, look="1"))
    assert response.status_code == 200
    assert response.context["preview"]["count"] == 1


def test_a_new_scheme_begins_as_a_copy(branch):
    own = TierScheme.objects.create(
        name="Assets", branch=branch, from_day=date(2026, 1, 1), measure="asset_class", vip_floor_fen=100_000_000_00
    )
    form = (
        browser_of(staff("boss", "manager", branch)).get(reverse("create-scheme") + f"?from={own.pk}").context["form"]
    )
    assert (form["name"].value(), form["measure"].value(), form["vip_floor"].value()) == (
        "Assets",
        "asset_class",
        100_000_000,
    )
