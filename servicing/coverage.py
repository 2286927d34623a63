"""Whom an advisor reached lately: how long the last conversation is ago, and which share of a tier was spoken to. Counted in
the database over one window of days; a client never spoken to in it counts as longer ago than the window."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection

from crm.calendar import day_begins
from crm.lib import bulk
from crm.models import Publication, Staff

_UNRESTRICTED = " AND NOT c.is_restricted"


@dataclass
class Reach:
    """The clients of one advisor who were spoken to in the window: by days since the last time, and by tier."""

    ages: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    tiers: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def median_age(self, clients: int) -> int | None:
        """Days since the last conversation of the median client among so many; None where it is longer ago than the
        window. Of an even number the later half counts."""
        half, passed = (clients + 1) // 2, 0
        for age, count in sorted(self.ages.items()):
            passed += count
            if half and passed >= half:
                return age
        return None


def window(until: date, days: int) -> tuple[datetime, datetime]:
    """The moments at which a window of so many Shanghai days ending with a day begins and ends."""
    return day_begins(until - timedelta(days - 1)), day_begins(until + timedelta(1))


def reach_of(user: Staff, night: Publication, *, until: date, days: int) -> Mapping[int | None, Reach]:
    """The reach of every advisor of a branch over the clients of a night whom the user sees, in the window until a day."""
    return _reached(night, until, days, "" if user.is_compliance else _UNRESTRICTED)


def reach_in(night: Publication, *, until: date, days: int) -> Mapping[int | None, Reach]:
    """The same over the unrestricted clients of a night, for what is kept with it."""
    return _reached(night, until, days, _UNRESTRICTED)


def _reached(night: Publication, until: date, days: int, hidden: str) -> Mapping[int | None, Reach]:
    begins, ends = window(until, days)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT c.advisor_id, s.tier, {bulk.local_day_sql("k.last")} AS day, COUNT(*) FROM (
                SELECT client_id, MAX(happened_at) AS last FROM servicing_contact
                WHERE branch_id = %s AND happened_at >= %s AND happened_at < %s AND withdrawn_at IS NULL
                GROUP BY client_id
            ) k JOIN segmentation_standing s ON s.publication_id = %s AND s.client_id = k.client_id
            JOIN clients_client c ON c.id = k.client_id{hidden}
            GROUP BY c.advisor_id, s.tier, {bulk.local_day_sql("k.last")}""",
            [night.branch_id, bulk.moment(begins), bulk.moment(ends), night.pk],
        )
        rows = cursor.fetchall()
    found: dict[int | None, Reach] = defaultdict(Reach)
    for advisor, tier, day, count in rows:
        last = date.fromisoformat(day) if isinstance(day, str) else day
        found[advisor].ages[(until - last).days] += count
        found[advisor].tiers[tier] += count
    return found
