"""Staff (P2): who comes, what they may, when they are away and when they leave. Whatever changes what somebody may do ends
their sessions at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from crm import audit
from crm.models import Branch, Invitation, Leave, Staff

NEEDS_BRANCH = (Staff.Role.ADVISOR, Staff.Role.MANAGER)
_TABLE = "crm_staff"


class StaffRefused(Exception):
    """What was asked for cannot be; `field` says beside which field, `code` and `params` why."""

    def __init__(self, field: str, code: str, **params: Any) -> None:
        super().__init__(code)
        self.field, self.code, self.params = field, code, params


class EditedMeanwhile(Exception):
    """Somebody else changed the person since the form was opened; `person` is what is stored now."""

    def __init__(self, person: Staff) -> None:
        super().__init__(f"staff {person.pk} was changed meanwhile")
        self.person = person


@dataclass(frozen=True)
class Wanted:
    """What a person is to be: the fields of the form."""

    username: str
    name: str
    role: str
    branches: tuple[Branch, ...]
    employee_code: str | None
    registration_number: str
    registration_category: str
    registration_status: str

    def fields(self) -> dict[str, Any]:
        """The plain columns."""
        names = ("username", "name", "role", "employee_code", "registration_number", "registration_category")
        return {name: getattr(self, name) for name in (*names, "registration_status")}


def add_staff(wanted: Wanted, *, by: Staff, address: str | None = None) -> Staff:
    """A new member of staff without a password, who cannot log in until invited; raises StaffRefused."""
    _check(wanted)
    with transaction.atomic():
        person = Staff.objects.create_user(wanted.username, None, **_without_username(wanted))
        person.branches.set(wanted.branches)
        audit.record("add-staff", actor=by, table=_TABLE, key=person.pk, detail=_told(wanted), address=address)
    return person


def change_staff(
    person: Staff,
    wanted: Wanted,
    *,
    by: Staff,
    version: int,
    owns_in: Collection[int] = (),
    address: str | None = None,
) -> bool:
    """Change a person; False when nothing differs. `owns_in` are the branches in which they own clients: whoever does
    stays an advisor there until the clients are handed over (A5). Another role or other branches end every session.
    Raises StaffRefused and EditedMeanwhile."""
    before = wanted_of(person)
    if before == wanted:
        return False
    _check(wanted, person)
    if owns_in and wanted.role != Staff.Role.ADVISOR:
        raise StaffRefused("role", "owns_clients")
    if missing := set(owns_in) - {branch.pk for branch in wanted.branches}:
        names = Branch.objects.filter(pk__in=missing).order_by("code").values_list("name", flat=True)
        raise StaffRefused("branches", "owns_clients_in", branches=", ".join(names))
    permission = before.role != wanted.role or set(before.branches) != set(wanted.branches)
    with transaction.atomic():
        _check_power(person, wanted, by)
        values = wanted.fields() | {"version": F("version") + 1}
        if permission:
            values["session_epoch"] = F("session_epoch") + 1
        if not Staff.objects.filter(pk=person.pk, version=version).update(**values):
            raise EditedMeanwhile(Staff.objects.get(pk=person.pk))
        person.branches.set(wanted.branches)
        person.refresh_from_db()
        old, new = _told(before), _told(wanted)
        changed = [name for name in new if old[name] != new[name]]
        audit.record(
            "change-permissions" if permission else "change-staff",
            actor=by,
            table=_TABLE,
            key=person.pk,
            detail={"before": {n: old[n] for n in changed}, "after": {n: new[n] for n in changed}},
            address=address,
        )
    return True


def deactivate(
    person: Staff,
    *,
    left_on: date,
    by: Staff,
    at: datetime,
    owns_complaints: int = 0,
    owns_ideas: int = 0,
    address: str | None = None,
) -> bool:
    """End a person's access at once: no log-in, no session, no link. False when they were out already. Raises
    StaffRefused for oneself, for the last admin, and for who owns open complaints, or ideas of visitors, which go with no
    client: somebody else takes them first (S9, S19)."""
    if person.pk == by.pk:
        raise StaffRefused("left_on", "oneself")
    if owns_complaints and person.is_active:
        raise StaffRefused("left_on", "owns_complaints", count=owns_complaints)
    if owns_ideas and person.is_active:
        raise StaffRefused("left_on", "owns_ideas", count=owns_ideas)
    with transaction.atomic():
        if person.is_admin and not _other_admins(person):
            raise StaffRefused("left_on", "last_admin")
        changed = Staff.objects.filter(pk=person.pk, is_active=True).update(
            is_active=False, left_on=left_on, session_epoch=F("session_epoch") + 1, version=F("version") + 1
        )
        if changed:
            Invitation.objects.open_at(at).filter(staff=person).update(withdrawn_at=at)
            detail = {"left_on": left_on.isoformat(), "role": person.role}
            audit.record("deactivate-staff", actor=by, table=_TABLE, key=person.pk, detail=detail, address=address)
        person.refresh_from_db()
    return bool(changed)


def reactivate(person: Staff, *, by: Staff, address: str | None = None) -> bool:
    """Take a deactivation back; the password of before holds again, sessions stay ended. False when not needed."""
    with transaction.atomic():
        changed = Staff.objects.filter(pk=person.pk, is_active=False).update(
            is_active=True, left_on=None, version=F("version") + 1
        )
        if changed:
            audit.record("reactivate-staff", actor=by, table=_TABLE, key=person.pk, address=address)
        person.refresh_from_db()
    return bool(changed)


def take_leave(
    person: Staff, *, from_day: date, until_day: date, uid: UUID, by: Staff, at: datetime, address: str | None = None
) -> Leave:
    """Note days on which a person is away, `until_day` not included; twice with one `uid` is once. Raises StaffRefused
    where days overlap with a leave that stands."""
    if until_day <= from_day:
        raise StaffRefused("until_day", "ends_before")
    with transaction.atomic():
        Staff.objects.select_for_update().get(pk=person.pk)  # two admins note one leave after the other
        known = Leave.objects.filter(uid=uid).first()
        if known is not None:
            return known
        standing = Leave.objects.standing().filter(staff=person)
        if overlap := standing.filter(from_day__lt=until_day, until_day__gt=from_day).first():
            raise StaffRefused("from_day", "overlaps", start=overlap.from_day, back=overlap.until_day)
        leave = Leave.objects.create(
            uid=uid, staff=person, from_day=from_day, until_day=until_day, made_by=by, made_at=at
        )
        detail = {"staff": person.pk, "from_day": from_day.isoformat(), "until_day": until_day.isoformat()}
        audit.record("take-leave", actor=by, table="crm_leave", key=leave.pk, detail=detail, address=address)
    return leave


def withdraw_leave(leave: Leave, *, by: Staff, at: datetime, address: str | None = None) -> bool:
    """Take a leave back; False when somebody did before."""
    with transaction.atomic():
        changed = Leave.objects.standing().filter(pk=leave.pk).update(withdrawn_at=at)
        if changed:
            detail = {"staff": leave.staff_id}
            audit.record("withdraw-leave", actor=by, table="crm_leave", key=leave.pk, detail=detail, address=address)
    return bool(changed)


def wanted_of(person: Staff) -> Wanted:
    """What a person is, as a form would say it."""
    return Wanted(
        username=person.username,
        name=person.name,
        role=person.role,
        branches=tuple(person.branches.order_by("code")),
        employee_code=person.employee_code,
        registration_number=person.registration_number,
        registration_category=person.registration_category,
        registration_status=person.registration_status,
    )


def _check(wanted: Wanted, person: Staff | None = None) -> None:
    if wanted.role in NEEDS_BRANCH and not wanted.branches:
        raise StaffRefused("branches", "needs_branch")
    others = Staff.objects.exclude(pk=person.pk) if person else Staff.objects.all()
    if others.filter(username=wanted.username).exists():
        raise StaffRefused("username", "taken")
    if wanted.employee_code and others.filter(employee_code=wanted.employee_code).exists():
        raise StaffRefused("employee_code", "taken")


def _check_power(person: Staff, wanted: Wanted, by: Staff) -> None:
    if wanted.role == person.role:
        return
    if person.pk == by.pk:
        raise StaffRefused("role", "oneself")
    if person.is_admin and not _other_admins(person):
        raise StaffRefused("role", "last_admin")


def _other_admins(person: Staff) -> bool:
    # locked in the caller's transaction, so that two admins do not remove each other at once
    admins = Staff.objects.select_for_update().filter(role=Staff.Role.ADMIN, is_active=True).order_by("pk")
    return any(admin.pk != person.pk for admin in admins)


def _without_username(wanted: Wanted) -> dict[str, Any]:
    return {name: value for name, value in wanted.fields().items() if name != "username"}


def _told(wanted: Wanted) -> dict[str, Any]:
    return wanted.fields() | {"branches": _codes(wanted.branches)}


def _codes(branches: Iterable[Branch]) -> list[str]:
    return sorted(branch.code for branch in branches)
