"""What changed for a reader since the log-in before this one: ledgers of tier, risk and state, closed clients, files."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from clients.models import ImportBatch
from crm.models import Publication, Staff
from crm.pages.changes import Change, change_of, has_risen, tier_change
from crm.pages.nights import Nights
from segmentation.models import Dormancy, Standing, StateChange, TierMove

LAST_LOG_IN = "last_log_in"  # of the session: the moment of the log-in before it


@dataclass(frozen=True)
class Changed:
    """A client whom the nights changed: where they stand now, each change, and why in one sentence."""

    standing: Standing
    changes: tuple[Change, ...]
    why: str


@dataclass(frozen=True)
class Since:
    """From when on: the nights published since the last log-in, or the last night where there are none since."""

    moment: datetime | None
    nights: Sequence[int]


def remember_log_in(request: HttpRequest, before: datetime | None) -> None:
    """Keep in the new session when the same person logged in before."""
    request.session[LAST_LOG_IN] = before.isoformat() if before else ""


def since_log_in(request: HttpRequest, user: Staff, nights: Nights) -> Since:
    """The nights that are news to the reader."""
    moment = parse_datetime(request.session.get(LAST_LOG_IN) or "")
    if moment is None:
        return Since(None, nights.pks)
    found = Publication.objects.visible_to(user).published().filter(published_at__gt=moment, branch__in=nights.branches)
    fresh = list(found.order_by("pk").values_list("pk", flat=True).distinct())
    return Since(moment, fresh) if fresh else Since(None, nights.pks)


def told_of(standings: Sequence[Standing], nights: Iterable[int]) -> list[Changed]:
    """Each standing with what the nights changed for its client, the latest change first; a risk that fell is no news."""
    pks = list(nights)
    told = _ledger(pks, [standing.client_id for standing in standings])
    return [
        Changed(standing, tuple(changes), next((c.why for c in changes if c.why), ""))
        for standing in standings
        if (changes := [c for c in told[standing.client_id] if c.kind != "risk" or has_risen(c)])
    ]


def _ledger(nights: Sequence[int], clients: Sequence[int]) -> dict[int, list[Change]]:
    told: dict[int, list[Change]] = defaultdict(list)
    moves = TierMove.objects.of_nights(nights).filter(client__in=clients).exclude(why=TierMove.Why.FIRST)
    for move in moves.order_by("-day"):
        told[move.client_id].append(tier_change(move))
    for change in StateChange.objects.of_nights(nights).filter(client__in=clients).order_by("-day", "subject"):
        told[change.client_id].append(change_of(change))
    return told


def left_in(user: Staff, nights: Sequence[int], count: int) -> list[StateChange]:
    """Clients who closed their accounts in these nights, the latest first."""
    gone = StateChange.objects.visible_to(user).of_nights(nights).filter(after=Dormancy.CLOSED)
    return list(gone.select_related("client").order_by("-day", "pk")[:count])


def files_since(moment: datetime | None) -> int:
    """How many export files came in since a moment; none where there is no moment to count from."""
    return ImportBatch.objects.in_force().filter(committed_at__gt=moment).count() if moment else 0
