"""The clients of somebody who leaves, dealt among those who take over (S17, A5)."""

from collections.abc import Container, Mapping, Sequence

from clients.models import Client
from crm.models import Branch, Publication, Staff
from segmentation.models import Standing


def open_clients(person: Staff, branch: Branch) -> list[Client]:
    """The open clients of one advisor in a branch, the best rank of the current night first, whoever has none last."""
    owned = Client.objects.filter(advisor=person, branch=branch).exclude(state__in=["closed", "transferred_out"])
    night = Publication.objects.filter(branch=branch).current().first()
    ranks = dict(
        Standing.objects.filter(publication=night, client__in=owned).values_list("client", "rank") if night else ()
    )
    return sorted(owned, key=lambda client: (ranks.get(client.pk, 2**31), client.pk))


def deal(
    clients: Sequence[Client], receivers: Sequence[Staff], barred: Mapping[int, Container[int]] | None = None
) -> dict[Staff, list[Client]]:
    """Deal clients, best first, among receivers there and back (a b c c b a), so that nobody gets all the best: shares
    differ by one client at most, and the same clients and receivers give the same shares. `barred`: by receiver the clients
    who may not go there (S21): each kind of client is dealt among those who may, and whom nobody may have is not dealt."""
    shares: dict[Staff, list[Client]] = {one: [] for one in receivers}
    tables: dict[tuple[Staff, ...], list[Client]] = {}
    for client in clients:
        seats = tuple(one for one in receivers if not barred or client.pk not in barred.get(one.pk, ()))
        tables.setdefault(seats, []).append(client)
    for seats, some in tables.items():
        width = len(seats)
        for at, client in enumerate(some if seats else ()):
            turn, seat = divmod(at, width)
            shares[seats[width - 1 - seat if turn % 2 else seat]].append(client)
    return shares
