"""How a header is read that was read before: as a person confirmed it for the header, or, for a file of rejected rows
that comes back corrected, like the file it came from."""

from datetime import datetime

from django.db import transaction

from clients import export_files
from clients.models import ImportBatch, RememberedMapping
from crm import audit
from crm.models import Staff

_TABLE = "clients_rememberedmapping"


def known() -> dict[str, export_files.RememberedMapping]:
    """Signature → the reading that a person confirmed for files with that header."""
    return {
        m.signature: export_files.RememberedMapping(kind=m.kind, columns=m.columns, preset=m.preset)
        for m in RememberedMapping.objects.all()
    }


def remember(found: export_files.Inspection, *, by: Staff | None, at: datetime) -> None:
    """Read the next file with this header as this one; what was remembered for it before is replaced."""
    with transaction.atomic():
        mapping, _ = RememberedMapping.objects.update_or_create(
            signature=found.signature,
            defaults={
                "kind": found.kind,
                "preset": found.preset,
                "columns": {c.source: c.field for c in found.columns},
                "confirmed_by": by,
                "confirmed_at": at,
            },
        )
        audit.record("remember-mapping", actor=by, table=_TABLE, key=mapping.pk, detail={"kind": found.kind})


def forget(mapping: RememberedMapping, *, by: Staff) -> bool:
    """Let the next file with this header be recognised afresh; files already read stay as they are. False when somebody
    has forgotten it already."""
    with transaction.atomic():
        gone, _ = RememberedMapping.objects.filter(pk=mapping.pk).delete()
        if gone:
            audit.record("forget-mapping", actor=by, table=_TABLE, key=mapping.pk, detail={"kind": mapping.kind})
    return bool(gone)


def origin_of(found: export_files.Inspection) -> ImportBatch | None:
    """The batch that a file of rejected rows names in its last column, if it is of this house and had these headers."""
    headers = [c.source for c in found.columns]
    own = list(export_files.own(headers))
    named = {row[len(headers) - 1].strip() for row in found.sample if len(own) < len(headers) == len(row)} - {""}
    number = named.pop() if len(named) == 1 else ""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    batch = ImportBatch.objects.filter(pk=int(number)).first()
    there = [c["source"] for c in batch.inspection.get("columns", [])] if batch else []
    return batch if own == list(export_files.own(there)) else None
