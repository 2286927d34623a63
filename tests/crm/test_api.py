"""The REST API: the same scope and the same masks as the pages, keyset pages, clear refusals."""

import json
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from rest_framework.authtoken.models import Token
from rest_framework.throttling import SimpleRateThrottle

from clients.models import Client, ImportBatch, Trade
from crm.models import AuditEvent, JobRun, Staff
from tests.clients import files
from tests.crm.access import all_routes
from tests.crm.cast import CARD, DAY, IDENTITY, NAME, NOW, NUMBER, PHONE, Cast, make_cast

pytestmark = pytest.mark.django_db

LISTS = (
    "api-client-list",
    "api-account-list",
    "api-trade-list",
    "api-standing-list",
    "api-run-list",
    "api-import-list",
)
SEEN = {
    "advisor": {"own"},
    "colleague": {"same branch"},
    "manager": {"own", "same branch"},
    "manager_elsewhere": {"other branch"},
    "compliance": {"own", "same branch", "other branch"},
    "admin": set(),
}


@pytest.fixture
def cast() -> Cast:
    cast = make_cast()
    for number, (key, client) in enumerate(cast.clients.items()):
        Trade.objects.create(
            branch=client.branch,
            client=client,
            account=cast.accounts[key],
            batch=cast.batch,
            recorded_at=NOW,
            traded_on=DAY,
            deal_key=f"{number}",
            side="buy",
            quantity_e2=100_00,
            amount_minor=1000_00,
            security_code="600000",
        )
    return cast


def browser_of(cast: Cast, who: str) -> Browser:
    browser = Browser()
    browser.force_login(cast.staff[who], backend="django.contrib.auth.backends.ModelBackend")
    return browser


def read(cast: Cast, who: str, route: str, *args: object, **params: object) -> Any:
    response = browser_of(cast, who).get(reverse(route, args=args), params)
    assert response.status_code == 200, response.content
    return response.json()


def refused(cast: Cast, who: str, route: str, **params: object) -> dict[str, list[str]]:
    response = browser_of(cast, who).get(reverse(route), params)
    assert response.status_code == 400
    return dict(response.json())


@pytest.mark.parametrize("who", SEEN)
def test_everybody_lists_the_clients_they_see_and_no_others(cast: Cast, who: str) -> None:
    wanted = {str(cast.clients[whose].uid) for whose in SEEN[who]}
    assert {row["id"] for row in read(cast, who, "api-client-list")["results"]} == wanted
    for route in ("api-account-list", "api-trade-list", "api-standing-list"):
        assert {row["client"] for row in read(cast, who, route)["results"]} == wanted, route


@pytest.mark.parametrize("who", SEEN)
def test_a_foreign_client_is_a_missing_one(cast: Cast, who: str) -> None:
    browser = browser_of(cast, who)
    missing = browser.get(reverse("api-client-detail", args=[uuid4()]))
    assert missing.status_code == 404
    for whose, client in cast.clients.items():
        response = browser.get(reverse("api-client-detail", args=[client.uid]))
        if whose in SEEN[who]:
            assert response.status_code == 200
        else:
            assert (response.status_code, response.content) == (404, missing.content)


def test_names_are_for_those_who_serve_the_client_and_numbers_of_accounts_for_nobody(cast: Cast) -> None:
    row = read(cast, "advisor", "api-client-list")["results"][0]
    assert (row["name"], row["client_number"]) == (NAME, "00310001")
    row = read(cast, "compliance", "api-client-list")["results"][0]
    assert (row["name"], row["client_number"]) == (f"{NAME[0]}••", "••••0001")
    assert {r["number"] for r in read(cast, "manager", "api-account-list")["results"]} == {"••••7601", "••••7602"}


@pytest.mark.parametrize("who", SEEN)
def test_no_answer_has_a_full_personal_value(cast: Cast, who: str) -> None:
    browser = browser_of(cast, who)
    addresses = [reverse(route) for route in (*LISTS, "api-docs")] + [reverse("api-schema") + "?format=json"]
    addresses += [reverse("api-client-detail", args=[c.uid]) for c in cast.clients.values()]
    addresses += [reverse("api-import-detail", args=[cast.batch.uid])]
    for address in addresses:
        body = browser.get(address).content.decode()
        for secret in (PHONE, IDENTITY, CARD, NUMBER):
            assert secret not in body, f"{who} reads {secret} on {address}"
        if who in {"admin", "compliance"}:
            assert NAME not in body
            assert json.dumps(NAME)[1:-1] not in body


