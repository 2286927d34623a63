"""Saving, changing and deleting views of the client list, and what each person chooses to see first."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.models import ListChoice, SavedView, Staff

_TABLE = SavedView._meta.db_table


class NameTaken(Exception):
    """The person has a view of that name already."""

    def __init__(self) -> None:
        super().__init__(_("You have a view of this name already."))


def save_view(
    owner: Staff, name: str, *, query: str, columns: Sequence[str], sort: str, is_shared: bool, at: datetime
) -> SavedView:
    """Keep a question under a name; the same again is the same view. Raises NameTaken."""
    told = {"query": query, "columns": ",".join(columns), "sort": sort, "is_shared": is_shared}
    try:
        with transaction.atomic():
            view = SavedView.objects.create(owner=owner, name=name, made_at=at, **told)
            _record("save-view", view, owner)
    except IntegrityError:
        known = SavedView.objects.filter(owner=owner, name=name, deleted_at=None).first()
        if known and all(getattr(known, field) == value for field, value in told.items()):
            return known
        raise NameTaken from None
    return view


def change_view(view: SavedView, *, name: str, is_shared: bool) -> None:
    """Give a view another name, share it with the branch or not. Raises NameTaken."""
    try:
        with transaction.atomic():
            SavedView.objects.filter(pk=view.pk).update(name=name, is_shared=is_shared)
            _record("change-view", view, view.owner)
    except IntegrityError:
        raise NameTaken from None


def replace_view(view: SavedView, *, query: str, columns: Sequence[str], sort: str) -> None:
    """Let a view ask what its owner asks now."""
    with transaction.atomic():
        SavedView.objects.filter(pk=view.pk).update(query=query, columns=",".join(columns), sort=sort)
        _record("change-view", view, view.owner)


def delete_view(view: SavedView, *, at: datetime) -> bool:
    """Delete a view; False when it is deleted already."""
    with transaction.atomic():
        if not SavedView.objects.filter(pk=view.pk, deleted_at=None).update(deleted_at=at):
            return False
        _record("delete-view", view, view.owner)
    return True


def restore_view(view: SavedView) -> bool:
    """Take a deletion back; False when there is none. Raises NameTaken where another view took the name since."""
    try:
        with transaction.atomic():
            if not SavedView.objects.filter(pk=view.pk, deleted_at__isnull=False).update(deleted_at=None):
                return False
            _record("restore-view", view, view.owner)
    except IntegrityError:
        raise NameTaken from None
    return True


def choose_first(staff: Staff, token: str) -> None:
    """The view that opens first for a person: a token of a usual one or the uid of a saved one; '' is all clients."""
    _choose(staff, first_view=token)


def choose_columns(staff: Staff, names: Sequence[str]) -> None:
    """The columns that a person sees where no view and no address says otherwise; none: the usual ones."""
    _choose(staff, columns=",".join(names))


def _choose(staff: Staff, **told: str) -> None:
    with transaction.atomic():
        choice, _made = ListChoice.objects.update_or_create(staff=staff, defaults=told)
        audit.record("choose-list", actor=staff, table=ListChoice._meta.db_table, key=choice.pk, detail=dict(told))


def _record(action: str, view: SavedView, by: Staff) -> None:
    audit.record(action, actor=by, table=_TABLE, key=view.uid, detail={"shared": view.is_shared})
