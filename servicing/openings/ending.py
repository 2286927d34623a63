"""An opening that came to nothing: dropped with a reason, taken up again, and restricted in the end (L3)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import Opening
from servicing.openings.people import tell
from servicing.openings.steps import settle


def drop_opening(opening: Opening, reason: str, *, text: str = "", by: Staff, at: datetime) -> bool:
    """The person will not become a client; False where that was said before. Raises Refused without a reason, and for an
    opening that is completed."""
    if reason not in Opening.Reason.values:
        raise Refused(_("Say why."), "reason")
    if reason == Opening.Reason.OTHER and not text.strip():
        raise Refused(_("Say in a few words why."), "reason_text")
    with transaction.atomic():
        current = Opening.objects.select_for_update().get(pk=opening.pk)
        if current.state == Opening.State.COMPLETED:
            raise Refused(_("This opening is completed already."))
        if current.state == Opening.State.DROPPED:
            return False
        Opening.objects.filter(pk=current.pk).update(
            state=Opening.State.DROPPED, reason=reason, reason_text=text.strip(), ended_on=timezone.localdate(at)
        )
        tell("drop-opening", current, by=by, step=current.step, reason=reason)
    return True


def reopen_opening(opening: Opening, *, by: Staff) -> bool:
    """Take a dropped opening up again, also the undo of dropping it; False where it is not dropped. Raises Refused once the
    person's data is restricted."""
    with transaction.atomic():
        current = Opening.objects.select_for_update().get(pk=opening.pk)
        if current.state != Opening.State.DROPPED:
            return False
        if current.is_restricted:
            raise Refused(_("What is personal here is restricted; write the person down anew."))
        settle(current)
        tell("reopen-opening", current, by=by)
    return True
