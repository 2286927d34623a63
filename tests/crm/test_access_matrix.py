"""Who sees what: every route × everybody × own, same branch, other branch, missing. A route without a row fails."""

from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from crm.models import Staff
from servicing.models import Contact, Promise, Task
from tests.crm.access import (
    ABOUT_A_BATCH,
    ABOUT_A_CLIENT,
    ABOUT_A_CONFLICT,
    ABOUT_A_MAPPING,
    ABOUT_A_PERSON,
    ABOUT_A_SCHEME,
    DONE_TO_A_CLIENT,
    DONE_WITHOUT_OBJECT,
    EVERYBODY,
    OPEN_TO_ALL,
    PAGES,
    READERS,
    SEEN,
    all_routes,
    browser_of,
    client_address,
    existing,
    person_address,
    same,
)
from tests.crm.cast import CARD, DAY, IDENTITY, NAME, NOW, NUMBER, PHONE, Cast, make_cast
from tests.crm.elsewhere import ELSEWHERE

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_every_route_has_a_row_in_the_matrix() -> None:
    rows = {
        *PAGES,
        *ABOUT_A_CLIENT,
        *DONE_TO_A_CLIENT,
        *ABOUT_A_BATCH,
        *ABOUT_A_CONFLICT,
        *ABOUT_A_MAPPING,
        *ABOUT_A_SCHEME,
        *ABOUT_A_PERSON,
        *DONE_WITHOUT_OBJECT,
    }
    assert set(all_routes()) <= rows | OPEN_TO_ALL | set().union(*ELSEWHERE.values())


@pytest.mark.parametrize("route", existing(PAGES))
def test_a_page_answers_its_readers_and_nobody_else(cast: Cast, route: str) -> None:
    for who in EVERYBODY:
        response = browser_of(cast, who).get(reverse(route))
        assert (response.status_code != 404) == (who in PAGES[route]), f"{who} on {route}: {response.status_code}"
        assert response.status_code < 500


@pytest.mark.parametrize("route", sorted({*existing(PAGES), *existing(DONE_WITHOUT_OBJECT)}))
def test_nobody_gets_in_without_logging_in(cast: Cast, route: str) -> None:
    response = Browser().get(reverse(route))
    assert response.status_code in {302, 401, 403, 405}, response.status_code
    assert not response.content or b"LogIn" not in response.content


@pytest.mark.parametrize("route", existing(ABOUT_A_CLIENT))
def test_a_foreign_client_is_a_missing_one_byte_for_byte(cast: Cast, route: str) -> None:
    for who in EVERYBODY:
        browser = browser_of(cast, who)
        missing = browser.get(client_address(cast, route, "missing"))
        assert missing.status_code == 404
        for whose in cast.clients:
            response = browser.get(client_address(cast, route, whose))
            if whose in SEEN[who] and who in ABOUT_A_CLIENT[route]:
                assert response.status_code in {200, 422}, f"{who}, {whose} on {route}: {response.status_code}"
            else:
                assert response.status_code == 404, f"{who}, {whose} on {route}"
                assert same(response.content) == same(missing.content)


@pytest.mark.parametrize("route", existing(DONE_TO_A_CLIENT))
def test_nothing_is_done_to_a_foreign_client(cast: Cast, route: str) -> None:
    for who in EVERYBODY:
        browser = browser_of(cast, who)
        for whose in [*cast.clients, "missing"]:
            response = browser.post(client_address(cast, route, whose), {"reason": "asked by the client"})
            allowed = whose in SEEN[who] and who in DONE_TO_A_CLIENT[route]
            assert (response.status_code != 404) == allowed, f"{who}, {whose} on {route}: {response.status_code}"
            assert response.status_code < 500


@pytest.mark.parametrize("route", existing(ABOUT_A_BATCH))
def test_import_batches_are_the_admins_and_read_by_compliance(cast: Cast, route: str) -> None:
    method, allowed = ABOUT_A_BATCH[route]
    for who in EVERYBODY:
        browser = browser_of(cast, who)
        missing = getattr(browser, method)(reverse(route, args=[uuid4()]))
        assert missing.status_code == 404
        response = getattr(browser, method)(reverse(route, args=[cast.batch.uid]))
        assert response.status_code < 500
        assert (response.status_code != 404) == (who in allowed), f"{who} on {route}: {response.status_code}"
        if who not in allowed:
            assert same(response.content) == same(missing.content)


@pytest.mark.parametrize("route", existing(ABOUT_A_CONFLICT))
def test_the_review_queue_is_decided_by_the_admin(cast: Cast, route: str) -> None:
    method, allowed = ABOUT_A_CONFLICT[route]
    for who in sorted(EVERYBODY):
        response = getattr(browser_of(cast, who), method)(
            reverse(route, args=[cast.conflict.pk]), {"decision": "nonsense"}
        )
        assert response.status_code < 500
        assert (response.status_code != 404) == (who in allowed), f"{who} on {route}: {response.status_code}"


