"""The address under which a calendar program reads somebody's due days: opened, renewed and ended by the person."""

from datetime import datetime

from django.db import IntegrityError, transaction

from crm import audit
from crm.lib.links import LinkGone, sign, uid_behind
from crm.models import CalendarFeed, Staff

_SALT = "crm.calendar-feed"


def token_of(person: Staff) -> str | None:
    """The token of a person's open feed, None where there is none."""
    feed = CalendarFeed.objects.filter(staff=person, ended_at=None).first()
    return sign(feed.uid, _SALT) if feed else None


def open_feed(person: Staff, *, at: datetime, address: str | None = None) -> str:
    """Open a person's feed and return its token; an open one stays as it is."""
    try:
        with transaction.atomic():
            feed, is_new = CalendarFeed.objects.get_or_create(staff=person, ended_at=None, defaults={"made_at": at})
            if is_new:
                _tell("open-calendar-feed", person, address)
    except IntegrityError:  # the same click a moment ago
        feed = CalendarFeed.objects.get(staff=person, ended_at=None)
    return sign(feed.uid, _SALT)


def end_feed(person: Staff, *, at: datetime, address: str | None = None) -> bool:
    """End a person's feed: its address answers nobody any more. False where none was open."""
    with transaction.atomic():
        ended = CalendarFeed.objects.filter(staff=person, ended_at=None).update(ended_at=at)
        if ended:
            _tell("end-calendar-feed", person, address)
    return bool(ended)


def reader_of(token: str) -> Staff:
    """Whose feed a token opens; raises LinkGone, also where its owner no longer works here."""
    found = CalendarFeed.objects.filter(uid=uid_behind(token, _SALT), ended_at=None, staff__is_active=True)
    feed = found.select_related("staff").first()
    if feed is None:
        raise LinkGone
    return feed.staff


def _tell(action: str, person: Staff, address: str | None) -> None:
    audit.record(action, actor=person, table=CalendarFeed._meta.db_table, key=person.pk, address=address)
