"""How old the facts are: the newest day of each kind in each branch, read from the ends of indexes."""

from collections.abc import Iterable
from datetime import date

from django.db.models import OuterRef, Subquery

from clients.fact_tables import DATED
from crm.models import Branch

KINDS = tuple(table.name for table in DATED)
DAILY = ("trades", "assets")  # what every trading day brings; the others may rightly be silent for days


def newest_days(branches: Iterable[Branch]) -> dict[int, dict[str, date | None]]:
    """Branch → kind → the newest day, None where nothing has come: one query, one look into an index for each cell."""
    newest = {
        table.name: Subquery(
            table.model._default_manager.filter(branch=OuterRef("pk")).order_by(f"-{table.day}").values(table.day)[:1]
        )
        for table in DATED
    }
    found = Branch.objects.filter(pk__in=[branch.pk for branch in branches]).annotate(
        **{f"newest_{name}": query for name, query in newest.items()}
    )
    rows = found.values_list("pk", *(f"newest_{name}" for name in KINDS))
    return {pk: dict(zip(KINDS, days, strict=True)) for pk, *days in rows}
