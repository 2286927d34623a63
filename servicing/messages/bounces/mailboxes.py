"""Where returned mail lies: a mailbox behind IMAP over TLS, which is only read, or a folder of a mail server on this host.
Nothing is ever deleted: what is no report of ours stays for people to see."""

import imaplib
import os
import re
import ssl
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from servicing.messages.bounces.reports import MOST_BYTES

SECONDS = 20
PORT = 993


class CannotRead(Exception):
    """The mailbox cannot be read. `code` is address, connect, log-in, folder or read."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Mail:
    """The beginning of a mail; the place in the mailbox after it; and what to do once it has been taken in."""

    raw: bytes
    place: str = ""
    done: Callable[[], None] = lambda: None


Mails = Generator[Mail, None, None]


class Mailbox(Protocol):
    """A mailbox; `name` may be shown."""

    @property
    def name(self) -> str: ...

    def unread(self, after: str) -> Mails:
        """The mails after a place, oldest first. Raises CannotRead."""
        ...


def mailbox_of(url: str) -> Mailbox:
    """The mailbox of `BOUNCE_URL`: imaps://user:password@host:993/INBOX, or file:///a/folder. Raises CannotRead for another."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORT
    except ValueError as error:
        raise CannotRead("address") from error
    if parts.scheme == "imaps" and host:
        folder = unquote(parts.path.strip("/")) or "INBOX"
        return ImapBox(host, port, unquote(parts.username or ""), unquote(parts.password or ""), folder)
    if parts.scheme == "file" and not host and parts.path.strip("/"):
        return FolderBox(Path(unquote(parts.path)))
    raise CannotRead("address")


@dataclass(frozen=True)
class ImapBox:
    """A folder of an IMAP server. It is opened for reading only and no flag is set: how far it was read is the place, made of
    the server's UIDVALIDITY and UID."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str

    @property
    def name(self) -> str:
        return f"{self.host}/{self.folder}"

    def unread(self, after: str) -> Mails:
        """One connection; each mail is fetched when it is asked for, and no more of it than is read."""
        try:
            trust = ssl.create_default_context()
            server = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=trust, timeout=SECONDS)
        except (OSError, imaplib.IMAP4.error) as error:
            raise CannotRead("connect") from error
        try:
            yield from self._mails(server, after)
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()

    def _mails(self, server: imaplib.IMAP4, after: str) -> Mails:
        _asked("log-in", partial(server.login, self.user, self.password))
        if "ID" in server.capabilities:  # some providers open no folder to a program that does not say its name
            _asked("log-in", partial(server.xatom, "ID", '("name" "branch-crm")'))
        _asked("folder", partial(server.select, f'"{self.folder}"', readonly=True))
        validity = b"".join(filter(None, server.response("UIDVALIDITY")[1])).decode("ascii", "replace")[:20]
        known, _, uid = after.partition(":")
        last = int(uid) if known == validity else 0
        found = _asked("read", partial(server.uid, "SEARCH", "UID", f"{last + 1}:*"))
        uids = sorted(int(one) for one in re.findall(rb"\d+", b" ".join(filter(None, found))))
        for one in (one for one in uids if one > last):  # n:* names the last mail even where it is before n
            part = f"(BODY.PEEK[]<0.{MOST_BYTES}>)"
            answer = _asked("read", partial(server.uid, "FETCH", str(one), part))
            raw = next((piece[1] for piece in answer if isinstance(piece, tuple)), None)
            if raw is not None:  # else it was deleted meanwhile
                yield Mail(raw[:MOST_BYTES], f"{validity}:{one}")


def _asked(stage: str, ask: Callable[[], tuple[str, list[Any]]]) -> list[Any]:
    """The answer of a server that said OK."""
    try:
        said, answer = ask()
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        raise CannotRead(stage) from error
    if said != "OK":
        raise CannotRead(stage)
    return answer


@dataclass(frozen=True)
class FolderBox:
    """A Maildir, or a folder of .eml files. What was taken in is moved aside: in a Maildir to the mails that were seen, else into
    the folder `seen`."""

    folder: Path

    @property
    def name(self) -> str:
        return str(self.folder)[-200:]

    def unread(self, after: str) -> Mails:
        """By name; links are not followed."""
        is_maildir = (self.folder / "new").is_dir()
        source = self.folder / "new" if is_maildir else self.folder
        seen = self.folder / ("cur" if is_maildir else "seen")
        try:
            seen.mkdir(mode=0o700, exist_ok=True)
            names = sorted(
                one.name
                for one in os.scandir(source)
                if one.is_file(follow_symlinks=False) and (is_maildir or one.name.endswith(".eml"))
            )
        except OSError as error:
            raise CannotRead("folder") from error
        for name in names:
            target = seen / (f"{name}:2,S" if is_maildir else name)
            try:
                with (source / name).open("rb") as file:
                    raw = file.read(MOST_BYTES)
            except FileNotFoundError:
                continue  # another reader was quicker
            except OSError as error:
                raise CannotRead("read") from error
            yield Mail(raw, done=partial(_move, source / name, target))


def _move(path: Path, target: Path) -> None:
    try:
        path.rename(target)
    except FileNotFoundError:
        pass  # another reader was quicker
    except OSError as error:
        raise CannotRead("folder") from error
