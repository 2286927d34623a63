"""SMS and WeCom by an HTTP gateway of the house. The contract:

    POST <url>                       application/json, UTF-8
    Idempotency-Key: <key>           the same for every attempt of one message: a key known already is answered as before,
                                     and not sent again
    X-Signature: t=<seconds>,v1=<hex>  HMAC-SHA-256 under the shared secret of "<seconds>.<body>"
    {"key": …, "channel": "sms", "to": …, "subject": …, "text": …}

Answers: 200, 201 or 202 with {"id": "<provider's id>"}: the gateway has it. 4xx: it was not sent and will not be (408, 425 and
429: not sent, try again). Anything else, or no answer: unknown, and it waits for a person.

What became of it the gateway posts to /messages/reports/<channel>/, signed the same way with the seconds of the present:

    {"key": …, "status": "delivered" | "opened" | "bounced", "at": "2026-11-20T10:30:00+08:00"}

It is answered 204 however often it comes, 401 for a wrong or old signature, 422 for what cannot be read."""

import hashlib
import hmac
import http.client
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from servicing.messages.gateways.outcome import NotSent, Outcome, Sent, Unclear, Written

SECONDS = 10
LATER = {408, 425, 429}


def signature(secret: str, seconds: int, body: bytes) -> str:
    """The signature of a body at a moment, as the header says it."""
    digest = hmac.digest(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={digest.hex()}"


@dataclass(frozen=True)
class HttpGateway:
    """The gateway of one channel behind an address."""

    channel: str
    url: str
    secret: str

    def send(self, written: Written) -> Outcome:
        """Connect, post, read: before the request is written nothing can have gone."""
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        told = {"key": written.key, "channel": self.channel, "to": written.to}
        body = json.dumps({**told, "subject": written.subject, "text": written.body}, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": written.key,
            "X-Signature": signature(self.secret, int(written.at.timestamp()), body),
        }
        try:
            connection.connect()
        except OSError as error:
            return NotSent(f"http: {type(error).__name__}", again=True)
        try:
            connection.request("POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, headers)
            answer = connection.getresponse()
            said = answer.read(100_000)
        except (OSError, http.client.HTTPException) as error:
            return Unclear(f"http: {type(error).__name__}")
        finally:
            connection.close()
        return _outcome(answer.status, said)


def _outcome(status: int, said: bytes) -> Outcome:
    if status in {200, 201, 202}:
        try:
            answer = json.loads(said)
        except ValueError:
            answer = None
        return Sent(str(answer.get("id") or "")[:120] if isinstance(answer, dict) else "")
    if 400 <= status < 500:
        return NotSent(f"http: {status}", again=status in LATER)
    return Unclear(f"http: {status}")
