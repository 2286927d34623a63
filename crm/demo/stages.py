"""Clients of the demonstration on the way to a deal: the last ones spoken to, moved by their advisors."""

from datetime import datetime
from random import Random

from servicing.models import Contact, ServiceStage
from servicing.stages import FUNNEL, set_stage

CLIENTS = 60
SEED = 2026


def seed_stages(now: datetime) -> int:
    """Move the clients who were spoken to last into the funnel, by their advisors; returns how many are new. A second run
    adds nothing."""
    if ServiceStage.objects.exists():
        return 0
    chance = Random(SEED)  # noqa: S311 (an invented firm)
    spoken = Contact.objects.standing().filter(client__closed_on=None, happened_at__lt=now)
    seen: set[int] = set()
    for talk in spoken.select_related("client__branch", "staff").order_by("-happened_at", "pk")[: 2 * CLIENTS]:
        if talk.client_id not in seen and len(seen) < CLIENTS:
            seen.add(talk.client_id)
            stage = chance.choices(FUNNEL, weights=(9, 6, 3, 1))[0]
            set_stage(talk.client, stage, by=talk.staff, at=talk.happened_at, contact=talk)
    return len(seen)
