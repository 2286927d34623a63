"""How a branch's referrals went in a period, counted by the database: named, spoken to, opened, lost and why, and those whose
referrer has left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from crm.models import Staff
from servicing.models import Referral


@dataclass(frozen=True)
class Conversion:
    """Referrals named in a period. `opened` over `named` is the conversion; `left` of those lost or under way were by clients
    who have left us; `reasons`: why the lost ones were."""

    named: int
    waiting: int
    contacted: int
    opened: int
    lost: int
    left: int
    reasons: Mapping[str, int]

    @property
    def rate(self) -> float | None:
        """The share that opened; None where nobody was named."""
        return self.opened / self.named if self.named else None


def conversion_of(user: Staff, branch: int | None, first: date, last: date) -> Conversion:
    """Of the referrals that the reader sees, of one branch or all of theirs."""
    rows = Referral.objects.visible_to(user).named_between(first, last)
    rows = rows.filter(branch=branch) if branch else rows
    gone = Q(referrer__closed_on__isnull=False) | Q(reason=Referral.Reason.REFERRER)
    told = rows.order_by().values_list("state", "reason").annotate(n=Count("pk"), gone=Count("pk", filter=gone))
    states = dict.fromkeys(Referral.State.values, 0)
    reasons: dict[str, int] = {}
    left = 0
    for state, reason, count, gone_count in told:
        states[state] += count
        left += gone_count if state != Referral.State.OPENED else 0
        if reason:
            reasons[reason] = count
    ordered = dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
    return Conversion(
        named=sum(states.values()),
        waiting=states[Referral.State.NAMED],
        contacted=states[Referral.State.CONTACTED],
        opened=states[Referral.State.OPENED],
        lost=states[Referral.State.LOST],
        left=left,
        reasons=ordered,
    )
