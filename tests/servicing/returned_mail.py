"""Mails as they come back, written after those of Postfix, Exchange and a Chinese provider, and a mail server to fetch them from:
the few commands of IMAP4 over TLS that a reader of ours uses; and what goes before: an e-mail that was sent."""

import base64
import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from clients.models import Client
from servicing.messages.bounces import Read, read_bounces
from servicing.messages.sender import send_due
from servicing.models import Message, ReturnedMail
from tests.servicing.desk import Desk
from tests.servicing.mailroom import AT, Provider, approved, going, reachable

LATER = AT + timedelta(hours=1)
USER, PASSWORD = "crm@example.com", "a pass phrase"


def postfix(key: str, *, status: str = "5.1.1", action: str = "failed", to: str = "bounces@example.com") -> bytes:
    """Headers of the original alone (RFC 3462); the key is in its Message-ID."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="4F2A.1732/mx.example.com"

This is a MIME-encapsulated message.

--4F2A.1732/mx.example.com
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--4F2A.1732/mx.example.com
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
X-Postfix-Queue-ID: 4F2A
Arrival-Date: Fri, 20 Nov 2026 10:30:00 +0800 (CST)

Final-Recipient: rfc822; shen@example.net
Original-Recipient: rfc822;shen@example.net
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.net
Diagnostic-Code: smtp; 550 {status} <shen@example.net>: Recipient address rejected

--4F2A.1732/mx.example.com
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <{to}>
From: crm@example.com
To: shen@example.net
Message-ID: <{key}@example.com>

--4F2A.1732/mx.example.com--
""".encode()


def exchange(key: str) -> bytes:
    """The original whole; the key is in the address of the envelope alone, in capitals."""
    return f"""From: postmaster@corp.example.net
To: BOUNCES+{key.upper()}@example.com
Subject: Undeliverable: =?utf-8?B?6K6y5bqn6YKA6K+3?=
Content-Type: multipart/report; report-type="Delivery-Status"; boundary="_000_x_"
MIME-Version: 1.0

--_000_x_
Content-Type: multipart/alternative; boundary="_001_x_"

--_001_x_
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PHA+WW91ciBtZXNzYWdlIGNvdWxkbid0IGJlIGRlbGl2ZXJlZC48L3A+
--_001_x_--

--_000_x_
Content-Type: message/delivery-status

Reporting-MTA: dns;corp.example.net

Final-Recipient: RFC822; chen@corp.example.net
Action: FAILED
Status: 5.1.10 (recipient not found)
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound

--_000_x_
Content-Type: message/rfc822

From: crm@example.com
To: chen@corp.example.net
Message-ID: <replaced-by-exchange@corp.example.net>
Content-Type: text/plain; charset="utf-8"

Hello
--_000_x_--
""".replace("\n", "\r\n").encode()


def chinese(key: str) -> bytes:
    """Text in GBK, the headers of the original in base64."""
    told = base64.encodebytes(f"Subject: x\nMessage-ID: <{key}@example.com>\n".encode()).decode()
    return f"""From: =?gbk?B?{base64.b64encode("系统退信".encode("gbk")).decode()}?= <postmaster@mail.example.cn>
To: crm@example.com
Subject: 退信通知
Content-Type: multipart/report; report-type=delivery-status; boundary="----=_Part_1"
MIME-Version: 1.0

------=_Part_1
Content-Type: text/plain; charset=gbk
Content-Transfer-Encoding: 8bit

抱歉，您的邮件被退回来了：收件人（沈慕云）的邮箱不存在。

------=_Part_1
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.cn

Final-Recipient: rfc822; shen@mail.example.cn
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 User not found

------=_Part_1
Content-Type: text/rfc822-headers
Content-Transfer-Encoding: base64

{told}
------=_Part_1--
""".encode("gbk")


@dataclass
class Server:
    """A mail server on this machine: `mails` by UID; `spoken` keeps what it was asked."""

    url: str = ""
    validity: int = 7
    mails: dict[int, bytes] = field(default_factory=dict)
    spoken: list[str] = field(default_factory=list)


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "server.pem"
    path.write_bytes(text + made.public_bytes(serialization.Encoding.PEM))
    return path


def answers(told: Server, asked: str) -> Iterator[bytes]:
    """What the server says to a command; raises PermissionError for what it refuses."""
    if asked == "CAPABILITY":
        yield b"* CAPABILITY IMAP4rev1 ID\r\n"
    elif asked.startswith("LOGIN") and asked != f'LOGIN {USER} "{PASSWORD}"':
        raise PermissionError
    elif asked == 'EXAMINE "INBOX"':
        yield f"* {len(told.mails)} EXISTS\r\n* OK [UIDVALIDITY {told.validity}] valid\r\n".encode()
    elif asked.startswith("EXAMINE"):
        raise PermissionError
    elif found := re.fullmatch(r"UID SEARCH UID (\d+):\*", asked):
        uids = [uid for uid in told.mails if uid >= int(found[1])] or sorted(told.mails)[-1:]
        yield f"* SEARCH {' '.join(map(str, uids))}\r\n".encode()
    elif found := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", asked):
        raw = told.mails[int(found[1])][: int(found[2])]
        yield f"* 1 FETCH (UID {found[1]} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """The server while it is up."""
    told, tls = Server(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate(folder))

    class Speaking(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for line in self.rfile:
                tag, _, asked = line.decode().strip().partition(" ")
                told.spoken.append(asked)
                try:
                    self.wfile.write(b"".join(answers(told, asked)) + f"{tag} OK done\r\n".encode())
                except PermissionError:
                    self.wfile.write(f"{tag} NO refused\r\n".encode())
                if asked == "LOGOUT":
                    return

        def setup(self) -> None:
            self.request = tls.wrap_socket(self.request, server_side=True)
            super().setup()

    class Quiet(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_args: object) -> None:
            pass  # whoever does not trust the certificate hangs up

    with Quiet(("127.0.0.1", 0), Speaking) as server:
        told.url = f"imaps://crm%40example.com:a%20pass%20phrase@127.0.0.1:{server.server_address[1]}/INBOX"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield told
        server.shutdown()
        thread.join()


def sent(desk: Desk, client: Client | None = None, **more: Any) -> Message:
    """An e-mail that went to a client."""
    sending = going(desk, [client or reachable(desk, **more)], approved(desk, "email"))
    send_due(desk.branch.pk, lambda: AT, ways=Provider())
    return Message.objects.get(sending=sending, state="sent")


def maildir(var_dir: Path) -> Path:
    """A Maildir with the address of the environment."""
    for name in ("new", "cur", "tmp"):
        (var_dir / "bounces" / name).mkdir(parents=True)
    return var_dir / "bounces"


def put(box: Path, *mails: bytes) -> None:
    """Lay mails into a Maildir."""
    for number, raw in enumerate(mails):
        (box / "new" / f"{ReturnedMail.objects.count()}{number}.host").write_bytes(raw)


def read(box: Path) -> Read:
    """Read a Maildir an hour later."""
    return read_bounces(box.as_uri(), LATER)
