"""What the health page says of the installation, each with its state and, where it is not well, with what to do."""

import shutil
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm import bell, calendar, heartbeats
from crm.lib import formats
from crm.models import Holiday, JobRun
from segmentation.thresholds import NoThreshold, threshold
from servicing.models import BounceBox, ReturnedMail

OK, LOOK, BAD = "ok", "look", "bad"
SILENT = timedelta(minutes=2)  # six beats of the clock
WAITS = timedelta(minutes=2)
UNREAD = timedelta(minutes=30)
MAIL_DAYS = timedelta(days=30)
MAIL_TROUBLE = {
    "address": gettext_lazy("BOUNCE_URL is not understood: imaps://user:password@host/INBOX or file:///folder."),
    "connect": gettext_lazy("The server does not answer, or its certificate is not trusted."),
    "log-in": gettext_lazy("The server refused user or password."),
    "folder": gettext_lazy("The folder cannot be opened, or nothing can be moved in it."),
    "read": gettext_lazy("The connection broke off while reading; it goes on from there."),
}


@dataclass(frozen=True)
class Check:
    """One thing: `state` is ok, look or bad; `advice` what to do where it is not ok."""

    name: str
    state: str
    told: str
    advice: str = ""


def installation(now: datetime, today: date) -> list[Check]:
    """Database, broker, clock, workers, queue, disk, calendar and, where e-mails leave the house, the mail that comes back."""
    checks = [_database(), _broker(), *_processes(now), _queue(now), _disk(today), _calendar(today)]
    return [*checks, *_returned_mail(now)]


def _database() -> Check:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
            version, size = cursor.fetchone()
            name = f"PostgreSQL {version}"
        else:
            cursor.execute("SELECT sqlite_version()")
            name, size = f"SQLite {cursor.fetchone()[0]}", _size_of(str(settings.DATABASES["default"]["NAME"]))
    took = 1000 * (time.perf_counter() - began)
    told = _("{name}, answers in {ms} ms").format(name=name, ms=f"{took:.0f}")
    return Check(_("Database"), OK, f"{told} · {formats.size(size)}" if size else told)


