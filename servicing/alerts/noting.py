"""Acknowledging an alert: who spoke to the client about it, when, and what was said."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing import todo
from servicing.models import Contact, RiskAlert, Task

NOTE_LENGTH = 1000


class NotedMeanwhile(Exception):
    """Somebody else has acknowledged the alert, or the night ended it; `alert` is what it says now. Nothing was written."""

    def __init__(self, alert: RiskAlert) -> None:
        super().__init__(f"{alert} was settled meanwhile")
        self.alert = alert


def acknowledge_alert(
    alert: RiskAlert, note: str, *, by: Staff, at: datetime, contact: Contact | None = None
) -> RiskAlert:
    """Keep what was said about an open alert; the task that the night made of it is done. The same again is the same. Raises
    Refused without a note, NotedMeanwhile where somebody was quicker."""
    said = note.strip()[:NOTE_LENGTH]
    if not said:
        raise Refused(_("Please note what was said."), "note")
    if contact is not None and contact.client_id != alert.client_id:
        raise Refused(_("This contact was with somebody else."), "contact")
    with transaction.atomic():
        row = RiskAlert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
        if row.state == RiskAlert.State.ACKNOWLEDGED and (row.acknowledged_by_id, row.note) == (by.pk, said):
            return row
        if row.state != RiskAlert.State.OPEN:
            raise NotedMeanwhile(row)
        row.state, row.note, row.contact = RiskAlert.State.ACKNOWLEDGED, said, contact
        row.acknowledged_by, row.acknowledged_at = by, at
        row.save()
        if task := _task(row, Task.State.OPEN):
            todo.settle_task(task, by=by, at=at, contact=contact)
        _tell("acknowledge-alert", row, by=by)
    return row


def reopen_alert(alert: RiskAlert, *, by: Staff, at: datetime) -> bool:
    """The undo of acknowledging, by whoever did it; the note stays for the next time. False where there is nothing to undo."""
    with transaction.atomic():
        row = RiskAlert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
        if row.state != RiskAlert.State.ACKNOWLEDGED or row.acknowledged_by_id != by.pk:
            return False
        row.state, row.acknowledged_by, row.acknowledged_at = RiskAlert.State.OPEN, None, None
        row.save()
        if task := _task(row, Task.State.DONE):
            todo.reopen_task(task, by=by, at=at)
        _tell("reopen-alert", row, by=by)
    return True


def task_key(client: int, alert: int) -> str:
    """The key of the task that the night makes of an alert."""
    return f"alert:{client}:{alert}"


def _task(alert: RiskAlert, state: str) -> Task | None:
    return Task.objects.filter(key=task_key(alert.client_id, alert.pk), state=state).first()


def _tell(action: str, row: RiskAlert, *, by: Staff) -> None:
    detail = {"client": row.client_id, "kind": row.kind}
    audit.record(action, actor=by, of=row, detail=detail)
