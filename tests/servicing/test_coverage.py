"""Whom an advisor has reached: days since the last conversation, and the share of a tier that was spoken to."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clients.models import Client
from servicing.coverage import Reach, reach_of, window
from servicing.models import Contact
from tests.crm.page_firm import client, night, staff, stand
from tests.segmentation.nights import make_branch

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 27)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def talk(who: Client, by, days_ago: int, hour: int = 12, **more):
    at = datetime.combine(DAY - timedelta(days=days_ago), datetime.min.time(), SHANGHAI) + timedelta(hours=hour)
    return Contact.objects.create(
        branch=who.branch, client=who, staff=by, happened_at=at, channel="phone", summary="x", recorded_at=at, **more
    )


def test_the_last_conversation_counts_by_its_shanghai_day_and_withdrawn_ones_do_not():
    branch = make_branch()
    li, boss = staff("li", "advisor", branch), staff("boss", "manager", branch)
    published = night(branch, DAY)
    early, twice, withdrawn, old, hidden = (client(branch, advisor=li) for _ in range(5))
    for who, tier in ((early, "vip"), (twice, "key"), (withdrawn, "vip"), (old, "vip"), (hidden, "vip")):
        stand(published, who, tier=tier)
    talk(early, li, 3, hour=1)  # still the day before in UTC
    talk(twice, li, 40)
    talk(twice, li, 2)
    talk(withdrawn, li, 1, withdrawn_at=datetime(2026, 11, 27, tzinfo=SHANGHAI))
    talk(old, li, 90)
    talk(hidden, li, 1)
    Client.objects.filter(pk=hidden.pk).update(is_restricted=True)
    reach = reach_of(boss, published, until=DAY, days=90)[li.pk]
    assert dict(reach.ages) == {3: 1, 2: 1}
    assert dict(reach.tiers) == {"vip": 1, "key": 1}
    compliance = reach_of(staff("r", "compliance"), published, until=DAY, days=90)[li.pk]
    assert dict(compliance.tiers) == {"vip": 2, "key": 1}


def test_the_median_counts_those_never_spoken_to_as_longer_ago_than_the_window():
    reach = Reach({2: 1, 30: 1}, {})
    assert reach.median_age(3) == 30
    assert reach.median_age(4) == 30
    assert reach.median_age(5) is None
    assert Reach().median_age(0) is None


def test_a_window_of_days_begins_and_ends_at_midnight_in_shanghai():
    begins, ends = window(DAY, 30)
    assert begins == datetime(2026, 10, 29, tzinfo=SHANGHAI)
    assert ends == datetime(2026, 11, 28, tzinfo=SHANGHAI)
