"""The API against whatever may be sent to it: it never breaks down, and it answers as its description says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client as Browser
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from rest_framework.authtoken.models import Token
from rest_framework.throttling import SimpleRateThrottle
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from clients.models import Trade
from tests.crm.cast import DAY, NOW, Cast, make_cast

pytestmark = pytest.mark.django_db
ROLES = ("advisor", "manager", "compliance", "admin")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = {GenerationMode.POSITIVE: 8, GenerationMode.NEGATIVE: 5}


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request of its own would close the connection in whose transaction the test stands, as Django's client knows."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"user": None, "anon": None})
    cast = make_cast()
    for key, client in cast.clients.items():
        Trade.objects.create(
            branch=client.branch, client=client, account=cast.accounts[key], batch=cast.batch, recorded_at=NOW,
            traded_on=DAY, deal_key="1", side="buy", quantity_e2=100_00, amount_minor=1000_00, security_code="600000",
        )  # fmt: skip
    return cast


def described() -> Any:
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    schema.app = get_wsgi_application()
    return schema


def operations() -> Iterator[Any]:
    for found in described().get_all_operations():
        yield found.ok()


def sent(operation: Any, mode: GenerationMode, token: str) -> None:
    """Send examples of one kind, the same ones every time, and hold the answers against the description."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES[mode],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any) -> None:
        # as it is: what calls the application in this process does not unpack
        case.headers = {**(case.headers or {}), "Authorization": f"Token {token}", "Accept-Encoding": "identity"}
        case.cookies = {}
        case.call_and_validate(checks=CHECKS)

    send()


@pytest.mark.parametrize("mode", EXAMPLES, ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize("role", ROLES)
def test_whatever_is_asked_the_answer_is_one_that_the_description_knows(
    cast: Cast, role: str, mode: GenerationMode
) -> None:
    token = Token.objects.create(user=cast.staff[role]).key
    for operation in operations():
        sent(operation, mode, token)


def test_the_description_knows_every_address_of_the_api(cast: Cast) -> None:
    described_paths = {operation.path for operation in operations()}
    assert {reverse(name) for name in ("api-client-list", "api-trade-list", "api-run-list")} <= described_paths


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/runs/99999999999999999999999999/", 404),
        ("/api/runs/?as_of=0000-00-00", 400),
        ("/api/runs/?as_of=9999-12-31", 200),
        ("/api/clients/?branch=%00", 400),
        ("/api/clients/?branch=" + "1" * 5000, 200),
        ("/api/clients/?cursor=cD0wMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw", 200),
        ("/api/clients/?cursor=cD3%2F%2F%2F", 404),
        ("/api/trades/?page_size=99999999999999999999", 200),
        ("/api/trades/?page_size=-1", 200),
        ("/api/trades/?client=1", 400),
        ("/api/standings/?as_of=2026-11-31", 400),
        ("/api/imports/?since=9999-12-31T23:59:59-23:59", 400),
    ],
)
def test_numbers_and_days_at_the_edge_are_answered(cast: Cast, address: str, status: int) -> None:
    browser = Browser()
    browser.force_login(cast.staff["compliance"], backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get(address).status_code == status
