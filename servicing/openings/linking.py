"""Which client an opening became: proposed by the phone, said by a person, taken back."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import Opening
from servicing.openings.facts import read_facts
from servicing.openings.people import tell
from servicing.openings.steps import settle


def proposals(openings: Iterable[Opening], user: Staff) -> dict[int, list[Client]]:
    """Opening → clients of the same branch, seen by the user, who have the same phone; of openings without a client."""
    asked = [one for one in openings if one.client_id is None and not one.is_restricted]
    if not asked:
        return {}
    tails = {one.phone_tail_index for one in asked}
    found = Client.objects.visible_to(user).filter(
        phone_tail_index__in=tails, phone_index__in={one.phone_index for one in asked}, closed_on=None
    )
    clients = list(found.filter(openings=None).order_by("pk")[: 4 * len(asked)])
    matched = {
        one.pk: [c for c in clients if c.phone_index == one.phone_index and c.branch_id == one.branch_id]
        for one in asked
    }
    return {pk: some for pk, some in matched.items() if some}


def link_client(opening: Opening, client: Client, *, by: Staff, at: datetime) -> bool:
    """The person became this client; what the files say of the client is read at once. False where it was said before.
    Raises Refused for another branch, a dropped opening, or a client who is somebody else's opening."""
    if client.branch_id != opening.branch_id:
        raise Refused(_("This client is of another branch."))
    try:
        with transaction.atomic():
            current = Opening.objects.select_for_update().get(pk=opening.pk)
            if current.client_id == client.pk:
                return False
            if current.state == Opening.State.DROPPED:
                raise Refused(_("This opening was dropped; take it up again first."))
            if current.client_id is not None:
                raise Refused(_("Another client is linked already; take that link back first."))
            Opening.objects.filter(pk=current.pk).update(client=client)
            current.client = client
            tell("link-opening", current, by=by, client=client.pk)
            read_facts([current], at=at)
    except IntegrityError:
        raise Refused(_("This client is linked to another opening already.")) from None
    return True


def unlink_client(opening: Opening, *, by: Staff, at: datetime) -> bool:
    """It is another person after all: the link goes, and with it what was read from the files. False without a link."""
    with transaction.atomic():
        current = Opening.objects.select_for_update().get(pk=opening.pk)
        if current.client_id is None:
            return False
        former = current.client_id
        Opening.objects.filter(pk=current.pk).update(client=None)
        current.client = None
        current.steps.standing().filter(by=None).update(withdrawn_at=at, withdrawn_by=by)
        if current.state != Opening.State.DROPPED:
            settle(current)
        tell("unlink-opening", current, by=by, client=former)
    return True
