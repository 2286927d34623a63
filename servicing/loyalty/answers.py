"""What a client last said about us: after a complaint (S9), or when called back (L2). The night counts it; the client's advisor
does not read it, since it may be about the advisor."""

from datetime import datetime

from crm.models import Branch
from servicing.callbacks.questions import NO, YES
from servicing.models import CallbackAttempt, Complaint

_SERVICE = "service"  # is there anything about our service to complain of?


def pleased_in(branch: Branch, least: int) -> dict[int, bool]:
    """Client → whether the last answer is a good one: `least` or more of 5 after a complaint, nothing to complain of when
    called back. Of a branch; who was never asked is not in it."""
    found: dict[int, tuple[datetime, bool]] = {}
    closed = Complaint.objects.filter(branch=branch, client__isnull=False, satisfaction__isnull=False)
    for client, at, said in closed.values_list("client", "closed_at", "satisfaction").order_by("closed_at"):
        if client and at and said:
            found[client] = (at, said >= least)
    called = CallbackAttempt.objects.standing().filter(callback__branch=branch, outcome="reached").order_by("made_at")
    for client, at, answers in called.values_list("client", "made_at", "answers").iterator(2000):
        said = answers.get(_SERVICE)
        if said in (YES, NO) and (client not in found or found[client][0] <= at):
            found[client] = (at, said == NO)
    return {client: pleased for client, (_at, pleased) in found.items()}
