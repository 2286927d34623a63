"""Where returned e-mail is read from: a mailbox behind IMAP, a folder of files; what goes wrong there, and where it is told."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from crm.pages import health_checks
from servicing.messages.bounces import Read, mailboxes, read_bounces, reading
from servicing.messages.tokens import return_key
from servicing.models import BounceBox, ReturnedMail
from tests.servicing.mailroom import make_desk
from tests.servicing.returned_mail import LATER, PASSWORD, Server, maildir, postfix, put, read, sent, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_desk()


@pytest.fixture
def box(var_dir):
    return maildir(var_dir)


@pytest.fixture
def server(var_dir, monkeypatch):
    with serving(var_dir) as found:
        monkeypatch.setenv("SSL_CERT_FILE", str(var_dir / "server.pem"))
        yield found


def test_a_mailbox_behind_imap_is_read_from_where_the_last_reading_ended_and_left_as_it_is(desk, server):
    message = sent(desk)
    server.mails = {3: postfix(return_key(message.uid)), 8: b"Subject: hello"}
    assert read_bounces(server.url, LATER) == Read(failed=1, left=1)
    assert read_bounces(server.url, LATER) == Read()
    assert [asked for asked in server.spoken if "FETCH" in asked] == [
        f"UID FETCH {uid} (BODY.PEEK[]<0.262144>)" for uid in (3, 8)
    ]
    assert {asked.split()[0] for asked in server.spoken} == {"CAPABILITY", "LOGIN", "ID", "EXAMINE", "UID", "LOGOUT"}
    found = BounceBox.objects.get()
    assert (found.name, found.place, found.read_at, found.trouble) == ("127.0.0.1/INBOX", "7:8", LATER, "")
    server.validity = 9  # the server counts anew: everything is read again and nothing counts twice
    assert read_bounces(server.url, LATER) == Read()
    assert ReturnedMail.objects.count() == 2


def test_of_a_huge_mail_only_the_beginning_is_fetched(desk, server):
    message = sent(desk)
    server.mails = {1: postfix(return_key(message.uid))[:-30] + b"x" * 5_000_000}
    assert read_bounces(server.url, LATER) == Read(failed=1)


def test_a_long_mailbox_is_read_in_rounds(server, monkeypatch):
    monkeypatch.setattr(reading, "MOST", 3)
    server.mails = {uid: f"Subject: {uid}".encode() for uid in range(1, 6)}
    assert [read_bounces(server.url, LATER).left for _ in range(3)] == [3, 2, 0]


def moved(server: Server, part: str, to: str) -> str:
    return server.url.replace(part, to)


def test_what_goes_wrong_is_a_code_without_user_or_password(server, monkeypatch, caplog):
    assert read_bounces(moved(server, "a%20pass", "b"), LATER).trouble == "log-in"
    assert read_bounces(moved(server, "INBOX", "Other"), LATER).trouble == "folder"
    monkeypatch.delenv("SSL_CERT_FILE")
    assert read_bounces(server.url, LATER).trouble == "connect"  # nobody vouches for the certificate
    for url in ("imap://a:b@host/INBOX", "imaps://", "file://host/x", "imaps://a:b@host:port/", ""):
        assert read_bounces(url, LATER).trouble == "address"
    assert read_bounces("file:///nowhere/at/all", LATER).trouble == "folder"
    told = caplog.text + "".join(f"{box.name} {box.trouble}" for box in BounceBox.objects.all())
    assert PASSWORD not in told
    assert "crm@" not in told
    assert "crm%40" not in told


def test_a_connection_that_breaks_off_goes_on_from_there(desk, server, monkeypatch):
    server.mails = {1: b"Subject: 1", 2: b"Subject: 2"}
    plain = mailboxes._asked

    def breaks(stage, ask):
        if stage == "read" and "2" in getattr(ask, "args", ()):
            raise mailboxes.CannotRead(stage)
        return plain(stage, ask)

    with monkeypatch.context() as patched:
        patched.setattr(mailboxes, "_asked", breaks)
        assert read_bounces(server.url, LATER) == Read(left=1, trouble="read")
    found = BounceBox.objects.get()
    assert (found.place, found.read_at, found.tried_at) == ("7:1", None, LATER)
    assert read_bounces(server.url, LATER) == Read(left=1)


def test_a_folder_of_files_is_read_once_and_what_is_a_link_is_not(desk, var_dir):
    folder = var_dir / "mail"
    folder.mkdir()
    message = sent(desk)
    (folder / "1.eml").write_bytes(postfix(return_key(message.uid)))
    (folder / "notes.txt").write_text("no mail")
    (folder / "2.eml").symlink_to(folder / "notes.txt")
    assert read(folder) == Read(failed=1)
    assert [path.name for path in (folder / "seen").iterdir()] == ["1.eml"]
    assert read(folder) == Read()


def test_the_command_says_what_it_read_and_fails_where_it_could_not(desk, box, settings, capsys):
    with pytest.raises(CommandError, match="BOUNCE_URL"):
        call_command("read_bounces")
    settings.BOUNCE_URL = box.as_uri()
    put(box, postfix(return_key(sent(desk).uid)))
    call_command("read_bounces")
    assert capsys.readouterr().out == "failed 1, delayed 0, left 0\n"
    settings.BOUNCE_URL = "file:///nowhere/at/all"
    with pytest.raises(CommandError, match="folder"):
        call_command("read_bounces")


def checked(now=LATER):
    with translation.override("en"):
        return {str(one.name): one for one in health_checks.installation(now, now.date())}.get("Returned mail")


def test_the_health_page_tells_the_last_reading_and_its_error(desk, box, settings):
    assert checked() is None  # no e-mail leaves the house
    settings.MESSAGE_GATEWAYS = {"email": {"kind": "smtp"}}
    assert checked().state == health_checks.LOOK
    settings.BOUNCE_URL = box.as_uri()
    assert checked().told == "never read"
    put(box, postfix(return_key(sent(desk).uid)), b"Subject: else")
    read(box)
    assert checked().state == health_checks.OK
    assert checked().told.endswith("in 30 days reports: 1, other mails left: 1")
    assert checked(LATER + timedelta(hours=1)).state == health_checks.BAD
    read_bounces("file:///nowhere/at/all", LATER + timedelta(hours=1))
    assert checked(LATER + timedelta(hours=1)).state == health_checks.BAD