def _size_of(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def _broker() -> Check:
    if not bell.has_broker():
        return Check(
            _("Broker"),
            LOOK,
            _("none is configured for this process"),
            _("Start everything with one command (manage.py serve), or set REDIS_URL."),
        )
    waiting = bell.waiting()
    if waiting is None:
        return Check(
            _("Broker"),
            BAD,
            _("does not answer"),
            _("Start it again. Nothing is lost: work waits in the database and is rung for within a minute."),
        )
    return Check(_("Broker"), OK, _("answers; messages waiting: {n}").format(n=formats.count(waiting)))


def _processes(now: datetime) -> list[Check]:
    clock, workers = heartbeats.last_beats()
    busy = JobRun.objects.filter(state=JobRun.State.RUNNING, lease_until__gte=now).count()
    alive = [host for host, at in workers.items() if now - at < SILENT]
    if clock is not None and now - clock < SILENT:
        told_clock = Check(_("Clock"), OK, _("last beat {ago}").format(ago=_ago(now, clock)))
    elif busy:
        told_clock = Check(
            _("Clock"), LOOK, _("not heard while the workers are busy"), _("Look again when they are done.")
        )
    else:
        told = _("last beat {ago}").format(ago=_ago(now, clock)) if clock else _("never heard")
        told_clock = Check(
            _("Clock"),
            BAD,
            told,
            _("Start beat, exactly one: without it no night starts and lost work is not rung for."),
        )
    if alive or busy:
        told = ngettext("{n} run under way", "{n} runs under way", busy).format(n=busy) if busy else _("idle")
        return [told_clock, Check(_("Workers"), OK, f"{', '.join(alive) or _('busy')} · {told}")]
    last = max(workers.values(), default=None)
    told = _("last heard {ago}").format(ago=_ago(now, last)) if last else _("never heard")
    return [told_clock, Check(_("Workers"), BAD, told, _("Start a worker: imports, nights and checks wait for one."))]


def _ago(now: datetime, at: datetime) -> str:
    return _("{duration} ago").format(duration=formats.duration(max((now - at).total_seconds(), 0)))


def _queue(now: datetime) -> Check:
    queued = JobRun.objects.filter(state=JobRun.State.QUEUED)
    oldest = queued.aggregate(at=Min("created_at"))["at"]
    if oldest is None:
        return Check(_("Queue"), OK, _("nothing waits"))
    told = _("the oldest run waits since {at}").format(at=formats.moment(oldest))
    if now - oldest < WAITS or JobRun.objects.filter(state=JobRun.State.RUNNING, lease_until__gte=now).exists():
        return Check(_("Queue"), OK, told)
    return Check(_("Queue"), BAD, told, _("No worker takes work. Look at workers and broker above."))


def _disk(today: date) -> Check:
    usage = shutil.disk_usage(settings.VAR_DIR)
    share = usage.free / usage.total
    told = _("{free} free of {total} ({share})").format(
        free=formats.size(usage.free), total=formats.size(usage.total), share=formats.percent(share)
    )
    floor = _number("disk_free_low", today) / 100
    if share >= floor:
        return Check(_("Disk"), OK, told)
    advice = _("Make room in the data folder: old uploads and backups first. Imports and nights stop when it is full.")
    return Check(_("Disk"), BAD if share < floor / 2 else LOOK, told, advice)


def _calendar(today: date) -> Check:
    last = Holiday.objects.order_by("-day").values_list("day", flat=True).first()
    if last is not None and last.year >= today.year + (1 if today.month == 12 else 0):
        return Check(_("Calendar"), OK, _("holidays are known to the end of {year}").format(year=last.year))
    told = _("holidays end with {year}").format(year=last.year) if last else _("no holiday is known")
    return Check(_("Calendar"), LOOK, told, _("Enter the holidays of the coming year; until then weekdays count."))


def _returned_mail(now: datetime) -> list[Check]:
    """The reading of the mailbox for returned mail; nothing where no e-mail leaves the house."""
    name = _("Returned mail")
    if not settings.BOUNCE_URL:
        advice = _("Name its mailbox by BOUNCE_URL: bad addresses stay unknown.")
        return [Check(name, LOOK, _("nobody reads it"), advice)] if "email" in settings.MESSAGE_GATEWAYS else []
    box = BounceBox.objects.order_by("-tried_at").first()
    if box is None:
        return [Check(name, LOOK, _("never read"), _("The clock asks for it every five minutes; look again then."))]
    read = _("last read {ago}").format(ago=_ago(now, box.read_at)) if box.read_at else _("never read")
    if box.trouble:
        return [Check(name, BAD, f"{read} · {box.trouble}", str(MAIL_TROUBLE.get(box.trouble, "")))]
    counts = ReturnedMail.objects.counted_since(now - MAIL_DAYS)
    reports = counts.get("failed", 0) + counts.get("delayed", 0)
    told = _("{read} · in 30 days reports: {reports}, other mails left: {left}").format(
        read=read, reports=formats.count(reports), left=formats.count(counts.get("left", 0))
    )
    if now - box.tried_at > UNREAD:
        return [Check(name, BAD, told, _("It should be read every five minutes. Look at clock and workers above."))]
    return [Check(name, OK, told)]


def days_behind(day: date | None, today: date) -> int | None:
    """Trading days that should have come since a day; None where nothing ever came."""
    if day is None:
        return None
    last = calendar.last_trading_day_before(today)
    return len(calendar.trading_days(day + timedelta(days=1), last)) if day < last else 0


def state_of_age(behind: int | None, today: date) -> str:
    """How bad it is that facts are so many trading days behind."""
    if behind is None:
        return BAD
    return OK if behind <= 0 else BAD if behind > _number("facts_late", today) else LOOK


def _number(key: str, day: date) -> int:
    try:
        return threshold(key, day)
    except NoThreshold:
        return 0
