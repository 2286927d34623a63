"""Holidays and exchange rates by hand: entered once, corrected knowingly, taken back, each with its audit row."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from clients.models import ExchangeRate, FactChange, ImportBatch
from crm import calendar
from crm.models import AuditEvent, Holiday
from crm.pages.rates import missing_rate_url
from segmentation.tiers.rates import MissingRate
from tests.crm.page_firm import NOW, browser_of, staff

pytestmark = pytest.mark.django_db
MAY_DAY = date(2031, 5, 1)


class Desk:
    def __init__(self):
        self.browser = browser_of(staff("root", "admin"))
        self.reader = browser_of(staff("law", "compliance"))

    def enter(self, **more):
        told = {"day": MAY_DAY, "last": "", "kind": "holiday", "name": "劳动节", "replace": "", **more}
        return self.browser.post(reverse("holiday-list"), told)

    def rate(self, **more):
        return self.browser.post(
            reverse("rate-list"), {"currency": "HKD", "day": "2026-11-20", "rate": "0.9156", "seen": "", **more}
        )


@pytest.fixture
def desk():
    return Desk()


def test_days_in_a_row_are_entered_once_and_change_what_is_a_trading_day(desk):
    before = calendar.trading_days(MAY_DAY, MAY_DAY + timedelta(days=4))
    for _twice in range(2):
        assert desk.enter(last=MAY_DAY + timedelta(days=4)).status_code == 302
    assert len(before) == 3
    assert calendar.trading_days(MAY_DAY, MAY_DAY + timedelta(days=4)) == []
    assert Holiday.objects.filter(day__year=2031).count() == 5
    assert AuditEvent.objects.filter(action="add-holiday").count() == 1
    page = desk.reader.get(reverse("holiday-list"), {"year": 2031})
    assert (page.context["holidays"], page.context["form"]) == (5, None)


def test_a_day_that_is_entered_otherwise_is_shown_before_it_is_replaced(desk):
    desk.enter()
    asked = desk.enter(kind="make_up", name="补班")
    assert asked.status_code == 409
    assert [one.name for one in asked.context["known"]] == ["劳动节"]
    assert Holiday.objects.get(day=MAY_DAY).kind == "holiday"
    desk.enter(kind="make_up", name="补班", replace=asked.context["form"]["replace"].value())
    assert Holiday.objects.get(day=MAY_DAY).kind == "make_up"
    detail = AuditEvent.objects.get(action="change-holiday").detail
    assert detail == {"before": {"2031-05-01": "holiday 劳动节"}, "after": {"2031-05-01": "make_up 补班"}}


def test_a_removed_day_counts_by_its_weekday_again(desk):
    desk.enter()
    for _twice in range(2):
        desk.browser.post(reverse("remove-holiday"), {"day": MAY_DAY})
    assert calendar.is_trading_day(MAY_DAY)
    assert AuditEvent.objects.filter(action="remove-holiday").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "1 May"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"last": "2031-04-30"}, "last"),
        ({"last": "2031-07-01"}, "last"),
        ({"last": "9999-12-31"}, "last"),
        ({"kind": "party"}, "kind"),
        ({"name": "x" * 61}, "name"),
    ],
)
def test_rubbish_about_a_day_is_refused_beside_its_field(desk, wrong, field):
    response = desk.enter(**wrong)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert not Holiday.objects.filter(day__year=2031).exists()


def test_the_page_says_when_the_known_years_end(desk):
    last = Holiday.objects.order_by("-day").first().day.year
    page = desk.browser.get(reverse("holiday-list"), {"year": last + 1})
    assert page.context["is_unknown"]
    for year in ("0000", "12345", "abcd", "-1"):
        assert desk.browser.get(reverse("holiday-list"), {"year": year, "day": year}).status_code == 200


def test_a_missing_rate_that_stopped_a_night_leads_to_its_form(desk):
    url = missing_rate_url(f"MissingRate: {MissingRate('HKD', date(2026, 11, 20))}")
    form = desk.browser.get(url).context["form"]
    assert (form["currency"].value(), form["day"].value()) == ("HKD", "2026-11-20")
    assert missing_rate_url("ValueError: HKD") == ""


def test_a_rate_is_entered_once_changed_knowingly_and_taken_back_with_its_history(desk):
    for _twice in range(2):
        assert desk.rate().status_code == 302
    assert ExchangeRate.objects.get().rate_e6 == 915_600
    asked = desk.rate(rate="0.92")
    assert asked.status_code == 409
    assert ExchangeRate.objects.get().rate_e6 == 915_600
    desk.rate(rate="0.92", seen=asked.context["form"]["seen"].value())
    assert ExchangeRate.objects.get().rate_e6 == 920_000
    kept = FactChange.objects.get()
    assert (kept.before["rate_e6"], kept.after["rate_e6"], kept.staff.username) == (915_600, 920_000, "root")
    pk = ExchangeRate.objects.get().pk
    desk.browser.post(reverse("remove-rate", args=[pk]))
    assert not ExchangeRate.objects.exists()
    assert desk.browser.post(reverse("remove-rate", args=[pk])).status_code == 404
    assert set(AuditEvent.objects.filter(table="clients_exchangerate").values_list("action", flat=True)) == {
        "add-rate",
        "change-rate",
        "remove-rate",
    }


def test_a_rate_of_a_file_is_not_taken_back_by_hand(desk):
    batch = ImportBatch.objects.create(file_name="rates.csv", kind="rates", state="committed")
    rate = ExchangeRate.objects.create(currency="HKD", day=NOW.date(), rate_e6=1, batch=batch, recorded_at=NOW)
    desk.browser.post(reverse("remove-rate", args=[rate.pk]))
    assert ExchangeRate.objects.filter(pk=rate.pk).exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"currency": "hkd"}, "currency"),
        ({"currency": "CNY"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"rate": "0"}, "rate"),
        ({"rate": "-1"}, "rate"),
        ({"rate": "0.0000001"}, "rate"),
        ({"rate": "1e400"}, "rate"),
        ({"day": "2100-01-01"}, "day"),
        ({"day": "0001-01-01"}, "day"),
    ],
)
def test_rubbish_about_a_rate_is_refused_beside_its_field(desk, wrong, field):
    response = desk.rate(**wrong)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert not ExchangeRate.objects.exists()


def test_compliance_reads_and_enters_nothing(desk):
    for name in ("holiday-list", "rate-list"):
        assert desk.reader.get(reverse(name)).status_code == 200
        assert desk.reader.post(reverse(name), {}).status_code == 404


def test_years_and_rates_are_read_with_few_queries(desk, django_assert_max_num_queries):
    ExchangeRate.objects.bulk_create(
        ExchangeRate(currency="HKD", day=NOW.date() - timedelta(days=n), rate_e6=900_000 + n, recorded_at=NOW)
        for n in range(100)
    )
    with django_assert_max_num_queries(9):
        page = desk.reader.get(reverse("rate-list"), {"currency": "HKD"})
    with django_assert_max_num_queries(9):
        following = desk.reader.get(reverse("rate-list") + page.context["next_url"])
    days = [row.day for row in (*page.context["rows"], *following.context["rows"])]
    assert days == [NOW.date() - timedelta(days=n) for n in range(80)]
    with django_assert_max_num_queries(8):
        desk.reader.get(reverse("holiday-list"), {"year": 2026})
