"""The second person (S14): a version waits, somebody other than its author approves or refuses it, once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.models.versions import Version
from servicing.versions.writing import check_scope, tell

State = Version.State
V = TypeVar("V", bound=Version)
Guard = Callable[[V, datetime], None]  # raises Refused for what may not come into force


def ask(version: V, guard: Guard[V], *, by: Staff, at: datetime) -> bool:
    """A draft waits for the second person from now on; False where it waits already. Raises Refused where the guard does, and
    where it is no draft of something that stands."""
    check_scope(by, version.head.branch)
    if version.head.ended_at:
        raise Refused(_("It has ended; restore it before changing it."))
    guard(version, at)
    with transaction.atomic():
        if not _turn(version, State.DRAFT, state=State.WAITING, asked_at=at):
            if _rows(version).filter(pk=version.pk, state=State.WAITING).exists():
                return False
            raise Refused(_("Only a draft can be put forward."))
        tell(f"ask-{version.OF}", version, by=by)
    return True


def take_back(version: Version, *, by: Staff) -> bool:
    """Undo of `ask`: a draft again. False where it does not wait (any more)."""
    check_scope(by, version.head.branch)
    with transaction.atomic():
        if not _turn(version, State.WAITING, state=State.DRAFT, asked_at=None):
            return False
        tell(f"take-back-{version.OF}", version, by=by)
    return True


def may_decide(user: Staff, branch: Branch | None) -> bool:
    """Who decides: a manager for the own branches, compliance for every branch and the firm."""
    if user.is_compliance:
        return True
    return branch is not None and user.is_manager and user.branches.filter(pk=branch.pk).exists()


def decide(
    version: V, guard: Guard[V], *, approve: bool, why: str, by: Staff, at: datetime, **approved: object
) -> bool:
    """Approve or refuse a waiting version, once: False when it is decided or taken back. What was in force ends with the
    approval of another one; `approved` are columns set with it. Raises Refused for the author, for who may not decide, for
    a refusal without a reason, and where the guard of an approval does."""
    if version.author_id == by.pk:
        raise Refused(_("Somebody else has to decide on your own wording."))
    if not may_decide(by, version.head.branch):
        raise Refused(_("A manager of the branch or compliance decides on it."))
    if not approve and not why.strip():
        raise Refused(_("Say why, so that the author can do better."), "why")
    if approve:
        guard(version, at)
    with transaction.atomic():
        if not _claim(version, by=by, at=at, why=why.strip()):
            return False
        if approve:
            _rows(version).filter(**{version.OF: version.head}, state=State.APPROVED).update(state=State.ENDED)
        told = {"state": State.APPROVED, **approved} if approve else {"state": State.REFUSED}
        _rows(version).filter(pk=version.pk).update(**told)
        tell(f"{'approve' if approve else 'refuse'}-{version.OF}", version, by=by, reason=why.strip())
    return True


def _claim(version: Version, *, by: Staff, at: datetime, why: str) -> bool:
    """Whoever claims a waiting version first decides: the conditional update is the lock."""
    return _turn(version, State.WAITING, decided_by=by, decided_at=at, decided_why=why)


def _turn(version: Version, since: str, **columns: object) -> bool:
    return bool(_rows(version).filter(pk=version.pk, state=since).update(**columns))


def _rows(version: Version) -> Any:
    return type(version)._default_manager
