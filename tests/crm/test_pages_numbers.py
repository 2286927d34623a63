"""Numbers that people decided: superseded and never edited, confirmed by compliance where the law asks for it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.models import AuditEvent
from crm.night_inputs import night_inputs
from segmentation.models import Threshold
from segmentation.number_words import BY_KEY, NUMBERS
from segmentation.thresholds import confirmed_threshold, threshold
from tests.crm.page_firm import Branch, browser_of, staff

pytestmark = pytest.mark.django_db
SOURCE = "board of 2026-11-20"


class Desk:
    def __init__(self):
        self.today = timezone.localdate()
        self.admin, self.law = staff("root", "admin"), staff("law", "compliance")
        self.browser = browser_of(self.admin)

    def decide(self, key, value, *, browser=None, **more):
        address = reverse("number-detail", args=[key])
        seen = Threshold.objects.filter(key=key).order_by("-pk").values_list("pk", flat=True).first() or 0
        told = {"value": value, "from_day": self.today, "source": SOURCE, "seen": seen, **more}
        return (browser or self.browser).post(address, told)


@pytest.fixture
def desk():
    return Desk()


def test_a_new_value_takes_over_on_its_day_and_the_old_row_stays(desk):
    tomorrow = desk.today + timedelta(days=1)
    assert desk.decide("dormancy_floor", "20000", from_day=tomorrow).status_code == 302
    assert threshold("dormancy_floor", desk.today) == 10_000_00
    assert threshold("dormancy_floor", tomorrow) == 20_000_00
    row = AuditEvent.objects.get(action="supersede-number")
    assert (row.detail["before"]["value"], row.detail["after"]["value"], row.reason) == (1_000_000, 2_000_000, SOURCE)
    body = desk.browser.get(reverse("number-list")).content.decode()
    assert "20,000" in body


def test_sending_the_form_twice_decides_once(desk):
    seen = Threshold.objects.get(key="band_high").pk
    for _twice in range(2):
        assert desk.decide("band_high", "31.25", seen=seen).status_code == 302
    assert list(Threshold.objects.filter(key="band_high", value=3125)) == [Threshold.objects.get(value=3125)]
    assert AuditEvent.objects.filter(action="supersede-number").count() == 1


def test_of_two_who_decide_the_second_is_told_and_can_look_and_save_again(desk):
    seen = Threshold.objects.get(key="band_high").pk
    desk.decide("band_high", "31", seen=seen)
    tomorrow = desk.today + timedelta(days=1)
    second = desk.decide("band_high", "32", seen=seen, from_day=tomorrow)
    assert second.status_code == 422
    assert "value" in second.context["form"].errors
    assert "31" in [row.value for row in second.context["rows"]]
    assert second.context["form"]["value"].value() == "32"
    again = desk.decide("band_high", "32", seen=second.context["form"]["seen"].value(), from_day=tomorrow)
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": "0"}, "value"),
        ({"value": "101"}, "value"),
        ({"value": "abc"}, "value"),
        ({"value": "1e400"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"from_day": "2020-01-01"}, "from_day"),
        ({"from_day": "soon"}, "from_day"),
        ({"source": ""}, "source"),
        ({"source": "x" * 201}, "source"),
    ],
)
def test_rubbish_is_refused_beside_its_field(desk, wrong, field):
    response = desk.decide("band_high", **{"value": "31", **wrong})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert Threshold.objects.filter(key="band_high").count() == 1


def test_a_day_takes_one_value(desk):
    desk.decide("band_high", "31")
    assert "from_day" in desk.decide("band_high", "32").context["form"].errors


def test_what_the_law_asks_for_is_off_until_compliance_confirms_it_and_not_by_whoever_entered_it(desk):
    key = "regulatory_dormancy"
    desk.decide(key, "1095")
    row = Threshold.objects.get(key=key)
    assert confirmed_threshold(key, desk.today) is None
    assert desk.browser.post(reverse("confirm-number", args=[row.pk])).status_code == 404
    law = browser_of(desk.law)
    assert law.get(reverse("number-list")).context["waiting"][0].number.key == key
    for _twice in range(2):
        law.post(reverse("confirm-number", args=[row.pk]))
    assert confirmed_threshold(key, desk.today) == 1095
    assert AuditEvent.objects.filter(action="confirm-number", actor=desk.law).count() == 1
    Threshold.objects.filter(pk=row.pk).update(confirmed_by=None, confirmed_on=None, made_by=desk.law)
    law.post(reverse("confirm-number", args=[row.pk]))
    assert confirmed_threshold(key, desk.today) is None
    assert law.post(reverse("number-detail", args=[key]), {"value": "1"}).status_code == 404


def test_only_what_no_night_has_read_is_withdrawn(desk):
    desk.decide("band_high", "31", from_day=desk.today + timedelta(days=2))
    coming = Threshold.objects.get(value=3100)
    desk.browser.post(reverse("withdraw-number", args=[coming.pk]))
    assert not Threshold.objects.filter(pk=coming.pk).exists()
    assert AuditEvent.objects.get(action="withdraw-number").detail["value"] == 3100
    desk.decide("band_high", "33")
    counting = Threshold.objects.get(value=3300)
    seeded = Threshold.objects.get(key="band_high", value=3000)
    for row in (counting, seeded):
        desk.browser.post(reverse("withdraw-number", args=[row.pk]))
        assert Threshold.objects.filter(pk=row.pk).exists()


def test_what_decides_no_night_asks_for_no_other_run(desk):
    branch = Branch.objects.create(code="1101", name="临江路营业部")
    before = night_inputs(branch, desk.today)["thresholds"]
    desk.decide("facts_late", "3")
    assert night_inputs(branch, desk.today)["thresholds"] == before
    desk.decide("band_high", "31")
    assert night_inputs(branch, desk.today)["thresholds"] != before


def test_every_number_that_is_stored_has_words_and_a_key_without_any_is_still_shown(desk):
    assert set(Threshold.objects.values_list("key", flat=True)) <= set(BY_KEY)
    Threshold.objects.create(key="from_elsewhere", value=7, unit="days", from_day=desk.today, source="x")
    assert "from elsewhere" in desk.browser.get(reverse("number-list")).content.decode()
    assert desk.browser.get(reverse("number-detail", args=["from_elsewhere"])).status_code == 200
    assert desk.browser.get(reverse("number-detail", args=["nonsense"])).status_code == 404


def test_all_numbers_are_read_in_one_query_however_long_their_history(desk, django_assert_max_num_queries):
    Threshold.objects.bulk_create(
        Threshold(key="band_high", value=3000 + n, unit="e-4", from_day=desk.today - timedelta(days=n), source="x")
        for n in range(60)
    )
    with django_assert_max_num_queries(8):
        desk.browser.get(reverse("number-list"))


@given(st.sampled_from(NUMBERS), st.integers(0, 10**12))
def test_a_value_survives_being_shown_and_typed(number, value):
    assert number.stored(number.typed(value)) == value
    assert number.stored(number.typed(value) + Decimal("0.001")) is None
