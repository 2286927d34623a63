"""Each save is a version of its own, made from the latest one; nothing written is edited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.models.versions import Version, Versioned

H = TypeVar("H", bound=Versioned)
V = TypeVar("V", bound=Version)


class VersionConflict(Exception):
    """Somebody else saved a version meanwhile: `current` is theirs. Nothing was written."""

    def __init__(self, current: Version) -> None:
        super().__init__(f"{current} is the latest one")
        self.current: Any = current


def may_write(user: Staff, branch: Branch | None) -> bool:
    """Who writes: the admin for the firm, advisors and managers for their branches. Compliance decides and does not write."""
    if branch is None:
        return user.is_admin
    return (user.is_advisor or user.is_manager) and user.branches.filter(pk=branch.pk).exists()


def check_scope(user: Staff, branch: Branch | None) -> None:
    """Raises Refused for a branch that the user does not write for."""
    if not may_write(user, branch):
        raise Refused(_("You may not write for this branch."), "branch")


def begin(head: Versioned, kind: type[V], said: Mapping[str, Any], /, *, by: Staff, at: datetime, **told: Any) -> V:
    """An unsaved heading with its first version, a draft; a second call with the same `uid` finds the first one, and raises
    Refused where that is somebody else's."""
    head.made_by, head.made_at = by, at
    try:
        with transaction.atomic():
            head.save(force_insert=True)
            version = _add(kind, head, 1, said, by=by, at=at)
            tell(f"draft-{kind.OF}", version, by=by, **told)
    except IntegrityError:
        same = {f"{kind.OF}__uid": head.uid, f"{kind.OF}__made_by": by}
        found = kind._default_manager.filter(number=1, **same).first()
        if found is None:
            raise Refused(_("This form belongs to another text; please open it anew.")) from None
        return found
    return version


def save_next(head: Versioned, kind: type[V], said: Mapping[str, Any], *, seen: int, by: Staff, at: datetime) -> V:
    """A new version, a draft, made from the latest one, whose number the writer saw; a draft that it takes the place of ends,
    what is in force stays until another one is approved. The same draft twice is one version. Raises VersionConflict where
    somebody saved another one meanwhile, Refused while the latest waits for approval or where the heading has ended."""
    check_scope(by, head.branch)
    with transaction.atomic():
        head = type(head)._default_manager.select_for_update().get(pk=head.pk)
        versions = kind._default_manager.filter(**{kind.OF: head})
        latest = versions.select_related("author").order_by("-number").first()
        if head.ended_at or latest is None:
            raise Refused(_("It has ended; restore it before changing it."))
        is_same = latest.state == "draft" and said_by(latest, said) == dict(said)
        if is_same and (latest.author_id == by.pk or latest.number == seen):
            return latest
        if latest.number != seen:
            raise VersionConflict(latest)
        draft = versions.filter(pk=latest.pk, state="draft")
        if latest.state == "waiting" or (latest.state == "draft" and not draft.update(state="ended")):
            raise Refused(_("The latest version waits for approval; take it back before changing it."))
        version = _add(kind, head, latest.number + 1, said, by=by, at=at)
        tell(f"save-{kind.OF}", version, by=by)
    return version


def said_by(version: Version, names: Mapping[str, Any]) -> dict[str, Any]:
    """What a version says in these columns."""
    return {name: getattr(version, name) for name in names}


def clean_lines(text: str) -> str:
    """As it is stored: one kind of line end, nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def end(head: Versioned, noun: str, *, by: Staff, at: datetime) -> bool:
    """Nobody uses it any more; its versions stay as they are. False where it has ended already."""
    return _turn(head, f"end-{noun}", noun, by=by, since={"ended_at": None}, to=at)


def restore(head: Versioned, noun: str, *, by: Staff) -> bool:
    """Undo of `end`; False where it stands."""
    return _turn(head, f"restore-{noun}", noun, by=by, since={"ended_at__isnull": False}, to=None)


def may_end(user: Staff, branch: Branch | None) -> bool:
    """Whoever writes it, and compliance."""
    return user.is_compliance or may_write(user, branch)


def tell(action: str, version: Version, *, by: Staff, reason: str = "", **detail: Any) -> None:
    """The audit row of one step."""
    audit.record(
        action,
        actor=by,
        of=version,
        branch=version.head.branch,
        detail={version.OF: version.head.pk, "number": version.number, **detail},
        reason=reason,
    )


def _add(kind: type[V], head: Versioned, number: int, said: Mapping[str, Any], *, by: Staff, at: datetime) -> V:
    told = {kind.OF: head, "number": number, "author": by, "made_at": at}
    return kind._default_manager.create(**told, **said)


def _turn(head: Versioned, action: str, noun: str, *, by: Staff, since: dict[str, Any], to: datetime | None) -> bool:
    if not may_end(by, head.branch):
        raise Refused(_("You may not end this text."))
    with transaction.atomic():
        if not type(head)._default_manager.filter(pk=head.pk, **since).update(ended_at=to):
            return False
        table = head._meta.db_table
        audit.record(action, actor=by, table=table, key=head.pk, branch=head.branch, detail={noun: head.pk})
    return True
