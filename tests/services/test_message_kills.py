"""kill -9 of the worker between the call and the mark: the provider counts per key, and no client gets a message twice."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest

from servicing.messages.sendings import plan_sending, start_sending
from servicing.messages.unknown import send_again
from servicing.models import Message
from tests.services.conftest import Stack, kill_group, wait_for
from tests.servicing.desk import AT, Desk, make_desk
from tests.servicing.mailroom import approved, lift_quiet_hours, reachable

pytestmark = pytest.mark.services
SOON = 60


@dataclass
class Provider:
    """A gateway on this machine that knows its keys: `calls` came in, `delivered` went out, each key once. While `holds` is
    set it takes a message and does not answer."""

    url: str = ""
    calls: list[str] = field(default_factory=list)
    delivered: Counter[str] = field(default_factory=Counter)
    holds: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def provider() -> Iterator[Provider]:
    told = Provider()

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            key = self.headers["Idempotency-Key"]
            self.rfile.read(int(self.headers["Content-Length"]))
            if key not in told.delivered:
                told.delivered[key] += 1
            told.calls.append(key)
            while told.holds.is_set():
                threading.Event().wait(0.05)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"id": key[:8]}).encode())

        def log_message(self, *_args: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(OSError):  # the caller was killed
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    told.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield told
    told.holds.clear()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def desk(transactional_db: None) -> Desk:
    lift_quiet_hours()
    return make_desk()


def killed_in_the_call(stack: Stack, desk: Desk, provider: Provider) -> Message:
    """A message that the provider has, whose worker did not live to write so."""
    stack.env |= {"EMAIL_GATEWAY_URL": provider.url, "EMAIL_GATEWAY_SECRET": "a shared secret"}
    provider.holds.set()
    worker = stack.worker("one")
    version = approved(desk, "email")  # the workers have keys of their own, and no phone opens under them
    sending = plan_sending([reachable(desk)], version, uid=uuid4(), kind="one", by=desk.advisor, at=AT)
    start_sending(sending, by=desk.advisor, at=AT)
    wait_for(lambda: provider.calls, SOON)
    kill_group(worker)
    provider.holds.clear()
    message = Message.objects.get()
    assert message.state == "sending"
    return message


def test_killed_between_call_and_mark_it_waits_for_a_person_and_goes_once(
    stack: Stack, desk: Desk, provider: Provider
) -> None:
    message = killed_in_the_call(stack, desk, provider)
    stack.worker("two")
    stack.beat()
    wait_for(lambda: Message.objects.get().state == "unknown", SOON)
    assert len(provider.calls) == 1  # no machine sends it again
    message.refresh_from_db()
    send_again(message, note="网关后台查不到", by=desk.advisor, at=AT)
    wait_for(lambda: Message.objects.get().state == "sent", SOON)
    assert provider.calls == [str(message.uid)] * 2
    assert provider.delivered == {str(message.uid): 1}


@pytest.mark.postgres  # once is enough for a control
def test_a_queue_that_tried_again_by_itself_under_a_new_key_would_send_it_twice(
    stack: Stack, desk: Desk, provider: Provider
) -> None:
    """The control: what the key and the state *unknown* are for."""
    killed_in_the_call(stack, desk, provider)
    Message.objects.update(state="queued", uid=uuid4())
    stack.worker("two")
    stack.beat()
    wait_for(lambda: Message.objects.get().state == "sent", SOON)
    assert sum(provider.delivered.values()) == 2
