"""The catalogue of service items (S3): what is offered on a day, decided by somebody for a first day, superseded and never
edited; a branch's own row counts before the firm's."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.items.entitlements import check_rule
from servicing.models import Contact, ServiceItem
from servicing.superseding import counting_for, supersede

MOST_COST_FEN, MOST_MINUTES, MOST_TIMES, MOST_HOURS = 100_000_00, 480, 366, 8_784
_LAYERS = {layer: place for place, layer in enumerate(ServiceItem.Layer.values)}


def items_on(branch: Branch, day: date) -> list[ServiceItem]:
    """The items on offer in a branch on a day, by layer."""
    return offered(catalogue_of(ServiceItem.objects.begun([branch], day), branch.pk))


def catalogue_of(begun: Iterable[ServiceItem], branch: int | None) -> list[ServiceItem]:
    """Of rows that have begun those that count for a branch (None: for the firm), by layer and code."""
    return sorted(counting_for(begun, branch).values(), key=lambda row: (_LAYERS[row.layer], row.code))


def offered(rows: Iterable[ServiceItem]) -> list[ServiceItem]:
    """Those that have not ended."""
    return [row for row in rows if not row.is_ended]


def check_item(row: ServiceItem, today: date) -> None:
    """Raises Refused, naming the field, where a row cannot be kept as it stands."""
    limits = {"cost_fen": MOST_COST_FEN, "minutes": MOST_MINUTES}
    if row.from_day < today:
        raise Refused(_("A row begins today at the earliest; what was offered before stays."), "from_day")
    if not row.code:
        raise Refused(_("Say what the item is called."), "name")
    if any(not 0 <= getattr(row, name) <= most for name, most in limits.items()):
        raise Refused(_("This is more than one delivery can take."), "minutes")
    if not 1 <= row.times_a_year <= MOST_TIMES:
        raise Refused(_("Between 1 and {n} times.").format(n=MOST_TIMES), "times_a_year")
    if row.shelf_hours is not None and not 1 <= row.shelf_hours <= MOST_HOURS:
        raise Refused(_("Between 1 and {n} hours.").format(n=MOST_HOURS), "shelf_hours")
    if set(row.channels) - set(Contact.Channel.values) or not row.channels:
        raise Refused(_("Choose at least one channel."), "channels")
    if not check_rule(row.rule):
        raise Refused(_("This condition cannot be read."), "tier")


def supersede_item(row: ServiceItem, *, by: Staff, at: datetime) -> ServiceItem:
    """Save a row of the catalogue from its first day on; what held before stays as it was decided. The same again is the
    one that is there already; another one for the same code, scope and first day is refused. Raises Refused."""
    check_item(row, timezone.localdate(at))
    taken = _("{who} has decided on this item for this day already; choose a later first day.")
    return supersede(row, action="supersede-item", taken=taken, by=by, at=at)
