"""Giving a material to a client: which one and how, in the drawer; then the link, to copy."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.models import Client
from crm.lib.http import only, origin_of, staff_of
from crm.lib.links import client_address
from crm.lib.refusals import Refused
from crm.models import Publication
from segmentation.models import Standing
from servicing.materials.choosing import offered_to
from servicing.materials.sharing import share_material, token_of, withdraw_share
from servicing.models import MaterialShare
from servicing.pages.answers import CHANGED, client_of, done, named
from servicing.pages.materials.forms import ShareForm


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """The form in the drawer (`?material=` chooses one), and the link that it makes; the same form twice shows the same."""
    client, now = client_of(request, pk), timezone.now()
    fitting, others = offered_to(client, _tier_of(client), timezone.localdate(now))
    asked = request.GET.get("material", "")
    chosen = next((one.pk for one in (*fitting, *others) if str(one.material_id) == asked), "")
    form = ShareForm(
        request.POST or None,
        fitting=fitting,
        others=others,
        initial={"version": chosen, "channel": MaterialShare.Channel.WECOM},
        auto_id="share-%s",
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = share_material(client, form.chosen(), told["channel"], uid=told["uid"], by=staff_of(request), at=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _made(request, client, made)
    context = {
        "form": form,
        "form_action": request.path,
        "client": client,
        "name": named(client),
        "has_materials": bool(fitting or others),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "servicing/_material_share.html", context, status=status)


@require_POST
@only("advisor", "manager")
def withdraw(request: HttpRequest, uid: str) -> HttpResponse:
    """The undo of giving it, while nobody has opened the link."""
    user = staff_of(request)
    made = MaterialShare.objects.visible_to(user).select_related("client__branch", "material").filter(uid=uid).first()
    if made is None:
        raise Http404
    taken = withdraw_share(made, by=user, at=timezone.now())
    words = _("The link to {title} is closed.") if taken else _("The link to {title} was opened or closed already.")
    return done(request, made.client, words.format(title=made.material.title))


def _made(request: HttpRequest, client: Client, made: MaterialShare) -> HttpResponse:
    link = client_address(reverse("open-material", args=[token_of(made)]), origin_of(request))
    context = {"share": made, "client": client, "name": named(client), "link": link}
    answer = render(request, "servicing/_material_shared.html", context)
    answer["Cache-Control"] = "no-store"
    answer["HX-Trigger"] = json.dumps({CHANGED: {"client": client.pk}})
    return answer


def _tier_of(client: Client) -> str:
    night = Publication.objects.current().filter(branch=client.branch_id)
    tier = Standing.objects.filter(publication__in=night, client=client).values_list("tier", flat=True).first()
    return tier or ""
