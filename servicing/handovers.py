"""Clients who change their advisor (S17): clients move as one pack with what is open for them, and can be given back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.generations import Overtaken
from clients.models import Client
from clients.owners import CannotOwn, check_owner, set_owners
from crm import audit
from crm.lib.bulk import in_parts
from crm.models import Branch, Staff
from servicing.competence.serving import MayNotServe, not_served
from servicing.models import HandOver, HandOverClient, Idea, Promise, Task

_TRIES = 5
_PART = 500  # clients per statement
R = TypeVar("R")


class SeveralBranches(Exception):
    """Clients of several branches cannot go to one advisor in one step."""

    def __init__(self) -> None:
        super().__init__(_("These clients are of several branches. Hand over one branch at a time."))


@dataclass(frozen=True)
class GivenBack:
    """What undoing a hand-over did: clients given back, and those that stay because somebody moved them since or because
    the former advisor may not own clients any more."""

    given_back: int
    stayed: int


def hand_over(
    clients: Iterable[Client],
    *,
    to: Staff,
    by: Staff,
    at: datetime,
    reason: str,
    uid: UUID | None = None,
    anyway: bool = False,
) -> HandOver:
    """Move clients of one branch, with what is open for them, to an advisor. Whoever is with that advisor already stays
    untouched; the same `uid` twice is one hand-over. `anyway`: also those whose tier asks for a paper that the advisor lacks
    (S21), which the audit row counts. Raises CannotOwn, MayNotServe, SeveralBranches, and Overtaken when imports of the
    branch keep coming first."""
    keys = sorted({client.pk for client in clients})
    uid = uid or uuid4()
    try:
        return _tried(lambda: _hand_over(keys, to=to, by=by, at=at, reason=reason, uid=uid, anyway=anyway))
    except IntegrityError:  # the same form a moment ago
        return HandOver.objects.get(uid=uid)


def undo_hand_over(done: HandOver, *, by: Staff, at: datetime) -> GivenBack:
    """Give back the clients who are still with the receiver, with what was open for them and still is. Done once: the
    second time nothing is left to give back. Raises Overtaken as `hand_over` does."""
    return _tried(lambda: _undo(done, by=by, at=at))


def _hand_over(
    keys: Sequence[int], *, to: Staff, by: Staff, at: datetime, reason: str, uid: UUID, anyway: bool
) -> HandOver:
    with transaction.atomic():
        known = HandOver.objects.filter(uid=uid).first()
        if known:
            return known
        moving = [client for client in _locked(keys) if client.advisor_id != to.pk]
        branch = _branch_of(moving) or to.branches.order_by("pk").first()
        if branch is None:
            raise CannotOwn(to, "branch")
        check_owner(to, branch)
        lacking = not_served(moving, to, timezone.localdate(at))
        if lacking and not anyway:
            raise MayNotServe(to, next(iter(lacking.values())))
        done = HandOver(uid=uid, branch=branch, to=to, made_by=by, made_at=at, reason=reason[:200])
        write_pack(done, {client.pk: client.advisor_id for client in moving})
        set_owners(dict.fromkeys(moving, to), branch=branch, by=by, at=at)
        told = {"without_papers": len(lacking)} if lacking else {}
        _record("hand-over", done, [c.pk for c in moving], by=by, reason=reason, **told)
    return done


def _undo(done: HandOver, *, by: Staff, at: datetime) -> GivenBack:
    with transaction.atomic():
        if not HandOver.objects.filter(pk=done.pk, undone_at=None).update(undone_at=at, undone_by=by):
            return GivenBack(0, 0)
        done.refresh_from_db()
        former = {one.client_id: one.former for one in done.clients.select_related("former")}
        may = {owner: _may_own(owner, done.branch) for owner in set(former.values())}
        back = {
            client: former[client.pk]
            for client in _locked(sorted(former))
            if client.advisor_id == done.to_id and may[former[client.pk]]
        }
        set_owners(back, branch=done.branch, by=by, at=at, is_undo=True)
        keys = {client.pk for client in back}
        for name, rows in open_ones().items():
            _give_back(rows, getattr(done, name), keys, done)
            follow(rows.filter(client__hand_overs__hand_over=done), done.branch)  # what came up meanwhile
        _record("undo-hand-over", done, sorted(keys), by=by, reason="")
        return GivenBack(len(back), len(former) - len(back))


def _tried(act: Callable[[], R]) -> R:
    for _again in range(_TRIES - 1):
        try:
            return act()
        except Overtaken:
            continue
    return act()


def _locked(keys: Sequence[int]) -> list[Client]:
    found: list[Client] = []
    for part in in_parts(keys, _PART):
        some = Client.objects.select_for_update().filter(pk__in=part)
        found += some.order_by("pk")
    return found


def _branch_of(clients: Sequence[Client]) -> Branch | None:
    branches = {client.branch_id for client in clients}
    if len(branches) > 1:
        raise SeveralBranches
    return Branch.objects.get(pk=branches.pop()) if branches else None


def _may_own(owner: Staff | None, branch: Branch) -> bool:
    """Whether a client may go back to somebody; one who had nobody may have nobody again."""
    if owner is None:
        return True
    try:
        check_owner(owner, branch)
    except CannotOwn:
        return False
    return True


def open_ones() -> dict[str, QuerySet[Any]]:
    """What goes with a client, by the column of the hand-over that keeps who had it."""
    return {
        "promises": Promise.objects.filter(state=Promise.State.OPEN),
        "tasks": Task.objects.filter(state=Task.State.OPEN),
        "ideas": Idea.objects.still_open(),
    }


def write_pack(done: HandOver, former: Mapping[int, int | None]) -> None:
    """Write a new hand-over with its clients (client → who had the client before), and give the receiver what is open for
    them. In the caller's transaction."""
    for name, rows in open_ones().items():
        setattr(done, name, _move_open(rows, list(former), done.to, done.branch))
    done.save(force_insert=True)
    clients = [HandOverClient(hand_over=done, client_id=client, former_id=had) for client, had in former.items()]
    HandOverClient.objects.bulk_create(clients, batch_size=_PART)


