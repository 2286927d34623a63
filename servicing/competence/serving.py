"""The gates (S21): whom somebody may be given, what somebody may offer. Nothing here takes a client, a task or a promise away
from whoever has it: what is missing is a gap that the manager is told (S8, A5)."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from clients.models import Client
from crm.lib.bulk import in_parts
from crm.models import Branch, Publication, Staff
from segmentation.models import Standing
from servicing.competence.requirements import needs_on
from servicing.competence.rules import RISK, TIER, Held, Verdict, may_agree, may_offer, may_serve, tiers_of
from servicing.competence.words import missing_words
from servicing.models import Paper

_PART = 500
NOBODY_ASKS = Verdict()


class MayNotServe(Exception):
    """Somebody who lacks a paper that the tier of some clients asks for."""

    def __init__(self, who: Staff, verdict: Verdict) -> None:
        told = _("{name} may not serve these clients: {missing}.")
        super().__init__(told.format(name=who.name, missing=missing_words(verdict)))


def held_by(people: Iterable[int]) -> dict[int, list[Held]]:
    """The papers that count of some people."""
    found: dict[int, list[Held]] = {}
    rows = Paper.objects.of_people(people).values_list("staff", "kind", "from_day", "until_day")
    for person, kind, begins, ends in rows:
        found.setdefault(person, []).append(Held(kind, begins, ends))
    return found


def tiers_asked(branches: Iterable[Branch | int], day: date) -> list[str]:
    """The tiers for which some papers are asked for in any of some branches on a day."""
    return tiers_of(subject for branch in branches for subject in needs_on(branch, day))


def not_served(clients: Iterable[Client], to: Staff, day: date) -> dict[int, Verdict]:
    """Of some clients those whom somebody may not be given on a day, with what is missing; by the tier of the current night,
    without which nothing is asked."""
    rows = list(clients)
    needs = {branch: needs_on(branch, day) for branch in {client.branch_id for client in rows}}
    asked = tiers_of(subject for one in needs.values() for subject in one)
    if not asked:
        return {}
    held = held_by([to.pk]).get(to.pk, [])
    nights = list(Publication.objects.current().filter(branch__in=needs).values_list("pk", flat=True))
    tiers: dict[int, str] = {}
    for part in in_parts([client.pk for client in rows], _PART):
        stand = Standing.objects.filter(publication__in=nights, client__in=part, tier__in=asked)
        tiers |= dict(stand.values_list("client", "tier"))
    verdicts = {
        client.pk: may_serve(held, tiers[client.pk], needs[client.branch_id], day)
        for client in rows
        if client.pk in tiers
    }
    return {client: verdict for client, verdict in verdicts.items() if not verdict.passes}


def left_by_all(
    clients: Sequence[Client], receivers: Sequence[Staff], barred: Mapping[int, Container[int]]
) -> list[Client]:
    """The clients whom none of the receivers may be given, `barred` being by receiver those who are not."""
    return [one for one in clients if all(one.pk in barred.get(who.pk, ()) for who in receivers)]


def served_by_present(client: Client, tier: str, day: date) -> Verdict:
    """Whether a client's present advisor has what the tier asks for; nobody is told of a client without an advisor."""
    needs = needs_on(client.branch_id, day) if client.advisor_id and tier else {}
    if client.advisor_id is None or f"{TIER}:{tier}" not in needs:
        return NOBODY_ASKS
    return may_serve(held_by([client.advisor_id]).get(client.advisor_id, []), tier, needs, day)


def offered_by(person: Staff, branch: Branch | int, level: str, day: date) -> Verdict:
    """Whether somebody may offer a product of a risk level to clients of a branch."""
    needs = needs_on(branch, day)
    if not any(subject.startswith(f"{RISK}:") for subject in needs):
        return NOBODY_ASKS
    return may_offer(held_by([person.pk]).get(person.pk, []), level, needs, day)


def agreed_by(person: Staff, branch: Branch | int, product: str, day: date) -> Verdict:
    """Whether somebody may agree on the fees of a product class with clients of a branch."""
    needs = needs_on(branch, day)
    return may_agree(held_by([person.pk]).get(person.pk, []), product, needs, day)