def test_nobody_reads_without_saying_who_they_are(cast: Cast) -> None:
    for route in sorted(n for n in set(all_routes()) if n.startswith("api-") and not n.endswith(("detail", "missing"))):
        assert Browser().get(reverse(route)).status_code in {401, 302}, route
    assert Browser().get(reverse("api-client-detail", args=[cast.clients["own"].uid])).status_code == 401


def test_a_token_opens_what_its_owner_sees_until_it_is_taken_back(cast: Cast) -> None:
    out = StringIO()
    call_command("api_token", "advisor", stdout=out)
    token = out.getvalue().strip()
    browser = Browser(headers={"authorization": f"Token {token}"})
    assert len(browser.get(reverse("api-client-list")).json()["results"]) == 1
    call_command("api_token", "advisor", stdout=StringIO())
    assert browser.get(reverse("api-client-list")).status_code == 401
    call_command("api_token", "advisor", "--revoke", stdout=StringIO())
    assert not Token.objects.exists()
    assert [e.action for e in AuditEvent.objects.order_by("pk")] == ["issue-token", "issue-token", "revoke-token"]


def test_the_token_of_somebody_who_has_left_opens_nothing(cast: Cast) -> None:
    token = Token.objects.create(user=cast.staff["manager"])
    Staff.objects.filter(pk=cast.staff["manager"].pk).update(is_active=False)
    browser = Browser(headers={"authorization": f"Token {token.key}"})
    assert browser.get(reverse("api-client-list")).status_code == 401


def test_an_address_that_there_is_not_says_so_to_a_program_in_its_own_words(cast: Cast) -> None:
    response = browser_of(cast, "advisor").get("/api/customers/1/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")
    assert set(response.json()) == {"detail"}
    assert Browser().get("/api/customers/1/").status_code == 401


def test_conditions_narrow_and_impossible_ones_are_refused_by_name(cast: Cast) -> None:
    assert len(read(cast, "compliance", "api-client-list", branch="1102")["results"]) == 1
    assert read(cast, "compliance", "api-client-list", branch="9999")["results"] == []
    own = cast.clients["own"]
    assert len(read(cast, "compliance", "api-trade-list", client=own.uid, since=DAY, until=DAY)["results"]) == 1
    assert read(cast, "compliance", "api-trade-list", since="2026-11-21")["results"] == []
    assert read(cast, "colleague", "api-trade-list", client=own.uid)["results"] == []
    assert len(read(cast, "compliance", "api-standing-list", tier="small", as_of=DAY)["results"]) == 3
    assert read(cast, "compliance", "api-standing-list", as_of="2026-11-19")["results"] == []
    assert set(refused(cast, "advisor", "api-trade-list", since="yesterday")) == {"since"}
    assert set(refused(cast, "advisor", "api-client-list", phone="139")) == {"phone"}
    assert set(refused(cast, "advisor", "api-standing-list", tier="gold")) == {"tier"}


def test_pages_go_by_key_and_show_every_row_once(cast: Cast) -> None:
    whole = [row["id"] for row in read(cast, "compliance", "api-trade-list")["results"]]
    seen: list[int] = []
    address: str | None = reverse("api-trade-list") + "?page_size=1"
    while address:
        answer = browser_of(cast, "compliance").get(address).json()
        seen += [row["id"] for row in answer["results"]]
        address = answer["next"]
    assert seen == whole
    assert len(seen) == 3


def test_a_nonsense_cursor_is_a_404_and_not_an_error(cast: Cast) -> None:
    response = browser_of(cast, "compliance").get(reverse("api-trade-list"), {"cursor": "nonsense"})
    assert response.status_code == 404


