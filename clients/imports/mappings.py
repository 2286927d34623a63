"""The mappings that a person confirmed, by the signature of a header: remembered, shown, forgotten."""

from datetime import datetime

from django.db import transaction

from clients import export_files
from clients.models import RememberedMapping
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
        audit.record("remember mapping", actor=by, table=_TABLE, key=mapping.pk, detail={"kind": found.kind})


def forget(mapping: RememberedMapping, *, by: Staff) -> bool:
    """Let the next file with this header be recognised afresh; files already read stay as they are. False when somebody
    has forgotten it already."""
    with transaction.atomic():
        gone, _ = RememberedMapping.objects.filter(pk=mapping.pk).delete()
        if gone:
            audit.record("forget mapping", actor=by, table=_TABLE, key=mapping.pk, detail={"kind": mapping.kind})
    return bool(gone)
