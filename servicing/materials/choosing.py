"""Which materials are offered: for a client those meant for the client's knowledge and tier before the others."""

from datetime import date

from clients.models import Background, Client
from crm.models import Branch
from servicing.models import MaterialVersion

MOST = 200  # of a choice that a person reads


def offered_to(client: Client, tier: str, day: date) -> tuple[list[MaterialVersion], list[MaterialVersion]]:
    """What may be given in the client's branch on a day, by title: what is meant for such a client ('': in no tier), and
    the others. Whether something stands against one is asked when it is chosen."""
    card: Background | None = getattr(client, "background", None)
    knowledge = card.knowledge if card else ""
    fitting: list[MaterialVersion] = []
    others: list[MaterialVersion] = []
    for version in usable_in(client.branch_id, day):
        meant = version.material
        fits = meant.knowledge in ("", knowledge) and meant.tier in ("", tier)
        (fitting if fits else others).append(version)
    return fitting, others


def usable_in(branch: Branch | int, day: date) -> list[MaterialVersion]:
    """What may be given in a branch on a day, by title."""
    rows = MaterialVersion.objects.usable(day).for_branch(branch).select_related("material")
    return list(rows.order_by("material__title", "pk")[:MOST])
