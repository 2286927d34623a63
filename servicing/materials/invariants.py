"""What must always hold of materials."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from crm.models import Branch
from servicing.models import MaterialShare, MaterialVersion


def broken_materials(branch: Branch) -> Iterator[str]:
    """Sentences about what does not hold in a branch: links that are opened without an opening or the other way round, and
    versions whose sums are not those of their links."""
    shares = MaterialShare.objects.filter(client__branch=branch)
    opened = shares.annotate(times=Count("readings"))
    wrong = opened.filter(Q(opened_at=None, times__gt=0) | Q(opened_at__isnull=False, times=0))
    yield from (f"link {pk}: opened or not, its openings say otherwise" for pk in wrong.values_list("pk", flat=True))
    for version in (
        MaterialVersion.objects.filter(pk__in=shares.values("version"))
        .annotate(given=Count("given_by", filter=Q(given_by__withdrawn_at=None)), read=Count("given_by__opened_at"))
        .exclude(shared_count=F("given"), opened_count=F("read"))
    ):
        yield f"{version}: counts {version.opened_count} of {version.shared_count} links opened, the links say otherwise"
