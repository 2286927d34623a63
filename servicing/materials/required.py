"""What staff must have read: who is asked to, and who has not confirmed yet."""

from collections.abc import Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from crm.models import Staff
from servicing.models import Material, MaterialReading, MaterialVersion

SERVING = ("advisor", "manager")


def readers_of(material: Material, version: MaterialVersion | None, user: Staff) -> QuerySet[Any]:
    """Who should read a material: the people who serve clients where it holds; for a manager those of the own branches. Each
    says when a version was confirmed (`read_at`)."""
    people = Staff.objects.filter(is_active=True, role__in=SERVING)
    if material.branch_id:
        people = people.filter(branches=material.branch_id)
    if user.is_manager:
        people = people.filter(pk__in=Staff.objects.filter(branches__in=user.branches.all()).values("pk"))
    read = MaterialReading.objects.filter(version=version, staff=OuterRef("pk")).values("confirmed_at")
    told: QuerySet[Any] = people.annotate(read_at=Subquery(read[:1]))
    return told


def unread_counts(versions: Sequence[MaterialVersion], manager: Staff) -> dict[int, int]:
    """Of each version (with its material) how many people of a manager's branches have not confirmed it; three queries for
    all of them."""
    serving = Staff.objects.filter(is_active=True, role__in=SERVING, branches__in=manager.branches.all())
    works = list(serving.values_list("pk", "branches"))
    read = MaterialReading.objects.filter(version__in=versions, staff__in={pk for pk, _branch in works})
    done = set(read.values_list("version", "staff"))
    own = set(manager.branches.values_list("pk", flat=True))
    counts = {}
    for version in versions:
        where = {version.material.branch_id} if version.material.branch_id else own
        asked = {pk for pk, branch in works if branch in where}
        counts[version.pk] = len(asked) - sum((version.pk, pk) in done for pk in asked)
    return counts
