"""Reading a material as staff: the risk notice, the text, the file, and confirming it."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.lib.http import staff_of
from crm.lib.refusals import Refused
from servicing.materials.files import path_of
from servicing.materials.reading import confirm_reading
from servicing.models import Material, MaterialReading, MaterialVersion
from servicing.pages.materials.materials import material_of


@require_http_methods(["GET", "HEAD", "POST"])
def read_material(request: HttpRequest, pk: int) -> HttpResponse:
    """What is in force, its risk notice first; a POST says that the reader has read it."""
    user, material = staff_of(request), material_of(request, pk)
    version = _in_force(material)
    if request.method == "POST":
        if str(version.number) != request.POST.get("number", ""):
            messages.error(request, _("This version is not in force any more; please read the one that is."))
        else:
            try:
                confirm_reading(version, by=user, at=timezone.now())
            except Refused as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, _("Noted: you have read it."))
        return redirect("read-material", pk=pk)
    read = MaterialReading.objects.filter(version=version, staff=user).first()
    context = {
        "material": material,
        "version": version,
        "read": read,
        "is_over": version.valid_until < timezone.localdate(),
    }
    return render(request, "servicing/material_read.html", context)


@require_safe
def material_file(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The PDF attached to a version, as a download."""
    version = material_of(request, pk).versions.filter(number=number).first()
    if version is None:
        raise Http404
    return file_answer(version)


def file_answer(version: MaterialVersion) -> HttpResponse:
    """The attachment of a version as a download that no browser guesses about; raises Http404 where there is none."""
    path = path_of(version)
    if path is None:
        raise Http404
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=version.file_name, content_type="application/pdf"
    )
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]  # a stream of bytes instead of a page


def _in_force(material: Material) -> MaterialVersion:
    version = material.versions.select_related("material").filter(state="approved").first()
    if version is None or material.ended_at:
        raise Http404
    return version
