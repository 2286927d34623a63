"""What becomes of an idea: new, being looked at, accepted or declined with the reason, done. Ideas that say the same again go
with the one that leads."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import tell
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.ideas.changes import locked
from servicing.models import Idea

State = Idea.State
REASON_LENGTH = 300
# Where an idea may go from where it stands, forward and one step back.
NEXT: dict[str, tuple[State, ...]] = {
    State.NEW: (State.LOOKED, State.ACCEPTED, State.DECLINED),
    State.LOOKED: (State.ACCEPTED, State.DECLINED, State.NEW),
    State.ACCEPTED: (State.DONE, State.DECLINED, State.LOOKED),
    State.DECLINED: (State.LOOKED,),
    State.DONE: (State.ACCEPTED,),
}


def move_idea(idea: Idea, to: str, *, reason: str = "", version: int, by: Staff, at: datetime) -> Idea:
    """Move an idea, and those that say the same, to a state; the same again is the same. Raises Refused for a step that does not
    follow, one of an idea that goes with another, or declining without a reason; IdeaConflict where somebody wrote since."""
    said = reason.strip()[:REASON_LENGTH] if to == State.DECLINED else ""
    if to == State.DECLINED and not said:
        raise Refused(_("Say why it is declined; the client will ask."), "reason")
    with transaction.atomic():
        row = locked(idea, version, unless=lambda row: (row.state, row.reason) == (to, said))
        if (row.state, row.reason) == (to, said):
            return row
        if row.like_id is not None:
            raise Refused(_("It goes with the idea that it says again."))
        if to not in NEXT[row.state]:
            raise Refused(_("This does not follow from how it stands."), "to")
        before = row.state
        row.state, row.reason, row.moved_at, row.version = to, said, at, row.version + 1
        row.save(update_fields=["state", "reason", "moved_at", "version"])
        row.alike.update(state=to, reason=said, moved_at=at)
        tell("move-idea", row, by=by, before=before, state=to)
    return row


def link_idea(idea: Idea, lead: Idea, *, version: int, by: Staff, at: datetime) -> Idea:
    """Say that an idea says another one again: from now on it goes with that one, and so do those that went with it. Twice is
    once. Raises Refused for itself or an idea of another branch, IdeaConflict."""
    with transaction.atomic():
        row = locked(idea, version, unless=lambda row: row.like_id == lead.pk)
        if row.like_id == lead.pk:
            return row
        first = Idea.objects.select_for_update(of=("self",)).get(pk=lead.pk)
        if first.pk == row.pk or first.like_id is not None or first.branch_id != row.branch_id:
            raise Refused(_("Choose another idea of this branch that leads."), "lead")
        going = Idea.objects.filter(like=row)
        going.update(like=first, state=first.state, reason=first.reason, moved_at=at)
        row.like, row.state, row.reason = first, first.state, first.reason
        row.moved_at, row.version = at, row.version + 1
        row.save(update_fields=["like", "state", "reason", "moved_at", "version"])
        tell("link-idea", row, by=by, lead=first.pk)
    return row


def unlink_idea(idea: Idea, *, by: Staff) -> bool:
    """The undo of linking: it stands for itself again, as the other one stood. False where it does already."""
    with transaction.atomic():
        row = Idea.objects.select_for_update(of=("self",)).select_related("branch").get(pk=idea.pk)
        if row.like_id is None:
            return False
        row.like, row.version = None, row.version + 1
        row.save(update_fields=["like", "version"])
        tell("unlink-idea", row, by=by)
    return True
