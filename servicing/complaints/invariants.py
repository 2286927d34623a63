"""What must always hold of complaints; one sentence per broken one."""

from collections.abc import Iterator
from itertools import pairwise

from django.db.models import Count, F

from crm.models import Branch
from servicing.complaints.stages import ORDER
from servicing.models import Complaint, ComplaintEscalation


def broken_complaints(branch: Branch) -> Iterator[str]:
    """Complaints of a branch that contradict themselves: without somebody who may work on it, owned by whom it is about,
    stages out of order, closed without a word on satisfaction, told twice. Never a name: ids only."""
    rows = Complaint.objects.filter(branch=branch)
    for pk in rows.stray().values_list("pk", flat=True):
        yield f"complaint {pk}: open, and its owner may not own it"
    for pk in rows.filter(about__isnull=False, owner=F("about")).values_list("pk", flat=True):
        yield f"complaint {pk}: owned by the person complained about"
    silent = rows.filter(stage=Complaint.Stage.CLOSED, satisfaction=None, not_asked="")
    for pk in silent.values_list("pk", flat=True):
        yield f"complaint {pk}: closed, and nothing says whether the client is satisfied"
    yield from _out_of_order(branch)
    told = ComplaintEscalation.objects.filter(complaint__branch=branch).order_by()
    for pk, stage in (
        told.values("complaint", "round", "stage", "level").annotate(n=Count("pk")).filter(n__gt=1)
    ).values_list("complaint", "stage"):
        yield f"complaint {pk}: {stage} was told twice"


def _out_of_order(branch: Branch) -> Iterator[str]:
    """The stages left in the present round are exactly those between its first stage and the present one."""
    rows = Complaint.objects.filter(branch=branch).prefetch_related("steps").order_by("pk")
    for complaint in rows.iterator(chunk_size=500):
        begins = ORDER.index(Complaint.Stage.CAUSE) if complaint.round else 0
        expected: list[str] = [*ORDER[begins : ORDER.index(Complaint.Stage(complaint.stage))]]
        left = sorted(
            (step for step in complaint.steps.all() if step.round == complaint.round), key=lambda s: s.left_at
        )
        if [step.stage for step in left] != expected:
            yield f"complaint {complaint.pk}: its stages are not in order"
        elif any(later.entered_at < earlier.left_at for earlier, later in pairwise(left)):
            yield f"complaint {complaint.pk}: a stage was entered before the one before it was left"
