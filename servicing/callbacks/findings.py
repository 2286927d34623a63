"""Findings of call-backs: manager or compliance look into each and say what came of it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import CallbackFinding


def settle_finding(finding: CallbackFinding, note: str, *, by: Staff, at: datetime) -> CallbackFinding:
    """Settle a finding with a note. The same note again changes nothing; raises Refused without a note, and where somebody
    settled it otherwise meanwhile, with what they wrote."""
    note = note.strip()
    if len(note) < 2:
        raise Refused(_("Say what came of it."), "note")
    with transaction.atomic():
        opened = CallbackFinding.objects.filter(pk=finding.pk, state=CallbackFinding.State.OPEN)
        changed = opened.update(state=CallbackFinding.State.SETTLED, note=note, settled_by=by, settled_at=at)
        current = CallbackFinding.objects.select_related("settled_by", "branch", "attempt").get(pk=finding.pk)
        if changed:
            audit.record(
                "settle-finding",
                actor=by,
                of=finding,
                branch=current.branch,
                detail={"client": current.attempt.client_id, "question": current.question},
            )
    if not changed and (current.settled_by_id, current.note) != (by.pk, note):
        who = current.settled_by.name if current.settled_by else "—"
        raise Refused(_("{who} settled it meanwhile: {note}").format(who=who, note=current.note or "—"), "note")
    return current
