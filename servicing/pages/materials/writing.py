"""Writing a material: a new one, and another version of it, with the file that is attached."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.lib.uploads import too_large
from servicing.materials.files import NO_FILE, KeptFile, keep_file
from servicing.materials.writing import NOTICES, draft_material, save_material, wording_of
from servicing.pages.materials.forms import HeadingForm, MaterialForm
from servicing.pages.materials.materials import material_of
from servicing.pages.version_forms import branches_of
from servicing.pages.versions import WRITERS, to_page
from servicing.versions.writing import VersionConflict, may_write


@require_http_methods(["GET", "HEAD", "POST"])
@only(*WRITERS)
def create_material(request: HttpRequest) -> HttpResponse:
    """The form of a new material, and what it sends."""
    user, now = staff_of(request), timezone.now()
    data = request.POST or None
    heading = HeadingForm(data, branches=branches_of(user), may_firm=user.is_admin)
    form = MaterialForm(data, request.FILES or None, initial={"valid_until": _in_a_year()})
    if data is not None and heading.is_valid() & form.is_valid():
        uid: UUID = heading.cleaned_data["uid"]
        try:
            wording = form.wording(_file(request, form, NO_FILE))
            version = draft_material(heading.heading(), wording, uid=uid, by=user, at=now)
        except Refused as refused:
            (heading if refused.field in heading.fields else form).refuse(refused)
        else:
            messages.success(request, _("Saved as a draft. Put it forward when it is ready."))
            return to_page(request, "material", version.material_id)
    return _page(request, heading=heading, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*WRITERS)
def save_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Another version, begun from the latest one; what somebody else saved meanwhile is shown beside it."""
    user, material, now = staff_of(request), material_of(request, pk), timezone.now()
    latest = material.versions.select_related("author").order_by("-number").first()
    if latest is None or not may_write(user, material.branch):
        raise Http404
    before = wording_of(latest)
    begin = {"body": before.body, "risk_notice": before.risk_notice, "valid_until": before.valid_until}
    if before.valid_until < timezone.localdate(now):
        begin["valid_until"] = _in_a_year()
    form = MaterialForm(request.POST or None, request.FILES or None, initial=begin | {"seen": latest.number})
    theirs = None
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"] or 0
        try:
            wording = form.wording(_file(request, form, before.file))
            saved = save_material(material, wording, seen=seen, by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        except VersionConflict as conflict:
            theirs = conflict.current
            form = MaterialForm({**form.cleaned_data, "seen": theirs.number})  # what is sent next saw theirs
        else:
            messages.success(request, _("Saved as version {n}, a draft.").format(n=saved.number))
            return to_page(request, "material", pk)
    return _page(request, head=material, form=form, latest=latest, theirs=theirs)


def _file(request: HttpRequest, form: MaterialForm, before: KeptFile) -> KeptFile:
    """What is to be attached: what was sent, else what the version before has, unless no file is wanted."""
    if too_large(request):
        raise Refused(_("The file is too large."), "file")
    if sent := form.cleaned_data["file"]:
        return keep_file(sent.file, sent.name, day=timezone.localdate())
    return NO_FILE if form.cleaned_data["drop_file"] else before


def _in_a_year() -> date:
    today = timezone.localdate()
    return today.replace(year=today.year + 1, day=min(today.day, 28))


def _page(request: HttpRequest, **told: Any) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    frame = {"noun": "material", "new": _("New material"), "notices": NOTICES}
    return render(request, "servicing/material_form.html", frame | told, status=status)
