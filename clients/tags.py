"""Tags that a branch gives its clients: put on and taken off many at once, taken back, renamed, withdrawn."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients.models import Client, ClientTag, Tag, TagStep
from crm import audit
from crm.lib.bulk import in_parts
from crm.models import Branch, Staff

_PART = 500  # clients per statement
_READ_BY = ",|!、，"  # signs by which an address or a sentence is read


class TagRefused(Exception):
    """A name that no tag can have, or that another has."""


def tag_named(branch: Branch, name: str, *, by: Staff, at: datetime) -> Tag:
    """The tag of a branch by its name, made where there is none, back in use where it was withdrawn. Raises TagRefused."""
    name = checked_name(name)
    with transaction.atomic():
        known = Tag.objects.select_for_update().filter(branch=branch, name__iexact=name).first()
        if known and known.withdrawn_at is None:
            return known
        if known:
            Tag.objects.filter(pk=known.pk).update(withdrawn_at=None, name=name)
            known.refresh_from_db()
            tag = known
        else:
            tag, _made = Tag.objects.get_or_create(branch=branch, name=name, defaults={"made_by": by, "made_at": at})
        _record("make-tag", tag, by)
    return tag


def checked_name(name: str) -> str:
    """The name as it is kept. Raises TagRefused."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 20:
        raise TagRefused(_("A tag has 1 to 20 characters."))
    if any(sign in _READ_BY for sign in name) or name == "none":
        raise TagRefused(_("A tag cannot hold commas, “|” or “!”."))
    return name


def put_on(clients: Iterable[Client], tag: Tag, *, by: Staff, at: datetime) -> TagStep:
    """Give clients of the tag's branch the tag; the step names those who did not have it."""
    with transaction.atomic():
        keys = _of_branch(clients, tag)
        had = set(_having(keys, tag))
        fresh = [key for key in keys if key not in had]
        rows = [ClientTag(tag=tag, client_id=key, tagged_by=by, tagged_at=at) for key in fresh]
        ClientTag.objects.bulk_create(rows, batch_size=_PART, ignore_conflicts=True)
        return _step(tag, fresh, is_added=True, by=by, at=at)


def take_off(clients: Iterable[Client], tag: Tag, *, by: Staff, at: datetime) -> TagStep:
    """Take the tag off clients; the step names those who had it."""
    with transaction.atomic():
        had = _having(_of_branch(clients, tag), tag)
        _delete(had, tag)
        return _step(tag, had, is_added=False, by=by, at=at)


def undo_step(step: TagStep, *, by: Staff, at: datetime) -> int:
    """Take a step back: how many clients it concerned; 0 when it was taken back before."""
    with transaction.atomic():
        if not TagStep.objects.filter(pk=step.pk, undone_at=None).update(undone_at=at):
            return 0
        if step.is_added:
            _delete(step.clients, step.tag)
        else:
            rows = [ClientTag(tag=step.tag, client_id=key, tagged_by=by, tagged_at=at) for key in step.clients]
            ClientTag.objects.bulk_create(rows, batch_size=_PART, ignore_conflicts=True)
        _record("undo-tag-step", step.tag, by, clients=step.clients)
    return len(step.clients)


def rename_tag(tag: Tag, name: str, *, by: Staff) -> None:
    """Give a tag another name. Raises TagRefused."""
    name = checked_name(name)
    try:
        with transaction.atomic():
            Tag.objects.filter(pk=tag.pk).update(name=name)
            _record("rename-tag", tag, by)
    except IntegrityError:
        raise TagRefused(_("Another tag has this name.")) from None


def withdraw_tag(tag: Tag, *, by: Staff, at: datetime) -> TagStep | None:
    """Take a tag out of use and off all clients; None when that was done before. The step takes it back."""
    with transaction.atomic():
        if not Tag.objects.filter(pk=tag.pk, withdrawn_at=None).update(withdrawn_at=at):
            return None
        had = list(ClientTag.objects.filter(tag=tag).order_by("client").values_list("client", flat=True))
        _delete(had, tag)
        return _step(tag, had, is_added=False, by=by, at=at)


def restore_tag(tag: Tag, *, by: Staff, at: datetime) -> int:
    """Take a withdrawal back: the tag is in use again, on the clients who had it; 0 when it is in use already."""
    with transaction.atomic():
        at_withdrawal = tag.withdrawn_at
        if at_withdrawal is None or not Tag.objects.filter(pk=tag.pk, withdrawn_at=at_withdrawal).update(
            withdrawn_at=None
        ):
            return 0
        step = TagStep.objects.filter(tag=tag, is_added=False, made_at=at_withdrawal).order_by("-pk").first()
        return undo_step(step, by=by, at=at) if step else 0


def _of_branch(clients: Iterable[Client], tag: Tag) -> list[int]:
    return sorted({client.pk for client in clients if client.branch_id == tag.branch_id})


def _having(keys: Sequence[int], tag: Tag) -> list[int]:
    found: list[int] = []
    for part in in_parts(keys, _PART):
        rows = ClientTag.objects.filter(tag=tag, client__in=part)
        found += rows.order_by("client").values_list("client", flat=True)
    return found


def _delete(keys: Sequence[int], tag: Tag) -> None:
    for part in in_parts(keys, _PART):
        ClientTag.objects.filter(tag=tag, client__in=part).delete()


def _step(tag: Tag, keys: Sequence[int], *, is_added: bool, by: Staff, at: datetime) -> TagStep:
    step = TagStep.objects.create(tag=tag, is_added=is_added, clients=list(keys), made_by=by, made_at=at)
    if keys:
        _record("tag-clients" if is_added else "untag-clients", tag, by, clients=keys)
    return step


def _record(action: str, tag: Tag, by: Staff, *, clients: Sequence[int] = ()) -> None:
    detail = {"clients": len(clients), "checksum": audit.checksum(list(clients))} if clients else {}
    audit.record(action, actor=by, of=tag, detail=detail)
