"""Contradictions about who a client is (P5): a file said another name or document than the one known. A person decides;
until then the old value stays."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from django.db import transaction

from clients import generations
from clients.fact_rows import row_of
from clients.fact_tables import CLIENTS
from clients.generations import Overtaken
from clients.imports.masking import masked
from clients.imports.person_values import canonical_identity, search_keys
from clients.models import Client, FactChange, IdentityConflict
from crm import audit
from crm.access import MASK
from crm.lib.crypto import blind_index, seal, unseal
from crm.models import Staff

Decision = IdentityConflict.Decision
_TABLE = "clients_identityconflict"
_TRIES = 5
_FIELDS = {"name": "name", "identity_index": "identity_number"}


@dataclass(frozen=True)
class Contradiction:
    """An open conflict as the screen may show it: both values masked."""

    conflict: IdentityConflict
    known: str
    said: str


def contradiction_of(conflict: IdentityConflict) -> Contradiction:
    """Both readings of a conflict, masked; a value whose key is not in the ring any more is shown as dots."""
    client, field = conflict.client, _FIELDS[conflict.field]
    said = _opened(conflict.value_sealed, _TABLE, conflict.field, client)
    known = (
        client.name
        if conflict.field == "name"
        else _opened(client.identity_sealed, CLIENTS.db_table, "identity", client)
    )
    return Contradiction(conflict, masked(field, known) or MASK, masked(field, said) or MASK)


def decide(conflict: IdentityConflict, *, accept: bool, by: Staff, at: datetime) -> bool:
    """Take the new value or keep the old one, once: False when somebody has decided already. A value that is taken counts
    as typed by the person who took it, so no later file overwrites it silently. Raises Overtaken when imports of the same
    branch keep coming first."""
    for _ in range(_TRIES - 1):
        try:
            return _decide(conflict, accept=accept, by=by, at=at)
        except Overtaken:
            continue
    return _decide(conflict, accept=accept, by=by, at=at)


def _decide(conflict: IdentityConflict, *, accept: bool, by: Staff, at: datetime) -> bool:
    with transaction.atomic():
        decision = Decision.ACCEPTED if accept else Decision.REFUSED
        open_ones = IdentityConflict.objects.filter(pk=conflict.pk, decision=Decision.OPEN)
        if not open_ones.update(decision=decision, decided_by=by, decided_at=at):
            return False
        client = Client.objects.select_for_update().get(pk=conflict.client_id)
        if accept:
            _take(client, conflict, by=by, at=at)
        audit.record(
            "accept-identity" if accept else "refuse-identity",
            actor=by,
            table="clients_client",
            key=client.pk,
            branch=client.branch,
            detail={
                "field": conflict.field,
                "batch": conflict.batch_id,
                "line": conflict.line,
                "conflict": conflict.pk,
            },
        )
    return True


def _take(client: Client, conflict: IdentityConflict, *, by: Staff, at: datetime) -> None:
    value = unseal(conflict.value_sealed, table=_TABLE, column=conflict.field, owner=client.uid)
    before = row_of(client)
    if conflict.field == "name":
        client.name = value
        client.pinyin, client.initials = search_keys(value)
        changed = ["name", "pinyin", "initials"]
    else:
        client.identity_index = blind_index(canonical_identity(value), column="identity")
        client.identity_sealed = seal(value, table=CLIENTS.db_table, column="identity", owner=client.uid)
        changed = ["identity_index", "identity_sealed"]
    client.recorded_at = at
    # As with a file: the generation tells dry runs and the columnar copy that the clients of the branch changed.
    generations.raise_generations(generations.current([(CLIENTS.db_table, client.branch_id, "")]), at)
    client.save(update_fields=[*changed, "recorded_at"])
    FactChange.objects.create(
        table=CLIENTS.db_table,
        key=client.pk,
        branch_id=client.branch_id,
        staff=by,
        before_batch_id=client.batch_id,
        before=before,
        after={**before, conflict.field: getattr(client, conflict.field)},
        at=at,
    )


def _opened(sealed: str, table: str, column: str, client: Client) -> str:
    try:
        return unseal(sealed, table=table, column=column, owner=client.uid)
    except (KeyError, InvalidTag):
        return ""
