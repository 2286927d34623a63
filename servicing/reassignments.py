"""Clients whom a file gave to another advisor (S17): at night the receiver gets their pack, and what is open for them follows."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from clients.models import Client, FactChange
from crm import audit
from crm.lib.bulk import in_parts
from crm.models import Branch, Staff
from servicing.handovers import follow, open_ones, write_pack
from servicing.models import HandOver

_LOOKED_BACK = timedelta(days=30)  # longer than nights are missing; a pack is made once whatever is looked at again
_PART = 500
Former = dict[int, int | None]  # client → who had the client before


def follow_clients(branch: Branch, at: datetime) -> int:
    """Give what an advisor of a branch holds for a client whom a file gave to a colleague to that colleague, with a pack to
    read per file and receiver: nobody's day shows what is owed by somebody who does not see the client any more. In the
    caller's transaction, which holds the branch; how many clients and open things moved, a second time none."""
    packs = _reassigned(branch, at)
    for pack, former in packs:
        write_pack(pack, former)
    counts = {"clients": sum(len(former) for _pack, former in packs)}
    for name, rows in open_ones().items():
        counts[name] = sum(len(getattr(pack, name)) for pack, _former in packs) + follow(rows, branch)
    if any(counts.values()):
        audit.record("follow-clients", actor=None, of=branch, branch=branch, detail=counts)
    return sum(counts.values())


def _reassigned(branch: Branch, at: datetime) -> list[tuple[HandOver, Former]]:
    """Hand-overs that are still to be written: of the clients whom a file of late gave to an advisor who works here and has
    them still, by file and receiver."""
    here = Staff.objects.working_in(branch).in_bulk()
    found: dict[tuple[UUID, int], Former] = defaultdict(dict)
    for batch, client, former, owner in FactChange.objects.new_owners(branch, at - _LOOKED_BACK):
        if owner in here:
            found[uuid5(batch, str(owner)), owner][client] = former
    made = set(HandOver.objects.filter(uid__in=[uid for uid, _to in found]).values_list("uid", flat=True))
    new = ((uid, to, _still_with(to, moved)) for (uid, to), moved in found.items() if uid not in made)
    return [(HandOver(uid=uid, branch=branch, to=here[to], made_at=at), former) for uid, to, former in new if former]


def _still_with(to: int, moved: Former) -> Former:
    clients: list[int] = []
    for part in in_parts(sorted(moved), _PART):
        clients += Client.objects.filter(advisor=to, is_restricted=False, pk__in=part).values_list("pk", flat=True)
    return {client: moved[client] for client in sorted(clients)}