def test_lists_cost_the_same_queries_however_many_rows(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    branch, batch = cast.clients["own"].branch, cast.batch
    Client.objects.bulk_create(
        Client(branch=branch, client_number=f"9{n:06}", batch=batch, recorded_at=NOW) for n in range(150)
    )
    browser = browser_of(cast, "manager")
    for route, most in (
        ("api-client-list", 5),
        ("api-account-list", 5),
        ("api-trade-list", 5),
        ("api-standing-list", 6),
    ):
        with django_assert_max_num_queries(most):
            browser.get(reverse(route), {"page_size": 200})


def test_runs_are_read_by_whom_they_concern(cast: Cast) -> None:
    assert {r["branch"] for r in read(cast, "manager", "api-run-list")["results"]} == {"1101"}
    assert read(cast, "advisor", "api-run-list")["results"] == []
    elsewhere = JobRun.objects.get(branch__code="1102")
    assert browser_of(cast, "manager").get(reverse("api-run-detail", args=[elsewhere.pk])).status_code == 404
    assert read(cast, "admin", "api-run-detail", elsewhere.pk)["state"] == "done"


def sent(name: str = "clients.csv", content: str = "") -> dict[str, SimpleUploadedFile]:
    text = content or files.text_of([files.client("00310009")])
    return {"file": SimpleUploadedFile(name, text.encode())}


def test_the_admin_uploads_a_file_and_finds_it_queued_for_its_dry_run(cast: Cast) -> None:
    browser = browser_of(cast, "admin")
    response = browser.post(reverse("api-import-list"), sent())
    assert response.status_code == 201
    (batch,) = response.json()
    assert (batch["kind"], batch["state"], batch["file_name"]) == ("clients", "checking", "clients.csv")
    assert JobRun.objects.filter(kind="check", state="queued").count() == 1
    assert not Client.objects.filter(client_number="00310009").exists()
    assert read(cast, "admin", "api-import-detail", batch["id"])["sha256"] == batch["sha256"]


def test_a_file_that_leaves_something_open_says_what(cast: Cast) -> None:
    browser = browser_of(cast, "admin")
    (batch,) = browser.post(reverse("api-import-list"), sent("what.csv", "a,b\n1,2\n")).json()
    assert batch["state"] == "inspected"
    assert len(batch["questions"]) == 1


@pytest.mark.parametrize("who", ["advisor", "manager", "compliance"])
def test_nobody_else_uploads_and_only_compliance_reads_imports(cast: Cast, who: str) -> None:
    browser = browser_of(cast, who)
    before = ImportBatch.objects.count()
    assert browser.post(reverse("api-import-list"), sent()).status_code == 404
    assert ImportBatch.objects.count() == before
    status = browser.get(reverse("api-import-detail", args=[cast.batch.uid])).status_code
    assert status == (200 if who == "compliance" else 404)


def test_an_upload_by_session_needs_the_token_against_forgery(cast: Cast) -> None:
    browser = browser_of(cast, "admin")
    browser.handler.enforce_csrf_checks = True
    assert browser.post(reverse("api-import-list"), sent()).status_code == 403


def test_an_upload_without_a_file_or_of_a_refused_archive_says_so(cast: Cast) -> None:
    browser = browser_of(cast, "admin")
    assert browser.post(reverse("api-import-list"), {}).json() == {"file": ["no file was sent"]}
    response = browser.post(reverse("api-import-list"), sent("a.zip", "PK\x03\x04nonsense"))
    assert response.status_code == 400


def test_a_program_that_asks_too_often_is_told_to_wait(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"user": "2/min", "anon": "2/min"})
    browser = browser_of(cast, "advisor")
    answers = [browser.get(reverse("api-client-list")) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_the_schema_and_its_page_name_every_route_without_scripts_of_their_own(cast: Cast) -> None:
    browser = browser_of(cast, "advisor")
    schema = browser.get(reverse("api-schema"), {"format": "json"}).json()
    page = browser.get(reverse("api-docs")).content.decode()
    assert {"/api/clients/", "/api/trades/", "/api/imports/"} <= set(schema["paths"])
    named = {p["name"] for p in schema["paths"]["/api/trades/"]["get"]["parameters"]}
    assert {"since", "until", "client", "cursor", "page_size"} <= named
    for path in schema["paths"]:
        assert path in page
    assert "<script>" not in page
    assert "//cdn" not in page
