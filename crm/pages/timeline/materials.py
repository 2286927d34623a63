"""Materials that were given to the client, with the version and when it was opened first."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib import formats
from crm.models import Staff
from crm.pages.timeline.events import Event
from crm.pages.timeline.sources import Found, Rows
from servicing.models import MaterialShare


def materials_of(client: Client, user: Staff) -> Rows:
    """The links that stand, by the moment they were made."""
    rows = MaterialShare.objects.visible_to(user).standing().filter(client=client)
    rows = rows.select_related("material", "version", "made_by")
    return Rows("material", "contacts", rows, "made_at", _materials, by_moment=True)


def _materials(found: Sequence[Found]) -> list[Event]:
    return [_material(one) for one in found]


def _material(one: Found) -> Event:
    row: MaterialShare = one.row
    words = (
        _("Material"),
        row.material.title,
        _("version {n}").format(n=row.version.number),
        row.get_channel_display(),
    )
    opened = _("opened {at}, its risk notice confirmed").format(at=formats.moment(row.opened_at))
    why = opened if row.opened_at else _("not opened yet")
    return Event(one.place, "books", " · ".join(str(word) for word in words), why, (), row.made_by.name)
