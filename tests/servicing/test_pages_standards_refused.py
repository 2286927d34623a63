"""What the pages of service standards refuse, and say beside its field."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.models import Branch, Staff
from servicing.models import ServiceStandard
from tests.crm.page_firm import browser_of, staff
from tests.servicing.standard_desk import NEW, PREVIEW, decided, fields, make_boss, previewed, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def branch() -> Branch:
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def boss(branch: Branch) -> Staff:
    return make_boss(branch)


def test_who_decides_for_a_day_that_is_decided_is_told_beside_the_day(branch: Branch, boss: Staff) -> None:
    saved(browser_of(boss), fields())
    response = saved(browser_of(staff("deputy", "manager", branch)), fields(cadence_days="21"))
    assert response.status_code == 422
    assert "员工boss" in str(response.context["form"].errors["from_day"])
    assert decided() == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("tier", "golden"),
        ("branch", "\0"),
        ("level", "friend"),
        ("cadence_days", "0"),
        ("cadence_days", "1e9"),
        ("cadence_days", "每月"),
        ("minutes", ""),
        ("review_days", "0"),
        ("review_days", "731"),
        ("minutes", "100000000000000000000"),
        ("welcome_days", "3, soon"),
        ("welcome_days", "14, 3"),
        ("welcome_days", "3.5"),
        ("welcome_days", "³"),
        ("welcome_days", "9" * 79),
        ("from_day", "2026-02-31"),
        ("from_day", (timezone.localdate() - timedelta(days=1)).isoformat()),
        ("seen", "rubbish"),
    ],
)
def test_rubbish_is_answered_beside_its_field_and_never_saved(boss: Staff, field: str, wrong: str) -> None:
    browser = browser_of(boss)
    for address in (PREVIEW, NEW):
        response = browser.post(address, fields(**{field: wrong}, previewed="x"))
        assert response.status_code == 422
        assert response.context["form"].errors[field]
        assert str(response.context["form"].errors[field][0]) in response.content.decode().replace("&#x27;", "'")
    assert decided() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"channels_0": "", "channels_2": ""},
        {"channels_0": "pigeon"},
        {"channels_1": "visit"},
        {"channels_3": "\0"},
    ],
)
def test_channels_that_cannot_be_are_answered_beside_them_and_never_saved(boss: Staff, wrong: dict[str, str]) -> None:
    browser = browser_of(boss)
    for address in (PREVIEW, NEW):
        response = browser.post(address, fields(**wrong, previewed="x"))
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"channels"}
    assert decided() == 0


@pytest.mark.parametrize("wrong", ["", "x" * 201, "a\0b"])
def test_a_reason_that_cannot_be_kept_is_answered_beside_it(boss: Staff, wrong: str) -> None:
    browser = browser_of(boss)
    digest = previewed(browser, fields()).context["digest"]
    response = browser.post(NEW, fields(source=wrong, previewed=digest))
    assert response.status_code == 422
    assert response.context["form"].errors["source"]
    assert decided() == 0


def test_a_chinese_comma_between_the_days_will_do(boss: Staff) -> None:
    saved(browser_of(boss), fields(welcome_days="3，14、 45"))
    assert ServiceStandard.objects.get(made_by=boss).welcome_days == [3, 14, 45]
