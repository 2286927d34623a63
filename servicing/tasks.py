"""What workers do with messages: send what is due in a branch, and look after what was lost, delayed or left."""

from django.conf import settings
from django.utils import timezone

from crm import bell
from crm.celery import app
from servicing.messages import outbox
from servicing.messages.bounces import read_bounces
from servicing.messages.sender import BATCH, send_due
from servicing.messages.sendings import SEND, finish_sendings
from servicing.models import Message, Sending


@app.task(name=SEND)
def send_messages(branch_id: int) -> None:
    """One round over the outbox of a branch; where more is due, the bell for the next."""
    if send_due(branch_id, timezone.now) >= BATCH:
        bell.ring([branch_id], SEND)


@app.task(name="servicing.tasks.look_after_messages")
def look_after_messages() -> None:
    """Messages past their lease become unknown, branches with something due are rung for, what is done is closed."""
    now = timezone.now()
    outbox.give_up_abandoned(now)
    for branch in Sending.objects.filter(state=Sending.State.GOING).values_list("branch", flat=True).distinct():
        finish_sendings(branch, now)
    bell.ring(Message.objects.branches_due(now), SEND, expires=20)


@app.task(name="servicing.tasks.read_returned_mail")
def read_returned_mail() -> None:
    """Read the mailbox for returned mail, where the environment names one."""
    if settings.BOUNCE_URL:
        read_bounces(settings.BOUNCE_URL, timezone.now())
