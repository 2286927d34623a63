"""Who wants to open an account: written down once, changed with a second editor told, and never without an owner."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from clients.owners import CannotOwn, check_owner
from crm import audit
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.models import Opening
from servicing.openings.phones import phone_columns


@dataclass(frozen=True)
class Person:
    """What is known of a person; `phone` is empty where the known one stays."""

    name: str
    phone: str
    source: str
    started_on: date
    referrer: Client | None = None
    expected_fen: int | None = None
    note: str = ""

    def columns(self) -> dict[str, Any]:
        """The plain columns."""
        names = ("source", "started_on", "referrer", "expected_fen")
        return {"name": self.name.strip(), "note": self.note.strip(), **{name: getattr(self, name) for name in names}}


class OpeningConflict(Exception):
    """Somebody else changed the opening meanwhile: `current` is what it says now. Nothing was written."""

    def __init__(self, current: Opening) -> None:
        super().__init__(f"opening {current.pk} is at version {current.version}")
        self.current = current


def begin_opening(person: Person, *, branch: Branch, owner: Staff, uid: UUID, by: Staff, at: datetime) -> Opening:
    """Write a person down once: a second call with the same `uid` finds the first one. Raises Refused, naming the field,
    for what cannot be, and for a uid that somebody else used."""
    _check(person, timezone.localdate(at), needs_phone=True)
    _check_owner(owner, branch)
    try:
        with transaction.atomic():
            opening = Opening.objects.create(
                uid=uid, branch=branch, owner=owner, since=person.started_on, made_by=by, made_at=at,
                **person.columns(), **phone_columns(person.phone, owner=uid),
            )  # fmt: skip
            tell("begin-opening", opening, by=by, source=person.source)
    except IntegrityError:
        found = Opening.objects.filter(uid=uid, made_by=by).first()
        if found is None:
            raise Refused(_("This form belongs to somebody else; please open it anew.")) from None
        return found
    return opening


def edit_opening(opening: Opening, person: Person, *, owner: Staff, version: int, by: Staff, at: datetime) -> Opening:
    """Change what is known of a person, or who looks after them. Raises OpeningConflict where `version` is not the present
    one, Refused for what cannot be. The same twice changes nothing."""
    _check(person, timezone.localdate(at), needs_phone=False)
    with transaction.atomic():
        current = Opening.objects.select_for_update().get(pk=opening.pk)
        if current.is_restricted:
            raise Refused(_("What is personal here is restricted and stays as it is."))
        columns = {**person.columns(), "owner": owner, **phone_columns(person.phone, owner=current.uid, known=current)}
        changed = [name for name, value in columns.items() if getattr(current, name) != value]
        if not changed:
            return current
        if current.version != version:
            raise OpeningConflict(current)
        if "owner" in changed:
            _check_owner(owner, current.branch)
        for name in changed:
            setattr(current, name, columns[name])
        if "started_on" in changed and not current.steps.standing().exists():
            current.since = person.started_on
        current.version = version + 1
        current.save(update_fields=[*changed, "since", "version"])
        tell("edit-opening", current, by=by, fields=changed)
    return current


def move_openings(leaver: Staff, branch: Branch, *, to: Staff, by: Staff, at: datetime) -> int:
    """Give everything that an advisor has under way in a branch to another one; returns how many. Twice moves nothing.
    Raises CannotOwn."""
    check_owner(to, branch)
    with transaction.atomic():
        moving = Opening.objects.under_way().filter(owner=leaver, branch=branch).select_for_update()
        found = sorted(moving.values_list("pk", flat=True))
        if found:
            Opening.objects.filter(pk__in=found).update(owner=to)
            audit.record(
                "move-openings",
                actor=by,
                table=Opening._meta.db_table,
                branch=branch,
                detail={"to": to.pk, "openings": len(found), "checksum": audit.checksum(found)},
            )
    return len(found)


def branches_held(person: Staff) -> dict[int, int]:
    """Branch → openings that a person has under way there."""
    held: dict[int, int] = {}
    for branch in Opening.objects.under_way().filter(owner=person).values_list("branch", flat=True):
        held[branch] = held.get(branch, 0) + 1
    return held


def tell(action: str, opening: Opening, *, by: Staff | None, **detail: Any) -> None:
    """The audit row of one step; it holds keys and days, never what was written about a person."""
    audit.record(action, actor=by, of=opening, detail=detail)


def _check(person: Person, today: date, *, needs_phone: bool) -> None:
    if not person.name.strip():
        raise Refused(_("Say who it is."), "name")
    if needs_phone and not person.phone:
        raise Refused(_("A number is needed to call back."), "phone")
    if person.started_on > today:
        raise Refused(_("This day is still to come."), "started_on")
    if person.source == Opening.Source.REFERRAL and person.referrer is None:
        raise Refused(_("Choose the client who referred them."), "referrer")
    if person.source != Opening.Source.REFERRAL and person.referrer is not None:
        raise Refused(_("A client is named only where they were referred."), "referrer")


def _check_owner(owner: Staff, branch: Branch) -> None:
    try:
        check_owner(owner, branch)
    except CannotOwn as refused:
        raise Refused(str(refused), "owner") from None
