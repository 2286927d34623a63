"""Whom the client recommended, on the day they were named, and the points of the client's ledger."""

from collections.abc import Sequence
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm.access import text_for
from crm.lib import formats
from crm.models import Staff
from crm.pages.timeline.events import Event
from crm.pages.timeline.sources import Found, Rows
from servicing.models import PointEntry, Referral
from servicing.pages.referrals.told import told_of


def referrals_of(client: Client, user: Staff) -> Rows:
    """The client's own recommendations; by whom the client came stands on the panel of loyalty."""
    rows = Referral.objects.visible_to(user).filter(referrer=client).select_related("referrer", "client", "made_by")
    return Rows("referral", "loyalty", rows, "named_on", partial(_referrals, user))


def _referrals(user: Staff, found: Sequence[Found]) -> list[Event]:
    return [_referral(user, one) for one in found]


def _referral(user: Staff, one: Found) -> Event:
    row: Referral = one.row
    told = told_of(row, user, timezone.localdate())
    title = " · ".join((_("Recommended us to {name}").format(name=told.name), str(row.get_state_display())))
    return Event(one.place, "user-plus", title, told.why or told.note, (), row.made_by.name)


def points_of(client: Client, user: Staff) -> Rows:
    """What was earned, spent and taken back."""
    rows = PointEntry.objects.visible_to(user).of_client(client).select_related("made_by")
    return Rows("points", "loyalty", rows, "made_at", partial(_points, client, user), by_moment=True)


def _points(client: Client, user: Staff, found: Sequence[Found]) -> list[Event]:
    return [_entry(one, text_for(user, one.row.note, client.name)) for one in found]


def _entry(one: Found, note: str) -> Event:
    row: PointEntry = one.row
    title = " · ".join((_("Points"), str(row.get_kind_display())))
    return Event(one.place, "medal", title, note, (formats.signed(row.points),), row.made_by.name)
