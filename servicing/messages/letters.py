"""Letters (S15): a batch is claimed for printing under the same guards, printed by a person, and then said to be printed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from crm import audit
from crm.models import Staff
from servicing.messages import outbox
from servicing.messages.sendings import finish_sendings
from servicing.models import Message, Sending

BATCH = 100  # letters of one print job
PRINTING = timedelta(days=7)  # a batch that nobody answers for is unknown after that


def batch_of(sending: Sending) -> Sequence[Message]:
    """The letters of a sending that are out for printing."""
    return list(Message.objects.filter(sending=sending, state=Message.State.SENDING).order_by("pk")[:BATCH])


def take_batch(sending: Sending, *, by: Staff, at: datetime) -> int:
    """Claim the next letters for printing, unless a batch is out already; how many are out now."""
    if not batch_of(sending):
        queued = Message.objects.filter(sending=sending, state=Message.State.QUEUED)
        keys = list(queued.order_by("pk").values_list("pk", flat=True)[:BATCH])
        taken = [key for key in keys if outbox.claim(key, at, keeps=PRINTING)]
        if taken:
            _tell("take-letters", sending, by=by, letters=len(taken))
        finish_sendings(sending.branch_id, at)
    return len(batch_of(sending))


def settle_batch(sending: Sending, *, printed: bool, by: Staff, at: datetime) -> int:
    """The batch that is out was printed and posted, or was not: then it waits again, or stays here where the sending was
    stopped. How many letters."""
    with transaction.atomic():
        out = Message.objects.filter(sending=sending, state=Message.State.SENDING)
        if printed:
            count = out.update(state=Message.State.SENT, settled_at=at, settled_by=by, lease_until=None)
        else:
            count = outbox.back_to_queue(out, sending, at, lease_until=None)
        if count:
            _tell("print-letters" if printed else "return-letters", sending, by=by, letters=count)
    finish_sendings(sending.branch_id, at)
    return count


def _tell(action: str, sending: Sending, *, by: Staff, letters: int) -> None:
    audit.record(
        action,
        actor=by,
        table=Sending._meta.db_table,
        key=sending.uid,
        branch=sending.branch,
        detail={"letters": letters},
    )
