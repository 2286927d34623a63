"""The talk before a concession ends (S12): a task some days before, for the client's advisor."""

from collections.abc import Iterator
from datetime import timedelta

from crm.models import Branch
from segmentation.thresholds import threshold
from servicing.concessions.deciding import task_key
from servicing.models import Concession
from servicing.rounds.rules import Days, Wanted


def ending_concessions(branch: Branch, days: Days) -> Iterator[Wanted]:
    """A task for each running concession of a branch that ends soon; closed and restricted clients need none."""
    notice = timedelta(days=threshold("concession_notice", days.today))
    rows = Concession.objects.ending_by(days.today, days.last + notice).filter(branch=branch)
    served = rows.filter(client__closed_on=None, client__is_restricted=False, client__advisor__isnull=False)
    for row in served.select_related("client").order_by("pk"):
        due = days.worked(row.until_on - notice)
        slots = {"on": row.until_on.isoformat(), "kind": row.kind}
        yield Wanted(task_key(row), row.client_id, row.client.advisor_id or 0, "concession", due, slots)
