"""Clients whom a file gave to another advisor (S17): at night the receiver gets their pack, and what is open for them follows."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from clients.models import Client, FactChange
from crm import audit
from crm.lib.bulk import in_parts
from crm.models import Branch, Staff
from servicing.handovers import follow, move_open, open_ones
from servicing.models import HandOver, HandOverClient

_LOOKED_BACK = timedelta(days=30)  # longer than nights are missing; a pack is made once whatever is looked at again
_PART = 500
Moved = dict[int, int | None]  # client → who had the client before


def follow_clients(branch: Branch, at: datetime) -> int:
    """Give what an advisor of a branch holds for a client whom a file gave to a colleague to that colleague, with a pack to
    read per file and receiver: nobody's day shows what is owed by somebody who does not see the client any more. In the
    caller's transaction, which holds the branch; how many clients and open things moved, a second time none."""
    packs = [_pack(uid, to, moved, branch, at) for (uid, to), moved in _reassigned(branch, at).items()]
    counts = {"clients": sum(pack.clients.count() for pack in packs)}
    for name, rows in open_ones().items():
        counts[name] = sum(len(getattr(pack, name)) for pack in packs) + follow(rows, branch)
    if any(counts.values()):
        audit.record("follow-clients", actor=None, of=branch, branch=branch, detail=counts)
    return sum(counts.values())


def _reassigned(branch: Branch, at: datetime) -> dict[tuple[UUID, int], Moved]:
    """Clients whom a file of late gave to an advisor who works here and has them still, by the pack that they belong to;
    packs that are made are left out."""
    here = set(Staff.objects.working_in(branch).values_list("pk", flat=True))
    found: dict[tuple[UUID, int], Moved] = defaultdict(dict)
    for batch, client, former, owner in FactChange.objects.new_owners(branch, at - _LOOKED_BACK):
        if owner in here:
            found[uuid5(batch, str(owner)), owner][client] = former
    made = set(HandOver.objects.filter(uid__in=[uid for uid, _to in found]).values_list("uid", flat=True))
    new = {pack: _still_with(pack[1], moved) for pack, moved in found.items() if pack[0] not in made}
    return {pack: moved for pack, moved in new.items() if moved}


def _still_with(to: int, moved: Moved) -> Moved:
    clients: list[int] = []
    for part in in_parts(sorted(moved), _PART):
        clients += Client.objects.filter(advisor=to, is_restricted=False, pk__in=part).values_list("pk", flat=True)
    return {client: moved[client] for client in sorted(clients)}


def _pack(uid: UUID, to: int, moved: Moved, branch: Branch, at: datetime) -> HandOver:
    receiver = Staff.objects.get(pk=to)
    done = HandOver(uid=uid, branch=branch, to=receiver, made_at=at)
    for name, rows in open_ones().items():
        setattr(done, name, move_open(rows, list(moved), receiver, branch))
    done.save(force_insert=True)
    clients = [HandOverClient(hand_over=done, client_id=client, former_id=former) for client, former in moved.items()]
    HandOverClient.objects.bulk_create(clients, batch_size=_PART)
    return done
