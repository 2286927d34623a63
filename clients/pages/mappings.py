"""The mappings that a person confirmed: which headers are known by hand, how often they came, and forgetting one."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.forms import kind_named
from clients.imports import mappings
from clients.imports.masking import masked_header
from clients.models import ImportBatch, RememberedMapping
from clients.pages.desk import ADMIN, LATEST_FIRST, READERS
from clients.pages.words import field_label, kind_label
from crm.lib.http import asked_page, only, staff_of
from crm.models import Staff

ROWS = 30


@dataclass(frozen=True)
class MappingRow:
    """A remembered mapping as a page shows it: columns as (header, field), and the files with this header."""

    mapping: RememberedMapping
    kind: str
    columns: list[tuple[str, str]]
    left_out: int
    file_count: int
    last_file: ImportBatch | None


@require_safe
@only(*READERS)
def mapping_list(request: HttpRequest) -> HttpResponse:
    """Every remembered mapping, the latest first."""
    user = staff_of(request)
    remembered = RememberedMapping.objects.visible_to(user).select_related("confirmed_by")
    page, links = asked_page(request, remembered, LATEST_FIRST, size=ROWS)
    context = {
        "rows": _rows(page.rows, user),
        "count": remembered.count(),
        "may_act": user.is_admin,
        **links,
    }
    return render(request, "clients/mapping_list.html", context)


@require_POST
@only(ADMIN)
def forget_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one; of two people the second is told."""
    user = staff_of(request)
    mapping = get_object_or_404(RememberedMapping.objects.visible_to(user), pk=pk)
    if mappings.forget(mapping, by=user):
        messages.success(request, _("Forgotten. The next file with this header is recognised afresh."))
    else:
        messages.warning(request, _("Somebody has forgotten this already."))
    return redirect("mapping-list")


def _rows(found: Sequence[RememberedMapping], user: Staff) -> list[MappingRow]:
    seen = ImportBatch.objects.visible_to(user)
    counts = seen.by_signature([m.signature for m in found])
    last = seen.in_bulk([pk for _, pk in counts.values()])
    rows = []
    for mapping in found:
        kind = kind_named(mapping.kind)
        labels = {f.name: field_label(f) for f in kind.fields} if kind else {}
        headers = masked_header(list(mapping.columns), is_known=False)
        columns = [
            (header, labels.get(name, name))
            for header, name in zip(headers, mapping.columns.values(), strict=True)
            if name
        ]
        count, pk = counts.get(mapping.signature, (0, 0))
        left_out = len(mapping.columns) - len(columns)
        rows.append(MappingRow(mapping, kind_label(mapping.kind), columns, left_out, count, last.get(pk)))
    return rows
