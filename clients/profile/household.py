"""Who belongs to whose household (P7): symmetric pairs of clients of one branch."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from clients.models import Client, HouseholdLink
from crm import access
from crm.models import Staff

FOUND = 8


def pair(one: Client, other: Client) -> dict[str, int]:
    """Both ends of a link in the order in which it is stored; raises ValueError for one client or two branches."""
    if one.pk == other.pk or one.branch_id != other.branch_id:
        raise ValueError("a household links two clients of one branch")
    first, second = sorted((one.pk, other.pk))
    return {"client_id": first, "other_id": second}


def candidates(client: Client, text: str, user: Staff) -> Sequence[Client]:
    """The first clients of the same branch, whom the user sees, that a search finds; nothing for an empty search."""
    if not text.strip():
        return []
    rows = Client.objects.visible_to(user).filter(branch=client.branch_id).exclude(pk=client.pk)
    return list(rows.matching(text, by_name=access.sees_names(user)).order_by("name", "pk")[:FOUND])


def links_of(client: Client, user: Staff) -> Any:
    """Standing links of a client whom the user sees, each with whether the user sees its ends too."""
    rows = HouseholdLink.objects.linked_to(client) if user.is_compliance else HouseholdLink.objects.of_client(client)
    seen = Client.objects.visible_to(user)
    return (
        rows.standing()
        .select_related("client", "other")
        .annotate(
            sees_client=Exists(seen.filter(pk=OuterRef("client_id"))),
            sees_other=Exists(seen.filter(pk=OuterRef("other_id"))),
        )
        .order_by("pk")
    )
