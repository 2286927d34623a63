"""Who was recommended: written down once, changed with a second editor told."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from crm import audit
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import Referral
from servicing.openings.phones import phone_columns

State = Referral.State


@dataclass(frozen=True)
class Named:
    """What is known of a person; `phone` is empty where the known one stays, or where there is none."""

    name: str
    phone: str = ""
    may_call: bool = False
    note: str = ""
    next_step: str = ""
    next_on: date | None = None

    def columns(self) -> dict[str, Any]:
        """The plain columns."""
        texts = {name: getattr(self, name).strip() for name in ("name", "note", "next_step")}
        return {**texts, "may_call": self.may_call, "next_on": self.next_on}


class ReferralConflict(Exception):
    """Somebody else changed the referral meanwhile: `current` is what it says now. Nothing was written."""

    def __init__(self, current: Referral) -> None:
        super().__init__(f"referral {current.pk} is at version {current.version}")
        self.current = current


def name_referral(
    referrer: Client, named: Named, *, uid: UUID, by: Staff, at: datetime, on: date | None = None
) -> Referral:
    """Write down whom a client recommended: a second call with the same `uid` finds the first one. Raises Refused, naming the
    field, for what cannot be."""
    _check(named, has_phone=bool(named.phone))
    if referrer.closed_on is not None:
        raise Refused(_("This client has left; whoever comes now comes by themselves."))
    try:
        with transaction.atomic():
            row = Referral.objects.create(
                uid=uid, branch=referrer.branch, referrer=referrer, named_on=on or timezone.localdate(at), made_by=by,
                made_at=at, **named.columns(), **phone_columns(named.phone, owner=uid, of=Referral),
            )  # fmt: skip
            tell("name-referral", row, by=by)
    except IntegrityError:
        found = Referral.objects.filter(uid=uid, made_by=by, referrer=referrer).first()
        if found is None:
            raise Refused(_("This form belongs to somebody else; please open it anew.")) from None
        return found
    return row


def edit_referral(row: Referral, named: Named, *, version: int, by: Staff) -> Referral:
    """Change what is known of a person. Who takes back the agreement to be called loses the number, too. Raises
    ReferralConflict where `version` is not the present one, Refused for what cannot be. The same twice changes nothing."""
    with transaction.atomic():
        current = Referral.objects.select_for_update().get(pk=row.pk)
        if current.is_restricted:
            raise Refused(_("What is personal here is restricted and stays as it is."))
        known = current if named.may_call else None
        _check(named, has_phone=bool(named.phone))
        phone = phone_columns(named.phone, owner=current.uid, of=Referral, known=known)
        columns = {**named.columns(), **phone}
        changed = [name for name, value in columns.items() if getattr(current, name) != value]
        if not changed:
            return current
        if current.version != version:
            raise ReferralConflict(current)
        Referral.objects.filter(pk=current.pk).update(**columns, version=version + 1)
        tell("edit-referral", current, by=by, fields=sorted(changed))
    current.refresh_from_db()
    return current


def tell(action: str, row: Referral, *, by: Staff | None, **detail: Any) -> None:
    """The audit row of one step; it holds keys and days, never what was written about a person."""
    told = {"client": row.referrer_id, **detail}
    audit.record(action, actor=by, of=row, detail=told)


def _check(named: Named, *, has_phone: bool) -> None:
    if not named.name.strip():
        raise Refused(_("Say who it is."), "name")
    if has_phone and not named.may_call:
        raise Refused(_("A number is kept only of who agreed to be called."), "may_call")
    if named.next_step.strip() and named.next_on is None:
        raise Refused(_("Say until when."), "next_on")
    if named.next_on is not None and not named.next_step.strip():
        raise Refused(_("Say what comes next."), "next_step")
