"""An idea comes in: once, with an owner and a day by which it is answered; and another owner where the first one leaves."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm.audit import tell
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from segmentation.thresholds import threshold
from servicing.complaints.timers import WorkingDays
from servicing.ideas.changes import locked
from servicing.models import Idea
from servicing.settling import owner_for


def take_idea(
    branch: Branch, text: str, topic: str, *, client: Client | None, uid: UUID, by: Staff, at: datetime
) -> Idea:
    """Take down what a client proposed, or a visitor (None). It is owned by the client's advisor, or by whoever takes it down;
    the same `uid` twice is one idea. Raises Refused for an empty text or a client of another branch."""
    if not text.strip():
        raise Refused(_("Say what was proposed."), "text")
    if client is not None and client.branch_id != branch.pk:
        raise Refused(_("This client is of another branch."), "client_number")
    day = timezone.localdate(at)
    days = threshold("idea_answer_days", day)
    idea = Idea(
        uid=uid, branch=branch, client=client, text=text.strip(), topic=topic, taken_by=by, taken_at=at, moved_at=at,
        owner=owner_for(client, by) if client else by, answer_due_on=WorkingDays.around(day, day, days).after(day, days),
    )  # fmt: skip
    try:
        with transaction.atomic():
            idea.save(force_insert=True)
            tell("take-idea", idea, by=by, due_on=f"{idea.answer_due_on}", owner=idea.owner_id)
    except IntegrityError:  # the same form a moment ago
        return Idea.objects.get(uid=uid)
    return idea


def reassign_idea(idea: Idea, to: Staff, *, version: int, by: Staff) -> Idea:
    """Give an idea to another owner who works in its branch; twice is once. Raises Refused, or IdeaConflict where somebody wrote
    since `version`."""
    with transaction.atomic():
        row = locked(idea, version, unless=lambda row: row.owner_id == to.pk)
        if row.owner_id == to.pk:
            return row
        if not Staff.objects.working_in(row.branch_id).filter(pk=to.pk).exists():
            raise Refused(_("Choose somebody who works at this branch."), "owner")
        row.owner, row.version = to, row.version + 1
        row.save(update_fields=["owner", "version"])
        tell("reassign-idea", row, by=by, owner=to.pk)
    return row
