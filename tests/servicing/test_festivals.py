"""The rest of the care calendar (S7): festivals and account anniversaries, by the last working day, where the standard
greets."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import pytest
import time_machine
from chinese_calendar import is_workday
from django.urls import reverse
from django.utils import translation

from crm.lib import lunar
from crm.models import AuditEvent, Holiday
from servicing.festivals import add_festival
from servicing.models import Festival, ServiceStandard, Task
from servicing.rounds.care import Anniversaries, care
from servicing.rounds.people import Person
from servicing.rounds.rules import Days, wanted
from servicing.rounds.words import reason_of, title_of
from tests.crm.page_firm import browser_of, staff
from tests.servicing.rounds import Rounds, at

FIRST, LAST = date(2024, 1, 2), date(2032, 12, 31)
HORIZON = timedelta(days=10)
KEPT = Anniversaries(1, 3, 5)
SEEDED = [("solar", 1, 1), ("solar", 10, 1), ("lunar", 1, 1), ("lunar", 1, 15), ("lunar", 5, 5), ("lunar", 8, 15)]


@cache
def works(day: date) -> bool:
    """By the known holidays; in the years after them by weekday."""
    return bool(is_workday(day)) if day.year <= 2026 else day.weekday() < 5


def days_of(day: date) -> Days:
    around = (day + timedelta(days=n) for n in range(-30, 72))
    return Days(day, day + HORIZON, day, timedelta(30), {}, {}, [one for one in around if works(one)])


def test_from_2024_to_2032_every_greeting_is_on_a_working_day_by_then_and_has_one_key() -> None:
    """Every other night of nine years: nothing late, nothing twice, nothing left out, over holidays and make-up days."""
    festivals = [Festival(calendar=calendar, month=month, day=day) for calendar, month, day in SEEDED]
    person = Person(
        1, "vip", 1, date(2023, 10, 5), None, False, None, None
    )  # an anniversary in the holidays of October
    owed = {"vip": ServiceStandard(tier="vip", greets=True, cadence_days=None, welcome_days=[], minutes=1)}
    due: dict[str, date] = {}
    falls: dict[str, date] = {}
    for n in range(0, (LAST - FIRST).days, 2):
        days = days_of(FIRST + timedelta(days=n))
        seen = Counter()
        for one in wanted([person], owed, days, care(festivals, KEPT, days)):
            seen[one.key] += 1
            assert due.setdefault(one.key, one.due_on) == one.due_on
            falls[one.key] = date.fromisoformat(one.slots["on"])
        assert set(seen.values()) <= {1}
    for key, day in due.items():
        assert works(day)
        assert day <= falls[key]
        assert not any(works(day + timedelta(days=n)) for n in range(1, (falls[key] - day).days + 1))
    anniversaries = {day.year - 2023 for key, day in falls.items() if key.startswith("anniversary")}
    assert anniversaries == {1, 3, 5}
    expected = {date(year, 10, 1) for year in range(2024, 2033)} | {date(year, 1, 1) for year in range(2025, 2034)}
    expected |= {lunar.lunar_birthday(m, d, y) for y in range(2024, 2033) for kind, m, d in SEEDED if kind == "lunar"}
    assert set(falls.values()) - {date(2023 + n, 10, 5) for n in (1, 3, 5)} == {day for day in expected if day > FIRST}


def test_the_spring_festival_of_2026_is_greeted_before_its_long_holiday() -> None:
    days = days_of(date(2026, 2, 9))
    (rule, _anniversary) = care([Festival(calendar="lunar", month=1, day=1)], KEPT, days)
    owed = ServiceStandard(tier="vip", greets=True)
    person = Person(1, "vip", 1, None, None, False, None, None)
    assert [due for _key, due, _slots in rule(person, owed, {}, days)] == [date(2026, 2, 14)], "a make-up Saturday"
    assert not list(rule(person, ServiceStandard(tier="small", greets=False), {}, days))


@pytest.mark.parametrize(
    ("years", "is_kept"), [(0, False), (1, True), (2, False), (3, True), (4, False), (5, True), (10, True), (13, False)]
)
def test_which_anniversaries_are_greeted(years: int, is_kept: bool) -> None:
    assert KEPT.includes(years) == is_kept


@pytest.mark.django_db
def test_the_night_makes_greetings_of_festivals_and_anniversaries_once_where_the_standard_greets() -> None:
    rounds = Rounds()
    Holiday.objects.create(day=date(2027, 1, 1), kind="holiday")
    friday = date(2026, 12, 25)
    vip = rounds.person("vip", opened_on=date(2021, 12, 28))
    rounds.person("small", opened_on=date(2021, 12, 28))
    for _ in range(2):
        rounds.make(friday)
    found = {task.rule: task for task in rounds.tasks(rule__in=["festival", "anniversary"])}
    assert {(rule, task.client, task.due_on) for rule, task in found.items()} == {
        ("festival", vip, date(2026, 12, 31)),
        ("anniversary", vip, date(2026, 12, 28)),
    }
    with translation.override("en"):
        told = {rule: (title_of(task), reason_of(task)) for rule, task in found.items()}
    assert told == {
        "festival": ("Festival greeting", "New Year on 2027-01-01"),
        "anniversary": ("Anniversary greeting", "5 years with us on 2026-12-28"),
    }
    assert rounds.make(date(2027, 1, 8))["withdrawn"] == 2, "a week late is too late"
    assert set(Task.objects.filter(rule="festival").values_list("settled_why", flat=True)) == {"past"}


@pytest.mark.django_db
class TestPage:
    """The page of festivals."""

    @pytest.fixture(autouse=True)
    def _clock(self) -> Iterator[None]:
        with time_machine.travel(at(date(2026, 11, 20), 10), tick=False):
            yield

    def typed(self, **more: str) -> dict[str, str]:
        values = {"calendar": "lunar", "month": "12", "day": "8", "name": "", "name_en": "", "from_day": "2026-11-20"}
        return values | more

    def test_another_festival_is_added_ended_and_resumed(self) -> None:
        browser = browser_of(staff("boss", "manager"))
        assert browser.post("/festivals/", self.typed()).status_code == 302
        row = Festival.objects.get(month=12, day=8)
        page = browser.get("/festivals/", headers={"accept-language": "en"}).content.decode()
        assert "Laba" in page
        assert "2027-01-15" in page
        for route, ends in (("end-festival", True), ("end-festival", True), ("resume-festival", False)):
            assert browser.post(reverse(route, args=[row.pk])).status_code == 302
            row.refresh_from_db()
            assert (row.ended_on is not None) == ends
        actions = ["add-festival", "end-festival", "resume-festival"]
        assert sorted(AuditEvent.objects.filter(action__in=actions).values_list("action", flat=True)) == actions

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ({"month": "13"}, "12"),
            ({"day": "31"}, "30 days at most"),
            ({"calendar": "solar", "month": "2", "day": "30", "name": "无此日"}, "29 days at most"),
            ({"calendar": "solar", "month": "4", "day": "2"}, "give it one"),
            ({"month": "5", "day": "5"}, "Dragon Boat Festival"),
            ({"from_day": "2026-11-19"}, "today at the earliest"),
            ({"name": "节" * 21}, "20"),
        ],
    )
    def test_what_cannot_be_is_said_beside_its_field(self, typed: dict[str, str], says: str) -> None:
        before = Festival.objects.count()
        browser = browser_of(staff("boss", "admin"))
        response = browser.post("/festivals/", self.typed(**typed), headers={"accept-language": "en"})
        assert response.status_code == 422
        assert says in response.content.decode()
        assert Festival.objects.count() == before

    def test_a_double_click_adds_once_and_a_day_taken_meanwhile_is_not_resumed(self) -> None:
        browser = browser_of(staff("boss", "manager"))
        for _ in range(2):
            assert browser.post("/festivals/", self.typed(name="腊八节")).status_code == 302
        row = Festival.objects.get(month=12, day=8)
        browser.post(reverse("end-festival", args=[row.pk]))
        browser.post("/festivals/", self.typed(name="腊八"))
        browser.post(reverse("resume-festival", args=[row.pk]))
        assert Festival.objects.filter(month=12, day=8, ended_on=None).get().name == "腊八"

    @pytest.mark.parametrize(
        ("role", "reads", "writes"),
        [("manager", 200, 302), ("admin", 200, 302), ("compliance", 200, 404), ("advisor", 200, 404)],
    )
    def test_manager_and_admin_decide_and_everybody_reads(self, role: str, reads: int, writes: int) -> None:
        browser, row = browser_of(staff("who", role)), Festival.objects.get(month=9, day=9)
        assert browser.get("/festivals/").status_code == reads
        assert browser.post("/festivals/", self.typed()).status_code == writes
        for route in ("end-festival", "resume-festival"):
            assert browser.post(reverse(route, args=[row.pk])).status_code == writes
            assert browser.post(reverse(route, args=[999_999])).status_code == 404

    def test_a_name_typed_by_hand_is_read_in_either_language(self) -> None:
        row = Festival(
            calendar="solar", month=4, day=2, name="客户日", name_en="Clients' Day", from_day=date(2026, 12, 1)
        )
        add_festival(row, by=staff("boss", "manager"), at=at(date(2026, 11, 20)))
        with translation.override("en"):
            assert row.words == "Clients' Day"
        with translation.override("zh-hans"):
            assert row.words == "客户日"
