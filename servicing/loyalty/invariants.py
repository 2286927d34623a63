"""What must always hold of the ledger of points and of referrals; sentences with ids, never a name."""

from collections.abc import Iterator

from django.db.models import F, Sum

from crm.models import Branch
from servicing.models import PointEntry, Referral


def broken_loyalty(branch: Branch) -> Iterator[str]:
    """A balance below zero, a counter entry that does not counter, entries and referrals that cross branches."""
    entries = PointEntry.objects.filter(branch=branch)
    below = entries.order_by().values("client").annotate(n=Sum("points")).filter(n__lt=0)
    for client, points in below.values_list("client", "n"):
        yield f"client {client}: {points} points"
    wrong = entries.filter(kind="counter").exclude(counters__client=F("client"), counters__points=-F("points"))
    for pk in wrong.values_list("pk", flat=True):
        yield f"entry {pk} of the points does not counter what it names"
    referrals = Referral.objects.filter(branch=branch)
    crossing = referrals.exclude(referrer__branch=branch).union(
        referrals.exclude(client=None).exclude(client__branch=branch)
    )
    for pk in crossing.values_list("pk", flat=True):
        yield f"referral {pk}: a client of another branch"
