"""Who owns a client: who may (P2, A5), and the change of the owner by a person's hand."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from clients import generations
from clients.by_hand import row_of
from clients.fact_tables import CLIENTS
from clients.models import Client, FactChange
from crm.lib.bulk import in_parts
from crm.models import Branch, Staff

_PART = 500  # clients per statement


class CannotOwn(Exception):
    """Somebody who may not own the clients of a branch; `why` is a token, the text names the person."""

    def __init__(self, who: Staff, why: str) -> None:
        super().__init__(_REFUSALS[why]() % {"name": who.name})
        self.who, self.why = who, why


_REFUSALS = {
    "role": lambda: _("%(name)s is not an advisor."),
    "left": lambda: _("%(name)s has left."),
    "inactive": lambda: _("The log-in of %(name)s is switched off."),
    "registration": lambda: _("The registration of %(name)s is suspended or has ended."),
    "branch": lambda: _("%(name)s does not work in the branch of these clients."),
}


def check_owner(who: Staff, branch: Branch) -> None:
    """Raise CannotOwn where somebody may not own clients of a branch (P2, A5): no advisor, gone, switched off, not
    registered any more, or of another branch."""
    ended = {Staff.Registration.SUSPENDED.value, Staff.Registration.ENDED.value}
    for why, holds in (
        ("role", not who.is_advisor),
        ("left", who.left_on is not None),
        ("inactive", not who.is_active),
        ("registration", who.registration_status in ended),
    ):
        if holds:
            raise CannotOwn(who, why)
    if not who.branches.filter(pk=branch.pk).exists():
        raise CannotOwn(who, "branch")


def set_owners(
    clients: Mapping[Client, Staff | None], *, branch: Branch, by: Staff, at: datetime, is_undo: bool = False
) -> None:
    """Give clients of one branch, locked by the caller's transaction, their new owners. It counts as said by the person,
    so no later file overwrites it silently; what is an undo takes that back. Raises Overtaken when an import of the
    branch comes first."""
    if not clients:
        return
    # As with a file: the generation tells dry runs and the columnar copy that the clients of the branch changed.
    generations.raise_generations(generations.current([(CLIENTS.db_table, branch.pk, "")]), at)
    changes: list[FactChange] = []
    receivers: dict[int | None, list[int]] = {}
    for client, owner in clients.items():
        before = row_of(client)
        receivers.setdefault(owner.pk if owner else None, []).append(client.pk)
        changes.append(
            FactChange(
                table=CLIENTS.db_table,
                key=client.pk,
                branch=branch,
                staff=by,
                before_batch_id=client.batch_id,
                before=before,
                after={**before, "advisor_id": owner.pk if owner else None},
                at=at,
                is_undo=is_undo,
            )
        )
    for owner_pk, keys in receivers.items():
        for part in in_parts(keys, _PART):
            some = Client.objects.filter(pk__in=part)
            some.update(advisor_id=owner_pk, recorded_at=at)
    FactChange.objects.bulk_create(changes, batch_size=_PART)
