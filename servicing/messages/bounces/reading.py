"""Reading the mailbox for returned mail: each mail is taken in by one transaction and known by its digest ever after, so that a
reader that dies before it could note its place, or a second one, counts nothing twice."""

import hashlib
import logging
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction

from crm.lib.failures import describe, is_interruption
from servicing.messages.addresses import note_dead
from servicing.messages.bounces.mailboxes import CannotRead, mailbox_of
from servicing.messages.bounces.reports import Report, read_report
from servicing.messages.reports import record_report
from servicing.models import BounceBox, Message, ReturnedMail
from servicing.models.messages import MessageChannel

log = logging.getLogger(__name__)
MOST = 500  # mails of one reading; the rest waits for the next
Outcome = ReturnedMail.Outcome


@dataclass
class Read:
    """What a reading found: mails by outcome, and the code of what ended it early."""

    failed: int = 0
    delayed: int = 0
    left: int = 0
    trouble: str = ""


def read_bounces(url: str, at: datetime) -> Read:
    """Read what is new in the mailbox behind an address, at most so many mails, and note how it went."""
    read = Read()
    try:
        box = mailbox_of(url)
    except CannotRead as error:
        read.trouble = error.code
        _note("BOUNCE_URL", at, read)
        return read
    place = BounceBox.objects.filter(name=box.name).values_list("place", flat=True).first() or ""
    try:
        with closing(box.unread(place)) as mails:
            for mail in islice(mails, MOST):
                if outcome := _taken_in(mail.raw, at):
                    setattr(read, outcome, getattr(read, outcome) + 1)
                place = mail.place
                mail.done()
    except CannotRead as error:
        read.trouble = error.code
        log.error("Returned mail cannot be read: %s", error.code)
    _note(box.name, at, read, place=place)
    return read


def take_in(raw: bytes, at: datetime) -> str:
    """Take in one mail: the outcome, or '' where it was taken in before."""
    report = _report_in(raw)
    message = Message.objects.filter(uid=report.uid, channel=MessageChannel.EMAIL).first() if report else None
    told: dict[str, object] = {"read_at": at}
    if report and message:
        outcome = Outcome.FAILED if report.is_final else Outcome.DELAYED
        told |= {"outcome": outcome, "message": message, "code": report.code}
    with transaction.atomic():
        row, is_new = ReturnedMail.objects.get_or_create(digest=digest_of(raw), defaults=told)
        if not is_new:
            return ""
        if report and message:
            _record(report, message, at)
    return row.outcome


def _taken_in(raw: bytes, at: datetime) -> str:
    """As `take_in`; a mail that fails by itself (a message whose address no key opens) holds up nobody behind it and is left."""
    try:
        return take_in(raw, at)
    except Exception as error:
        if is_interruption(error):
            raise
        log.error("A returned mail cannot be taken in: %s", describe(error))
        return Outcome.LEFT


def digest_of(raw: bytes) -> str:
    """What a mail is known by, wherever it lies."""
    return hashlib.sha256(raw).hexdigest()


def _record(report: Report, message: Message, at: datetime) -> None:
    """What came back for good is reported as any gateway does; what waits is noted only, unless more is known."""
    if report.is_final:
        record_report(message.channel, message.uid, "bounced", at)
    kept = Message.objects.filter(pk=message.pk, delivery="bounced" if report.is_final else "", state="sent")
    kept.update(trouble=f"mail: {report.code}")
    if report.is_dead and message.client:
        note_dead(message, report.code, at)


def _report_in(raw: bytes) -> Report | None:
    """The report in a mail; one that no parser reads holds up nobody behind it."""
    try:
        return read_report(raw)
    except Exception as error:  # whatever strangers send
        if is_interruption(error):
            raise
        log.warning("A returned mail cannot be parsed: %s", describe(error))
        return None


def _note(name: str, at: datetime, read: Read, *, place: str = "") -> None:
    told = {"tried_at": at, "trouble": read.trouble, "place": place, **({} if read.trouble else {"read_at": at})}
    BounceBox.objects.update_or_create(name=name, defaults=told)
