"""What the clients of a tier are owed (S1, S2): relationship level, cadence, channels. Decided by somebody for a first day,
superseded and never edited; a branch's own row counts before the firm's."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from segmentation.models import Tier
from servicing.models import ServiceStandard
from servicing.superseding import counting_for, supersede

LONGEST_CADENCE, LONGEST_CONTACT, LAST_WELCOME_DAY = 730, 480, 365  # days, minutes, days after the opening


def standards_on(branch: Branch, day: date) -> Mapping[str, ServiceStandard]:
    """The standard in force of each tier on a day (S2): the branch's own before the firm's, the latest first day first. A
    tier for which nobody decided one is left out."""
    return by_tier(ServiceStandard.objects.begun([branch], day), branch.pk)


def by_tier(begun: Iterable[ServiceStandard], branch: int | None) -> Mapping[str, ServiceStandard]:
    """Of standards that have begun those that count for a branch (None: for the firm), in the order of the tiers."""
    found = counting_for(begun, branch)
    return {tier: found[tier] for tier in Tier.values if tier in found}


def check_standard(row: ServiceStandard, today: date) -> None:
    """Raises Refused, naming the field, where a standard cannot be kept as it stands."""
    if row.from_day < today:
        raise Refused(_("A standard begins today at the earliest; what was owed before stays."), "from_day")
    if row.cadence_days is not None and not 1 <= row.cadence_days <= LONGEST_CADENCE:
        raise Refused(_("Between 1 and {n} days.").format(n=LONGEST_CADENCE), "cadence_days")
    if not 1 <= row.minutes <= LONGEST_CONTACT:
        raise Refused(_("Between 1 and {n} minutes.").format(n=LONGEST_CONTACT), "minutes")
    days = row.welcome_days
    if days != sorted(set(days)) or any(not 0 < day <= LAST_WELCOME_DAY for day in days) or len(days) > 12:
        raise Refused(
            _("Up to twelve ascending days between 1 and {n}, with commas.").format(n=LAST_WELCOME_DAY), "welcome_days"
        )


def supersede_standard(row: ServiceStandard, *, by: Staff, at: datetime) -> ServiceStandard:
    """Save a new standard from its first day on; what held before stays as it was decided. The same again is the one that
    is there already; another one for the same tier, scope and first day is refused. Raises Refused."""
    check_standard(row, timezone.localdate(at))
    taken = _("{who} has decided a standard for this tier and day already; choose a later first day.")
    return supersede(row, action="supersede-standard", taken=taken, by=by, at=at)