@pytest.mark.parametrize("route", existing(ABOUT_A_MAPPING))
def test_a_remembered_mapping_is_forgotten_by_the_admin(cast: Cast, route: str) -> None:
    method, allowed = ABOUT_A_MAPPING[route]
    for who in sorted(EVERYBODY, key=lambda who: who in allowed):  # whoever may does it last: then it is gone
        browser = browser_of(cast, who)
        missing = getattr(browser, method)(reverse(route, args=[999_999]))
        response = getattr(browser, method)(reverse(route, args=[cast.mapping.pk]))
        assert missing.status_code == 404
        assert (response.status_code != 404) == (who in allowed), f"{who} on {route}: {response.status_code}"
        if who not in allowed:
            assert same(response.content) == same(missing.content)


@pytest.mark.parametrize("route", existing(ABOUT_A_SCHEME))
def test_how_tiers_are_made_is_open_to_everybody(cast: Cast, route: str) -> None:
    for who in EVERYBODY:
        assert browser_of(cast, who).get(reverse(route, args=[cast.scheme.pk])).status_code == 200
        assert browser_of(cast, who).get(reverse(route, args=[999_999])).status_code == 404


@pytest.mark.parametrize("route", existing(ABOUT_A_PERSON))
def test_staff_is_changed_by_the_admin_and_read_in_the_own_branch(cast: Cast, route: str) -> None:
    method, allowed = ABOUT_A_PERSON[route]
    for who in sorted(EVERYBODY, key=lambda who: who in allowed):
        browser = browser_of(cast, who)
        missing = getattr(browser, method)(person_address(cast, route, 999_999))
        response = getattr(browser, method)(person_address(cast, route, cast.staff["colleague"].pk))
        assert missing.status_code == 404
        assert response.status_code < 500
        assert (response.status_code != 404) == (who in allowed), f"{who} on {route}: {response.status_code}"
        if who not in allowed:
            assert same(response.content) == same(missing.content)


@pytest.mark.parametrize("route", existing(DONE_WITHOUT_OBJECT))
def test_work_is_started_by_those_who_may(cast: Cast, route: str) -> None:
    for who in EVERYBODY:
        response = browser_of(cast, who).post(reverse(route))
        assert response.status_code < 500
        assert (response.status_code != 404) == (who in DONE_WITHOUT_OBJECT[route]), f"{who} on {route}"


def say_the_name(client: Client, by: Staff, whose: str) -> None:
    """People write the client's name into what they note: a contact with its next step, promises and tasks, open and
    settled."""
    common = {"branch": client.branch, "client": client}
    contact = Contact.objects.create(
        **common,
        staff=by,
        happened_at=NOW,
        channel="phone",
        summary=f"{NAME}来电",
        next_step=f"回{NAME}",
        recorded_at=NOW,
    )
    for state in ("open", "withdrawn"):
        told = {"owner": by, "due_on": DAY, "state": state, "settled_at": None if state == "open" else NOW}
        Promise.objects.create(**common, **told, contact=contact, text=f"给{NAME}寄资料")
        Task.objects.create(**common, **told, key=f"{whose}:{state}", title=f"致电{NAME}", made_by=by, made_at=NOW)


def test_no_page_shows_a_full_personal_value_and_masked_roles_see_no_name(cast: Cast) -> None:
    for whose, client in cast.clients.items():
        say_the_name(client, cast.staff["advisor"], whose)
    addresses = [reverse(name) for name in existing(PAGES)]
    addresses += [client_address(cast, "arrival-card", whose) for whose in cast.clients]
    addresses += [client_address(cast, "client-detail", whose) for whose in cast.clients]
    addresses += [client_address(cast, "client-trades", whose) for whose in cast.clients]
    addresses += [client_address(cast, "client-timeline", whose) for whose in cast.clients]
    addresses += [reverse("import-detail", args=[cast.batch.uid]), reverse("conflict-list")]
    for who in EVERYBODY:
        browser = browser_of(cast, who)
        for address in addresses:
            body = browser.get(address, follow=True).content.decode()
            for secret in (PHONE, IDENTITY, CARD, NUMBER):
                assert secret not in body, f"{who} reads {secret} on {address}"
            if who in READERS:
                assert NAME not in body, f"{who} reads a name on {address}"


def test_a_reveal_asks_for_a_reason_and_leaves_an_audit_row(cast: Cast) -> None:
    from crm.models import AuditEvent

    browser = browser_of(cast, "advisor")
    address = client_address(cast, "reveal-client-field", "own")
    assert PHONE not in browser.post(address, {"reason": ""}).content.decode()
    before = AuditEvent.objects.count()
    response = browser.post(address, {"reason": "the client asked for a call"})
    assert PHONE in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    event = AuditEvent.objects.order_by("-pk").first()
    assert AuditEvent.objects.count() == before + 1
    assert event is not None
    assert event.actor == cast.staff["advisor"]
    assert event.reason == "the client asked for a call"
    assert PHONE not in str(event.detail)
