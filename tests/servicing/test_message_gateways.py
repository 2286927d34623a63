"""The ways out: what each writes, and what it takes for sent, surely not sent, or unclear."""

import hashlib
import hmac
import json
import smtplib
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import UUID

import pytest

from servicing.messages.gateways import NotSent, Sent, Unclear, Written, gateway_for
from servicing.messages.gateways.files import FileOutbox
from servicing.messages.gateways.mail import SmtpGateway
from servicing.messages.gateways.web import HttpGateway
from servicing.messages.tokens import return_key
from tests.servicing.desk import AT

KEY = "5b0c9f3e-8f64-4a0e-9a55-1d0f4c1b2a77"
LETTER = Written(KEY, "16412345678", "讲座邀请", "您好", AT)
SECRET = "a shared secret"


def test_without_a_word_in_the_environment_everything_stays_in_files(settings, var_dir):
    assert settings.MESSAGE_GATEWAYS == {}
    for channel in ("sms", "wecom", "email"):
        assert gateway_for(channel) == FileOutbox(var_dir / "outbox" / channel)


def test_the_file_outbox_writes_a_key_once_for_its_owner_only(var_dir):
    outbox = FileOutbox(var_dir / "outbox")
    assert outbox.send(LETTER) == Sent(f"{KEY}.txt")
    again = Written(KEY, "another", "", "another", AT)
    assert outbox.send(again) == Sent(f"{KEY}.txt")
    (file,) = outbox.folder.iterdir()
    assert file.read_text() == "To: 16412345678\nSubject: 讲座邀请\n\n您好\n"
    assert file.stat().st_mode & 0o077 == 0


def test_a_full_disk_is_no_message(var_dir):
    (var_dir / "outbox").write_text("a file where the folder should be")
    assert FileOutbox(var_dir / "outbox").send(LETTER) == NotSent("file: FileExistsError", again=True)


@pytest.fixture
def server():
    """A gateway on this machine: answers as told, keeps what it got."""

    class Answering(BaseHTTPRequestHandler):
        status, body, got = 200, b'{"id": "p-7"}', []

        def do_POST(self):
            size = int(self.headers["Content-Length"])
            type(self).got.append((self.path, dict(self.headers), self.rfile.read(size)))
            if self.status == 0:  # takes it and hangs up
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(self.status)
            self.end_headers()
            self.wfile.write(self.body)

        def log_message(self, *_args):
            pass

    httpd = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    Answering.url = f"http://127.0.0.1:{httpd.server_port}/sms?house=1"
    yield Answering
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def test_the_contract_of_the_http_gateway(server):
    assert HttpGateway("sms", server.url, SECRET).send(LETTER) == Sent("p-7")
    ((path, headers, body),) = server.got
    assert path == "/sms?house=1"
    assert json.loads(body) == {
        "key": KEY, "channel": "sms", "to": "16412345678", "subject": "讲座邀请", "text": "您好",
    }  # fmt: skip
    assert headers["Idempotency-Key"] == KEY
    seconds = int(AT.timestamp())
    digest = hmac.new(SECRET.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Signature"] == f"t={seconds},v1={digest}"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (202, b"", Sent("")),
        (200, b"[1]", Sent("")),
        (200, b'{"id": null}', Sent("")),
        (400, b"", NotSent("http: 400")),
        (404, b"", NotSent("http: 404")),
        (429, b"", NotSent("http: 429", again=True)),
        (500, b"", Unclear("http: 500")),
        (503, b"", Unclear("http: 503")),
        (302, b"", Unclear("http: 302")),
    ],
)
def test_what_an_answer_means(server, status, body, outcome):
    server.status, server.body = status, body
    assert HttpGateway("sms", server.url, SECRET).send(LETTER) == outcome


def test_hung_up_after_the_request_nobody_knows(server):
    server.status = 0
    assert isinstance(HttpGateway("sms", server.url, SECRET).send(LETTER), Unclear)


def test_nobody_there_is_surely_not_sent():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    assert HttpGateway("sms", url, SECRET).send(LETTER) == NotSent("http: ConnectionRefusedError", again=True)


def test_an_e_mail_carries_its_key_and_how_to_opt_out(mailoutbox, settings):
    settings.DEFAULT_FROM_EMAIL = settings.BOUNCE_ADDRESS = "营业部 <service@example.com>"
    link = (("List-Unsubscribe", "<http://127.0.0.1/o/x/>"),)
    outcome = SmtpGateway().send(Written(KEY, "shen@example.com", "讲座邀请", "您好", AT, link))
    signed = return_key(UUID(KEY))
    assert outcome == Sent(f"<{signed}@example.com>")
    message = mailoutbox[0].message()
    assert (message["To"], message["Message-ID"]) == ("shen@example.com", f"<{signed}@example.com>")
    assert message["List-Unsubscribe"] == "<http://127.0.0.1/o/x/>"


def test_the_envelope_of_an_e_mail_says_whither_it_comes_back_and_its_text_who_wrote(mailoutbox, settings):
    settings.DEFAULT_FROM_EMAIL = "service@example.com"
    for address in ("bounces@example.com", "bounces+{key}@example.com"):
        settings.BOUNCE_ADDRESS = address
        SmtpGateway().send(LETTER)
    assert [letter.from_email for letter in mailoutbox] == [
        "bounces@example.com",
        f"bounces+{return_key(UUID(KEY))}@example.com",
    ]
    assert [letter.message()["From"] for letter in mailoutbox] == ["service@example.com"] * 2


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"")}), NotSent("smtp: 550")),
        (smtplib.SMTPRecipientsRefused({"a": (451, b"")}), NotSent("smtp: 451", again=True)),
        (smtplib.SMTPDataError(554, b""), NotSent("smtp: 554")),
        (smtplib.SMTPServerDisconnected(), Unclear("smtp: SMTPServerDisconnected")),
        (TimeoutError(), Unclear("smtp: TimeoutError")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_mail_server_says(monkeypatch, error, outcome):
    def refuse(*_args):
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    assert SmtpGateway().send(LETTER) == outcome


def test_a_mail_server_that_is_away_is_surely_not_sent(monkeypatch):
    def away(*_args):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", away)
    assert SmtpGateway().send(LETTER) == NotSent("smtp: ConnectionRefusedError", again=True)
