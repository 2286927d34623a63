"""What the clients of a tier are owed (S1, S2): relationship level, cadence, channels, welcome calls, greetings, reviews.
Decided by somebody for a first day, superseded and never edited; a branch's own row counts before the firm's, and one for the
market of the day before the one for any."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from segmentation.models import Tier
from segmentation.regimes import regime_on
from servicing.models import Contact, ServiceStandard
from servicing.superseding import counting_for, supersede

LONGEST_CADENCE, LONGEST_CONTACT, LAST_WELCOME_DAY = 730, 480, 365  # days, minutes, days after the opening
LONGEST_REVIEW, MOST_CHANNELS = 730, 4  # days between two reviews of a plan


def standards_on(branch: Branch, day: date) -> Mapping[str, ServiceStandard]:
    """The standard in force of each tier on a day (S2): the branch's own before the firm's, the latest first day first. A
    tier for which nobody decided one is left out."""
    begun = list(ServiceStandard.objects.begun([branch], day))
    regime = regime_on(day) if any(row.regime for row in begun) else None
    return by_tier(begun, branch.pk, regime.level if regime else "")


def by_tier(begun: Iterable[ServiceStandard], branch: int | None, market: str = "") -> Mapping[str, ServiceStandard]:
    """Of standards that have begun those that count for a branch (None: for the firm) in a market, in the order of the tiers.
    What the firm decided for the market does not count before what the branch decided for any."""
    rows = list(begun)
    found = counting_for([row for row in rows if not row.regime], branch)
    for tier, row in counting_for([row for row in rows if market and row.regime == market], branch).items():
        if row.branch_id or tier not in found or found[tier].branch_id is None:
            found[tier] = row
    return {tier: found[tier] for tier in Tier.values if tier in found}


def check_standard(row: ServiceStandard, today: date) -> None:
    """Raises Refused, naming the field, where a standard cannot be kept as it stands."""
    if row.from_day < today:
        raise Refused(_("A standard begins today at the earliest; what was owed before stays."), "from_day")
    if row.cadence_days is not None and not 1 <= row.cadence_days <= LONGEST_CADENCE:
        raise Refused(_("Between 1 and {n} days.").format(n=LONGEST_CADENCE), "cadence_days")
    if not 1 <= row.minutes <= LONGEST_CONTACT:
        raise Refused(_("Between 1 and {n} minutes.").format(n=LONGEST_CONTACT), "minutes")
    if not 1 <= row.review_days <= LONGEST_REVIEW:
        raise Refused(_("Between 1 and {n} days.").format(n=LONGEST_REVIEW), "review_days")
    channels = set(row.channels)
    if (
        not channels
        or channels - set(Contact.Channel.values)
        or not len(channels) == len(row.channels) <= MOST_CHANNELS
    ):
        raise Refused(_("One to {n} channels, each of them once.").format(n=MOST_CHANNELS), "channels")
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
