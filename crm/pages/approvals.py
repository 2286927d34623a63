"""What waits for a second person, of every kind in one place. A kind joins by one line in KINDS."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from crm.lib.http import only, staff_of
from crm.models import Staff
from crm.pages.exports import waiting_exports
from servicing.pages.concessions.concessions import waiting_concessions
from servicing.pages.materials.acts import waiting_materials
from servicing.pages.messages.sendings import waiting_sendings
from servicing.pages.texts.deciding import waiting_texts

SHOWN = 50


@dataclass(frozen=True)
class Kind:
    """Something that a second person approves: its heading, how a row is drawn, where its rows are read (for a reader, so
    many at most, the longest waiting first), and the page where all of them stand."""

    label: str | Promise
    template: str
    rows: Callable[[Staff, int], Sequence[Any]]
    page: str


KINDS = (
    Kind(_("Scripts and templates"), "servicing/_text_waiting.html", waiting_texts, "text-list"),
    Kind(_("Materials"), "servicing/_material_waiting.html", waiting_materials, "material-list"),
    Kind(pgettext_lazy("to clients", "Messages"), "servicing/_sending_waiting.html", waiting_sendings, "sending-list"),
    Kind(_("Fee concessions and gifts"), "servicing/_concession_waiting.html", waiting_concessions, "concession-list"),
    Kind(_("Exports"), "crm/lists/_export_waiting.html", waiting_exports, "export-list"),
)


@require_safe
@only("manager", "compliance")
def approval_list(request: HttpRequest) -> HttpResponse:
    """Every kind with what waits for the reader."""
    user = staff_of(request)
    found = [{"kind": kind, "rows": kind.rows(user, SHOWN)} for kind in KINDS]
    context = {"kinds": [one for one in found if one["rows"]], "most": SHOWN}
    return render(request, "crm/approvals.html", context)
