"""What must always hold of what is owed and done; each check yields a sentence for everything that does not."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from clients.models import AccessGrant
from crm.models import Branch, Staff
from servicing.callbacks.invariants import broken_callbacks
from servicing.events.invariants import broken_events
from servicing.loyalty.invariants import broken_loyalty
from servicing.materials.invariants import broken_materials
from servicing.models import Arrival, Contact, Idea, Promise, SelfReviewAction, Task

DUE: tuple[tuple[type[Promise] | type[Task], str], ...] = ((Promise, "promises"), (Task, "tasks"))


def broken(branch: Branch) -> Iterator[str]:
    """Everything about the service of one branch that does not hold (S6, S17, A5)."""
    here = Staff.objects.working_in(branch).values("pk")
    for model, words in DUE:
        rows: QuerySet[Any] = model._default_manager.filter(branch=branch)
        open_ones = rows.filter(state="open")
        yield from _told(branch, open_ones.exclude(owner__in=here), f"open {words} whose owner does not work here")
        yield from _told(branch, open_ones.filter(settled_at__isnull=False), f"open {words} with a day of settling")
        nobody = Q(settled_by=None, settled_why="") if model is Task else Q(settled_by=None)
        settled = rows.exclude(state="open").filter(Q(settled_at=None) | nobody)
        yield from _told(branch, settled, f"settled {words} that do not say who and when")
    ideas = Idea.objects.filter(branch=branch)
    yield from _told(branch, ideas.still_open().exclude(owner__in=here), "open ideas whose owner does not work here")
    yield from _told(branch, ideas.exclude(client=None).exclude(client__branch=branch), "ideas of clients elsewhere")
    actions = SelfReviewAction.objects.still_open().filter(review__branch=branch)
    words = "open actions of a self-assessment whose owner does not work here"
    yield from _told(branch, actions.exclude(owner__in=here), words)
    lost = Promise.objects.filter(branch=branch, state="open", contact__withdrawn_at__isnull=False)
    yield from _told(branch, lost, "open promises made in a withdrawn contact")
    for noun, words in ((Contact, "contacts"), (Promise, "promises"), (Task, "tasks"), (Arrival, "arrivals")):
        theirs: QuerySet[Any] = noun._default_manager.filter(branch=branch)
        yield from _told(branch, theirs.exclude(client__branch=branch), f"{words} with clients of another branch")
    grants = AccessGrant.objects.filter(client__branch=branch)
    yield from _told(branch, grants.filter(until_at__gt=F("from_at") + timedelta(days=1)), "grants longer than a day")
    yield from broken_callbacks(branch)
    yield from broken_events(branch)
    yield from broken_materials(branch)
    yield from broken_loyalty(branch)


def _told(branch: Branch, rows: QuerySet[Any], what: str) -> Iterator[str]:
    if count := rows.count():
        yield f"{branch.code}: {count} {what}"
