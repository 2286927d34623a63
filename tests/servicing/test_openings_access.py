"""Who may what with an opening: one's own, the branch's, masked for compliance, nothing for the admin; hidden once restricted."""

from uuid import uuid4

import pytest
from django.urls import reverse

from servicing.models import Opening
from servicing.openings.people import begin_opening
from tests.crm.access import EVERYBODY, browser_of, same
from tests.crm.cast import Cast, make_cast
from tests.servicing.openings import AT, PHONE, person

pytestmark = pytest.mark.django_db

SEEN = {"advisor", "manager", "compliance"}
WRITERS = {"advisor", "manager"}
# route, further arguments, method, who gets an answer
ROUTES = [
    ("opening-detail", (), "get", SEEN),
    ("reveal-opening-phone", (), "get", SEEN),
    ("reveal-opening-phone", (), "post", SEEN),
    ("edit-opening", (), "get", WRITERS),
    ("edit-opening", (), "post", WRITERS),
    ("take-opening-step", ("form",), "get", WRITERS),
    ("take-opening-step", ("form",), "post", WRITERS),
    ("take-back-opening-step", ("form",), "post", WRITERS),
    ("drop-opening", (), "get", WRITERS),
    ("drop-opening", (), "post", WRITERS),
    ("reopen-opening", (), "post", WRITERS),
    ("link-opening", (), "get", WRITERS),
    ("unlink-opening", (), "post", WRITERS),
]
NAME, NOTE = "公冶明远", "公冶明远想做两融"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def opening(cast: Cast) -> Opening:
    """Of the advisor of the cast, in the branch of the manager."""
    owner = cast.staff["advisor"]
    branch = owner.branches.get()
    return begin_opening(person(NAME, note=NOTE), branch=branch, owner=owner, uid=uuid4(), by=owner, at=AT)


def test_a_foreign_opening_is_a_missing_one(cast: Cast, opening: Opening) -> None:
    for who in sorted(EVERYBODY):
        browser = browser_of(cast, who)
        for route, more, method, allowed in ROUTES:
            response = getattr(browser, method)(reverse(route, args=[opening.pk, *more]))
            assert (response.status_code != 404) == (who in allowed), f"{who} on {route}: {response.status_code}"
            assert response.status_code < 500
            missing = getattr(browser, method)(reverse(route, args=[999_999, *more]))
            assert missing.status_code == 404
            if who not in allowed:
                assert same(response.content) == same(missing.content)


def test_nobody_is_linked_to_a_client_whom_they_do_not_see(cast: Cast, opening: Opening) -> None:
    address = reverse("link-opening", args=[opening.pk])
    foreign = cast.clients["same branch"].pk
    assert browser_of(cast, "advisor").post(address, {"client": foreign}).status_code == 404
    assert browser_of(cast, "manager").post(address, {"client": foreign}).status_code == 302


def test_compliance_reads_names_and_notes_masked_and_no_page_shows_a_phone(cast: Cast, opening: Opening) -> None:
    pages = [reverse(name) for name in ("opening-list", "opening-rows", "today")]
    period = "?from=2026-01-01&to=2026-12-31"
    for who in EVERYBODY:
        browser = browser_of(cast, who)
        for page in [*pages, reverse("opening-rows") + period, reverse("opening-detail", args=[opening.pk])]:
            body = browser.get(page).content.decode()
            assert PHONE not in body
            if who in {"compliance", "admin", "colleague", "manager_elsewhere"}:
                assert NAME not in body, f"{who} on {page}"
    assert "公••" in browser_of(cast, "compliance").get(reverse("opening-rows") + period).content.decode()


def test_once_restricted_the_row_counts_and_says_nothing_about_the_person(cast: Cast, opening: Opening) -> None:
    Opening.objects.filter(pk=opening.pk).update(
        state="dropped", reason="price", reason_text=NOTE, ended_on=opening.started_on, is_restricted=True
    )
    manager, address = browser_of(cast, "manager"), reverse("opening-detail", args=[opening.pk])
    rows = manager.get(reverse("opening-rows") + "?from=2026-01-01&to=2026-12-31")
    assert len(rows.context["told"]) == 1
    for body in (rows.content.decode(), manager.get(address).content.decode()):
        assert NAME not in body
        assert "两融" not in body
        assert "5678" not in body
    assert browser_of(cast, "advisor").get(address).status_code == 404
    for route, more, method, _allowed in ROUTES[1:]:
        asked = getattr(manager, method)(reverse(route, args=[opening.pk, *more]))
        assert asked.status_code == 404 or NAME not in asked.content.decode(), route
    assert "5678" in browser_of(cast, "compliance").get(address).content.decode()
