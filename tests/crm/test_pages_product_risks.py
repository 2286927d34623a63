"""Risk levels of products (L1): superseded and never edited; what makes a product easier to push waits for compliance."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import ProductRisk
from clients.product_risks import CLASSES, levels_on
from crm.models import AuditEvent
from tests.crm.page_firm import Branch, browser_of, staff

pytestmark = pytest.mark.django_db
SOURCE = "适当性委员会 2026-11"


class Desk:
    def __init__(self):
        branch = Branch.objects.create(code="1101", name="临江路营业部")
        self.today, self.manager = timezone.localdate(), browser_of(staff("boss", "manager", branch))
        self.other, self.law = browser_of(staff("root", "admin")), browser_of(staff("law", "compliance"))
        self.advisor, self.address = browser_of(staff("a", "advisor", branch)), reverse("product-risk-list")

    def decide(self, level, kind="bond", *, by=None, **more):
        newest = ProductRisk.objects.order_by("-pk").first()
        told = {"kind": kind, "level": level, "from_day": self.today, "source": SOURCE, "seen": newest.pk, **more}
        return (by or self.manager).post(self.address, told)

    def confirm(self, row, by=None):
        return (by or self.law).post(reverse("confirm-product-risk", args=[row.pk]))


@pytest.fixture
def desk():
    return Desk()


def test_every_class_has_a_first_level_with_its_source_that_nobody_has_confirmed():
    levels = levels_on(date(2026, 11, 27))
    assert {kind: levels.of(kind) for kind in CLASSES} == {
        "reverse_repo": "R1", "bond": "R2", "note": "R2", "main": "R3", "etf": "R3", "lof": "R3", "fund": "R3",
        "b_share": "R3", "chinext": "R4", "star": "R4", "convertible": "R4", "hk": "R4", "bse": "R5", "other": "R5",
    }  # fmt: skip
    assert levels.of("") == "R5"
    assert not ProductRisk.objects.filter(source="").exists()
    assert not ProductRisk.objects.exclude(confirmed_by=None).exists()


def test_a_higher_level_counts_from_its_first_day_and_the_old_row_stays(desk):
    tomorrow = desk.today + timedelta(days=1)
    assert desk.decide("R3", from_day=tomorrow).status_code == 302
    assert levels_on(desk.today).of("bond") == "R2"
    assert levels_on(tomorrow).of("bond") == "R3"
    assert ProductRisk.objects.filter(instrument_class="bond").count() == 2
    assert AuditEvent.objects.get(action="supersede-product-risk").detail["product"] == "bond"


def test_a_lower_level_waits_for_compliance(desk):
    desk.decide("R1")
    row = ProductRisk.objects.get(level="R1", instrument_class="bond")
    assert levels_on(desk.today).of("bond") == "R2"
    assert "waits" in {shown.state for shown in desk.law.get(desk.address).context["classes"]}
    assert desk.confirm(row, by=desk.manager).status_code == 404
    for _twice in range(2):
        assert desk.confirm(row).status_code == 302
    assert levels_on(desk.today).of("bond") == "R1"
    assert AuditEvent.objects.filter(action="confirm-product-risk").count() == 1


def test_a_single_product_stands_before_its_class_and_is_measured_against_it(desk):
    assert desk.decide("R5", "single", market="sh", code="600519").status_code == 302
    assert desk.decide("R1", "single", market="sh", code="511880").status_code == 302
    levels = levels_on(desk.today)
    assert levels.of("main", "sh", "600519") == "R5"
    assert levels.of("etf", "sh", "511880") == "R3"  # the money fund waits for compliance
    desk.confirm(ProductRisk.objects.get(security_code="511880"))
    assert levels_on(desk.today).of("etf", "sh", "511880") == "R1"
    assert levels_on(desk.today).of("etf", "sz", "511880") == "R3"


def test_sending_twice_decides_once_and_a_second_editor_is_told(desk):
    seen = ProductRisk.objects.order_by("-pk").first().pk
    for _twice in range(2):
        assert desk.decide("R3", seen=seen).status_code == 302
    assert ProductRisk.objects.filter(instrument_class="bond").count() == 2
    tomorrow = desk.today + timedelta(days=1)
    told = desk.decide("R4", by=desk.other, seen=seen, from_day=tomorrow)
    assert told.status_code == 422
    assert "level" in told.context["form"].errors
    assert desk.decide("R4", by=desk.other).status_code == 422  # the same day is taken
    again = desk.decide("R4", by=desk.other, seen=told.context["form"]["seen"].value(), from_day=tomorrow)
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"level": "R6"}, "level"),
        ({"kind": "options"}, "kind"),
        ({"kind": "single"}, "code"),
        ({"code": "600519"}, "code"),
        ({"kind": "single", "code": "60-0519"}, "code"),
        ({"from_day": "2001-01-01"}, "from_day"),
        ({"source": ""}, "source"),
        ({"market": "xx"}, "market"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(desk, wrong, field):
    response = desk.decide(**{"level": "R4", **wrong})
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_an_advisor_and_compliance_read_and_decide_nothing(desk):
    for browser in (desk.advisor, desk.law):
        page = browser.get(desk.address)
        assert page.status_code == 200
        assert page.context["form"] is None
        assert desk.decide("R5", by=browser).status_code == 404
    assert desk.confirm(ProductRisk.objects.first(), by=desk.advisor).status_code == 404
    assert desk.law.post(reverse("confirm-product-risk", args=[999_999])).status_code == 404


def test_whoever_entered_a_level_does_not_confirm_it(desk):
    row = ProductRisk.objects.get(instrument_class="bond")
    ProductRisk.objects.filter(pk=row.pk).update(made_by=staff("law2", "compliance"))
    row.refresh_from_db()
    desk.confirm(row, by=browser_of(row.made_by))
    row.refresh_from_db()
    assert row.confirmed_by is None
