"""The nights by which pages say what a rule means for clients."""

from crm.models import Branch, Publication, Staff
from crm.querysets import PublicationQuerySet


def nights_of(user: Staff, scope: Branch | None = None) -> PublicationQuerySet[Publication]:
    """The current night of each branch of the reader, or of one branch, with what its tiers are made by."""
    nights = Publication.objects.visible_to(user).current().filter(branch__is_active=True)
    mine = nights.filter(branch=scope) if scope else nights
    return mine.select_related("branch", "basis__scheme").order_by("branch__code")