def _move_open(rows: QuerySet[Any], clients: Sequence[int], to: Staff, branch: Branch) -> dict[str, int]:
    """Give what is open for these clients to the receiver (S17); what a manager holds himself stays with him as long as
    he is here, but for what the night gave him while nobody else was. Returns who had it."""
    moved: dict[str, int] = {}
    leaves = Q(owner__role=Staff.Role.ADVISOR) | ~Q(owner__in=Staff.objects.working_in(branch).values("pk"))
    if rows.model is Task:
        leaves |= Q(rule__gt="")
    for part in in_parts(clients, _PART):
        held = dict(rows.filter(leaves, client__in=part).exclude(owner=to).values_list("pk", "owner_id"))
        rows.filter(pk__in=held).update(owner=to)
        moved |= {str(pk): owner for pk, owner in held.items()}
    return moved


def follow(rows: QuerySet[Any], branch: Branch) -> int:
    """Give what an advisor holds for the client of a colleague who works here to that colleague."""
    here = Staff.objects.working_in(branch).values("pk")
    held = rows.filter(branch=branch, owner__role=Staff.Role.ADVISOR, client__advisor__in=here)
    serving = Client.objects.filter(pk=OuterRef("client")).values("advisor")
    return held.exclude(owner=F("client__advisor")).update(owner=Subquery(serving))


def _give_back(rows: QuerySet[Any], owners: Mapping[str, int], clients: set[int], done: HandOver) -> None:
    parts: dict[int, list[int]] = {}
    for pk, owner in owners.items():
        parts.setdefault(owner, []).append(int(pk))
    here = Staff.objects.working_in(done.branch).filter(pk__in=parts)
    for owner in here.values_list("pk", flat=True):
        for part in in_parts(parts[owner], _PART):
            mine = rows.filter(pk__in=part, owner=done.to_id).values_list("pk", "client_id")
            rows.filter(pk__in=[pk for pk, client in mine if client in clients]).update(owner=owner)


def _record(action: str, done: HandOver, clients: Sequence[int], *, by: Staff, reason: str, **more: int) -> None:
    audit.record(
        action,
        actor=by,
        table=HandOver._meta.db_table,
        key=done.uid,
        branch=done.branch,
        reason=reason,
        detail={
            "to": done.to_id,
            "clients": len(clients),
            "promises": len(done.promises),
            "tasks": len(done.tasks),
            "ideas": len(done.ideas),
            "checksum": audit.checksum(list(clients)),
            **more,
        },
    )
