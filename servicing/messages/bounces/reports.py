"""What a returned mail says. Anybody may write to the mailbox, so of a mail nothing is believed but what hangs on a key that the
house has signed; and nothing is kept of it but a code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from uuid import UUID

from servicing.messages.tokens import returned_in

MOST_BYTES = 256 * 1024  # of a mail; the report and the headers of what came back stand before its text
# headers of the report that may carry the key: the address it was sent to, and the mail it answers
_ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "In-Reply-To", "References")
_CODE = re.compile(r"\s*([45]\.\d{1,3}\.\d{1,3})(?!\d)")
# The address is at fault: it (5.1) or its host (5.4.4) does not exist, the mailbox is shut (5.2.1), or the server said nothing
# finer. Not: the sender's address, a full mailbox, a loop, a refusal of the text.
_DEAD = re.compile(r"5\.(1\.(?!7$|8$)\d+|2\.1|4\.4|0\.0)$")


@dataclass(frozen=True)
class Report:
    """What became of one message: it failed for good, or waits (`is_final` false); `code` is RFC 3463's."""

    uid: UUID
    code: str
    is_final: bool

    @property
    def is_dead(self) -> bool:
        """Whether the address is at fault, as far as the server told."""
        return self.is_final and bool(_DEAD.match(self.code))


def read_report(raw: bytes) -> Report | None:
    """The report in a mail about a message of ours; None for whatever else lies in a mailbox. May raise what Python's parser
    raises for mails that are no mails."""
    mail = message_from_bytes(raw)
    kind = str(mail.get_param("report-type", "")).lower()
    if mail.get_content_type() != "multipart/report" or kind != "delivery-status" or not mail.is_multipart():
        return None
    parts = [part for part in mail.get_payload() if isinstance(part, Message)]
    told = next(filter(None, map(_told, parts)), None)
    if told is None:
        return None
    uid = returned_in("\n".join(_headers(mail, parts)))
    return Report(uid, *told) if uid else None


def _told(part: Message) -> tuple[str, bool] | None:
    """The code of the one whom a message went to, and whether that is final: "failed" is, with whatever code; "delayed" is
    not, and neither tells what was delivered or passed on."""
    if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
        return None
    for fields in part.get_payload():
        if isinstance(fields, Message):
            action, code = str(fields.get("Action", "")).strip().lower(), _CODE.match(str(fields.get("Status", "")))
            if code and action in {"failed", "delayed"}:
                return code[1], action == "failed"
    return None


def _headers(mail: Message, parts: list[Message]) -> Iterator[str]:
    """Where the key may stand: in the address, or in the headers of what is returned (whole, or headers only: RFC 3462)."""
    for name in _ADDRESSED:
        yield from map(str, mail.get_all(name, ()))
    for part in parts:
        returned: object = None
        if part.get_content_type() == "message/rfc822" and part.is_multipart():
            returned = part.get_payload(0)
        elif part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            returned = message_from_bytes(payload) if isinstance(payload, bytes) else None
        if isinstance(returned, Message):
            yield from (str(returned.get(name, "")) for name in ("Message-ID", "Return-Path"))
