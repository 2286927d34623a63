"""What events cost: the actual sum noted with each, a guest's share of it, and the sums of quarters."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncQuarter
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib import formats
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.events.planning import check_lead
from servicing.events.turning import lock, moved_money, tell
from servicing.models import Event, Guest
from servicing.quarters import Quarter


@dataclass(frozen=True)
class Costs:
    """Budget and actual cost in fen, None where nobody has said; how many were invited and came where the cost is known;
    of a quarter also how many events there were."""

    budget: int | None
    spent: int | None
    invited: int
    came: int
    events: int = 1

    @property
    def per_invited(self) -> int | None:
        """The actual cost per client who was invited, in fen, half up."""
        return _share(self.spent, self.invited)

    @property
    def per_guest(self) -> int | None:
        """The actual cost per client who came, in fen, half up."""
        return _share(self.spent, self.came)


def note_cost(event: Event, fen: int | None, *, seen: int | None, by: Staff) -> bool:
    """Note what an event has cost, None to take it back, over the sum that the editor saw; False where it is noted so. Raises
    Refused before it is opened, and where somebody else noted another sum meanwhile."""
    check_lead(event, by)
    with transaction.atomic():
        now = lock(event)
        if now.cost_fen == fen:
            return False
        if now.state == Event.State.PLANNED:
            raise Refused(_("It has not been opened yet; what is planned belongs to the plan."), "cost_fen")
        if now.cost_fen != seen:
            words = _("Meanwhile {sum} was noted. Save again, and yours counts.")
            raise Refused(words.format(sum=formats.exact(now.cost_fen)), "cost_fen")
        Event.objects.filter(pk=now.pk).update(cost_fen=fen)
        tell("note-event-cost", now, by=by, **moved_money("cost", now.cost_fen, fen))
    return True


def costs_by_quarter(events: QuerySet[Event], quarters: Sequence[Quarter]) -> list[tuple[Quarter, Costs]]:
    """The sums of those of some quarters in which there are events: budgets of what was not cancelled, and what was spent."""
    first, last = min(quarters).first, max(quarters).last
    some = events.filter(starts_at__date__range=(first, last)).order_by()
    costs = some.values_list(TruncQuarter("starts_at")).annotate(
        count=Count("pk"), budget=Sum("budget_fen", filter=~Q(state="cancelled")), spent=Sum("cost_fen")
    )
    guests = Guest.objects.standing().filter(event__in=some.filter(cost_fen__isnull=False)).order_by()
    counts = guests.values_list(TruncQuarter("event__starts_at")).annotate(
        invited=Count("pk"), came=Count("pk", filter=Q(attendance="came"))
    )
    heads = {at: (invited, came) for at, invited, came in counts}
    found = {
        Quarter.of(timezone.localdate(at)): Costs(budget, spent, *heads.get(at, (0, 0)), count)
        for at, count, budget, spent in costs
    }
    return [(quarter, found[quarter]) for quarter in quarters if quarter in found]


def _share(fen: int | None, heads: int) -> int | None:
    return None if fen is None or not heads else (2 * fen + heads) // (2 * heads)
