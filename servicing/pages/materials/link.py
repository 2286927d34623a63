"""The page behind a client's link to a material: the risk notice first, and once it is confirmed the text and the file. It
needs no log-in, and says nothing of the client but the form of address."""

from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from servicing.materials.reading import open_share, read_link
from servicing.models import MaterialVersion
from servicing.pages.client_links import GONE, client_link
from servicing.pages.materials.forms import ConfirmForm
from servicing.pages.materials.reading import file_answer


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@client_link("material", gettext_lazy("It is closed or too old. Your advisor can give you a new one."))
def open_material(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows the notice and writes nothing; a POST confirms it, is logged, and opens the version whose notice was shown
    (`file`: its attachment). Where another version came into force meanwhile, its notice is shown first."""
    now, status = timezone.now(), 200
    share, version = read_link(token, now)
    context = {
        "version": version,
        "material": version.material,
        "address": share.client.form_of_address or _("dear client"),
        "branch": share.client.branch,
        "uid": uuid4(),
    }
    if request.method == "POST":
        form, status = ConfirmForm(request.POST), 422
        if form.is_valid() and form.cleaned_data["number"] == version.number:
            uid = form.cleaned_data["uid"]
            open_share(share, version, uid=uid, at=now)
            if "file" in request.POST:
                return _file(request, version)
            return render(request, "servicing/material_open.html", context | {"uid": uid})
    return render(request, "servicing/material_notice.html", context | {"is_new": status == 422}, status=status)


def _file(request: HttpRequest, version: MaterialVersion) -> HttpResponse:
    try:
        return file_answer(version)
    except Http404:
        return render(request, GONE, {"is_lost": True}, status=404)
