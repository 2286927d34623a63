"""Which client a person became: proposed by the phone, said by a person."""

from clients.models import Client
from clients.querysets import ClientQuerySet
from crm.models import Staff
from servicing.models import Referral


def candidates(row: Referral, user: Staff) -> ClientQuerySet[Client]:
    """Open clients of the branch whom the reader sees, who came after the person was named and by no other referral."""
    seen = Client.objects.visible_to(user).filter(branch=row.branch_id, closed_on=None, opened_on__gte=row.named_on)
    return seen.filter(referred_by=None).exclude(pk=row.referrer_id)


def proposals(row: Referral, user: Staff) -> list[Client]:
    """Those of them who have the same phone."""
    if not row.phone_index:
        return []
    same = candidates(row, user).filter(phone_tail_index=row.phone_tail_index, phone_index=row.phone_index)
    return list(same.order_by("pk")[:4])
