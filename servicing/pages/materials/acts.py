"""What is done with a version of a material, and with the material: its end, and that staff must have read it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.lib.http import staff_of
from crm.models import Staff
from servicing.materials.deciding import ask_approval, decide_material
from servicing.materials.writing import may_require, require_material
from servicing.models import MaterialVersion
from servicing.pages.materials.forms import RequireForm
from servicing.pages.materials.materials import material_of
from servicing.pages.versions import Acts, waiting_of
from servicing.texts.differences import differences

ACTS = Acts(MaterialVersion, material_of, ask_approval, decide_material)


@require_POST
def require(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever serves clients must confirm having read it, or need not any more: each is the other's undo."""
    user, material, form = staff_of(request), material_of(request, pk), RequireForm(request.POST)
    if not may_require(user, material.branch):
        raise Http404
    if form.is_valid():
        required = form.cleaned_data["required"] == "yes"
        require_material(material, required=required, by=user)
        messages.success(
            request, _("Staff confirm having read it.") if required else _("Staff need not confirm it any more.")
        )
    return redirect("material-detail", pk=pk)


def waiting_materials(user: Staff, most: int) -> Sequence[dict[str, Any]]:
    """The versions that wait for a reader, each with what it changes."""
    return [
        {
            "version": version,
            "pieces": differences(before.body, version.body) if before else None,
            "is_over": version.valid_until < timezone.localdate(),
        }
        for version, before in waiting_of(MaterialVersion, user, most)
    ]
