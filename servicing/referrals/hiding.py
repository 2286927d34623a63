"""What is personal of whom nobody won is hidden in time (L3); the row still counts."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction

from crm import audit
from crm.models import Branch
from segmentation.thresholds import threshold
from servicing.models import Referral


def hide_lost(branch: Branch, *, day: date, fence: Callable[[], None] = lambda: None) -> dict[str, int]:
    """The night's part: hide the lost ones of a branch after as many days as of an account opening that was dropped. `fence` is
    called inside the transaction and raises where the run is no longer the caller's."""
    before = day - timedelta(days=threshold("opening_retention", day))
    with transaction.atomic():
        fence()
        found = list(Referral.objects.to_restrict(branch.pk, before).order_by("pk").values_list("pk", flat=True))
        if found:
            Referral.objects.to_restrict(branch.pk, before).update(is_restricted=True)
            audit.record(
                "restrict-referrals",
                actor=None,
                table=Referral._meta.db_table,
                branch=branch,
                detail={"referrals": len(found), "checksum": audit.checksum(found)},
            )
    return {"hidden": len(found)}
