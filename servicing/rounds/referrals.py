"""The call to whom a client recommended (S19): a task for the client's advisor, some days after the person was named."""

from collections.abc import Iterator
from datetime import timedelta

from crm.models import Branch
from segmentation.thresholds import threshold
from servicing.models import Referral
from servicing.referrals.working import call_key
from servicing.rounds.rules import Days, Wanted


def named_referrals(branch: Branch, days: Days) -> Iterator[Wanted]:
    """A task for each person who agreed to be called and has not been."""
    after = timedelta(days=threshold("referral_days", days.today))
    for row in Referral.objects.uncalled(branch.pk).select_related("referrer").order_by("pk"):
        slots = {"on": row.named_on.isoformat()}
        due = days.worked(row.named_on + after)
        yield Wanted(call_key(row), row.referrer_id, row.referrer.advisor_id or 0, "referral", due, slots)
