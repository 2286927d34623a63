"""What the work of the night costs: the night of every branch with what it asks of people (everything after publication) against
the night without, the rows that the rounds write against the tasks that changed, and what a second round writes."""

import sys
import time
from datetime import datetime, timedelta
from datetime import time as clock
from itertools import dropwhile

from tests.bench.bench_night import Firm, night, writes_counted
from tests.bench.installation import arguments, installation, say

TO_RUN = clock(1, 40)  # when beat rings for the night


def main() -> None:
    """Print the ratio with both sides, and the rows."""
    told = arguments(__doc__)
    with installation(sqlite=told.sqlite):
        from django.utils import timezone

        from crm.models import Branch, Publication
        from servicing.models import Task
        from servicing.rounds import make_rounds

        firm = Firm(told.clients)
        for _night in range(2):  # the first one finds everything new, once in the life of an installation
            firm.next_day()
            morning = timezone.make_aware(datetime.combine(firm.day + timedelta(days=1), TO_RUN))
            took, steps = night(list(Branch.objects.order_by("pk")), firm.day, morning)
        serving = dict(list(dropwhile(lambda step: step[0] != "publish", steps.items()))[1:])
        without = took - sum(serving.values())
        Task.objects.all().delete()
        nights = list(Publication.objects.current().select_related("branch"))

        def rounds() -> tuple[float, int, int]:
            start, changed = time.perf_counter(), 0
            with writes_counted() as counted:
                for one in nights:
                    changed += sum(make_rounds(one, day=firm.day + timedelta(days=1), at=firm.now).values())
            return time.perf_counter() - start, counted["rows"], changed

        _first, written, changed = rounds()
        again, rewritten, _none = rounds()
    parts = ", ".join(f"{name} {seconds:.1f}" for name, seconds in serving.items())
    sides = f"{took:.1f} s ÷ {without:.1f} s ({parts}); the rounds a second time {again:.1f} s"
    tasks = (without + serving["tasks"]) / without
    say("S5", f"night of {told.clients:,} clients with its tasks ÷ without", tasks, 1.5, sides)
    say("S5", "the same with all that it asks of people", took / without, 1.5, sides)
    audited = len(nights)  # a row of the audit trail for each branch
    sys.stdout.write(
        f"S5   rows written: {written - audited:,} for {changed:,} tasks changed; a second time {rewritten}"
        f"{'' if written - audited == changed and not rewritten else '  MISSED'}\n"
    )


if __name__ == "__main__":
    main()
