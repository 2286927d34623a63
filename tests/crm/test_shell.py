"""The frame of every page: menu by role, the day of the numbers, and how the night went."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import RequestFactory
from django.urls import resolve
from pytest_django import DjangoAssertNumQueries

from crm import navigation
from crm.context import Shell
from crm.models import Branch, JobRun, Publication, Staff
from tests.crm.access import PAGES

FRIDAY, THURSDAY = date(2026, 11, 20), date(2026, 11, 19)
AT_NIGHT = datetime(2026, 11, 20, 17, 45, tzinfo=UTC)


@pytest.fixture
def every_page_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "address", lambda name: f"/{name}/")


def reader(role: str, *branches: Branch) -> Staff:
    staff = Staff.objects.create_user(f"a-{role}", name="林知远", role=role)
    staff.branches.set(branches)
    return staff


def shell_of(staff: Staff, path: str = "/", **cookies: str) -> Shell:
    request = RequestFactory().get(path)
    request.user = staff
    request.COOKIES.update(cookies)
    return Shell(request)


def night(branch: Branch, day: date, state: str, seconds: int = 401) -> JobRun:
    finished = datetime.fromtimestamp(AT_NIGHT.timestamp() + seconds, tz=UTC) if state in {"done", "failed"} else None
    return JobRun.objects.create(
        kind="night",
        key=f"{branch.code}:{day}",
        branch=branch,
        as_of=day,
        state=state,
        started_at=AT_NIGHT,
        finished_at=finished,
    )


def publish(branch: Branch, day: date, state: str = "published") -> None:
    Publication.objects.create(
        branch=branch, as_of=day, cutoff=AT_NIGHT, run=night(branch, day, "done"), state=state, published_at=AT_NIGHT
    )


@pytest.fixture
def riverside(db: None) -> Branch:
    return Branch.objects.create(code="001", name="临江路营业部")


@pytest.fixture
def harbour(db: None) -> Branch:
    return Branch.objects.create(code="002", name="滨河营业部")


@pytest.mark.usefixtures("every_page_exists")
@pytest.mark.parametrize(
    ("role", "first", "absent"),
    [
        ("advisor", "/today/", "/import-list/"),
        ("manager", "/branch-detail/", "/import-list/"),
        ("admin", "/import-list/", "/client-list/"),
        ("compliance", "/branch-detail/", "/import-list/"),
    ],
)
def test_the_menu_begins_with_what_the_role_opens_first(role: str, first: str, absent: str) -> None:
    addresses = [entry.href for group in navigation.menu_of(Staff(role=role), "/") for entry in group.entries]
    assert addresses[0] == first
    assert absent not in addresses


@pytest.mark.parametrize("role", Staff.Role.values)
def test_the_menu_names_only_what_the_role_opens(role: str) -> None:
    """Held against the matrix of access, which asks every page."""
    entries = [entry for group in navigation.menu_of(Staff(role=role), "/") for entry in group.entries]
    names = {resolve(entry.href).url_name or "" for entry in entries}
    assert sorted(name for name in names if role not in PAGES[name]) == []


@pytest.mark.usefixtures("every_page_exists")
def test_a_page_below_a_list_keeps_its_entry_current() -> None:
    groups = navigation.menu_of(Staff(role="advisor"), "/client-list/310288/")
    assert [entry.href for group in groups for entry in group.entries if entry.is_current] == ["/client-list/"]


def test_a_page_that_does_not_exist_yet_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    known: Callable[[str], str | None] = {"today": "/today/"}.get
    monkeypatch.setattr(navigation, "address", known)
    groups = navigation.menu_of(Staff(role="advisor"), "/")
    assert [entry.href for group in groups for entry in group.entries] == ["/today/"]
    assert navigation.menu_of(Staff(role="admin"), "/") == []


def test_the_day_of_the_numbers_is_that_of_the_latest_publication(riverside: Branch, harbour: Branch) -> None:
    publish(riverside, THURSDAY)
    publish(riverside, FRIDAY)
    publish(harbour, THURSDAY)
    shell = shell_of(reader("manager", riverside, harbour))
    assert shell.as_of == FRIDAY
    assert shell.behind == ["滨河营业部"]


def test_a_superseded_night_is_not_the_day_of_the_numbers(riverside: Branch) -> None:
    publish(riverside, THURSDAY)
    publish(riverside, FRIDAY, state="superseded")
    assert shell_of(reader("advisor", riverside)).as_of == THURSDAY


def test_an_advisor_sees_the_night_of_the_own_branch_only(riverside: Branch, harbour: Branch) -> None:
    publish(riverside, FRIDAY)
    night(harbour, FRIDAY, "failed")
    last = shell_of(reader("advisor", riverside)).night
    assert last is not None
    assert (last.state, last.seconds, last.branch_count) == ("done", 401.0, 1)


def test_one_failed_branch_makes_the_night_failed_for_who_sees_it(riverside: Branch, harbour: Branch) -> None:
    publish(riverside, FRIDAY)
    night(harbour, FRIDAY, "failed")
    last = shell_of(reader("compliance")).night
    assert last is not None
    assert (last.state, last.failed_count, last.branch_count) == ("failed", 1, 2)


def test_a_night_under_way_is_said(riverside: Branch) -> None:
    publish(riverside, THURSDAY)
    night(riverside, FRIDAY, "running")
    shell = shell_of(reader("manager", riverside))
    assert shell.as_of == THURSDAY
    assert shell.night is not None
    assert shell.night.state == "running"


def test_before_the_first_night_there_is_nothing_to_say(riverside: Branch) -> None:
    shell = shell_of(reader("manager", riverside))
    assert (shell.as_of, shell.night, shell.branch_names) == (None, None, ["临江路营业部"])


def test_the_frame_costs_one_query_and_a_fragment_none(
    riverside: Branch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    publish(riverside, FRIDAY)
    staff = reader("manager", riverside)
    with django_assert_num_queries(0):
        shell = shell_of(staff)
    with django_assert_num_queries(1):
        assert (shell.as_of, shell.behind, shell.branch_names) == (FRIDAY, [], ["临江路营业部"])
        assert shell.night
        assert shell.menu is not None


def test_a_theme_that_nobody_offers_falls_back(riverside: Branch) -> None:
    assert shell_of(reader("manager", riverside), theme="dark").theme == "dark"
    assert shell_of(Staff(role="manager"), theme='"><script>').theme == "auto"
