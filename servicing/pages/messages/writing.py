"""A message to one client from the client's page: an approved text, how it will read, and whether it may go."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.models import Client
from crm.lib import formats
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.messages.enclosures import check_material
from servicing.messages.gateways import leaves_the_house
from servicing.messages.previews import Verdict, verdict_for
from servicing.messages.sendings import plan_sending, start_sending
from servicing.messages.wording import asks_for_item
from servicing.models import Material, Sending, TextVersion
from servicing.pages.answers import client_of, done, named
from servicing.pages.messages.forms import TextChoice, offered_in


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def write_message(request: HttpRequest, pk: int) -> HttpResponse:
    """The form in the drawer, with the chosen text as the client will read it; and what it sends."""
    client, user, now = client_of(request, pk), staff_of(request), timezone.now()
    offered = offered_in(client.branch_id, now)
    asked = {name: request.POST.get(name, "") or request.GET.get(name, "") for name in ("text", "material")}
    form = TextChoice(request.POST or None, initial={"uid": uuid4(), **asked}, **offered)
    chosen, material = form.version(asked["text"]), form.material_of(asked["material"])
    if request.method == "POST" and form.is_valid() and (chosen := form.version()):
        verdict = verdict_for(client, chosen, material, by=user, at=now)
        if verdict.reason is None:
            try:
                sending = _send(client, chosen, form, user)
            except Refused as refused:
                form.refuse(refused)
            else:
                return done(request, client, _told(client, sending, verdict))
    context: dict[str, Any] = {
        "form": form,
        "form_action": request.path,
        "client": client,
        "name": named(client),
        "version": chosen,
        "verdict": verdict_for(client, chosen, material, by=user, at=now) if chosen else None,
        "mismatch": _mismatch(chosen, material, now) if chosen else "",
        "asks_for_item": chosen is not None and asks_for_item(chosen),
        "has_texts": bool(offered["versions"]),
        "reaches_nobody": chosen is not None and not leaves_the_house(chosen.text.channel),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "servicing/_message.html", context, status=status)


def _send(client: Client, version: TextVersion, form: TextChoice, user: Staff) -> Sending:
    now, uid = timezone.now(), form.cleaned_data["uid"]
    told = {"item": form.cleaned_data["item"], "material": form.material_of()}
    sending = plan_sending([client], version, uid=uid, kind=Sending.Kind.ONE, by=user, at=now, **told)
    start_sending(sending, by=user, at=now)
    return sending


def _mismatch(version: TextVersion, material: Material | None, at: datetime) -> str:
    """Why a text and a material do not go together, before anybody presses a button."""
    try:
        check_material(version, material, at)
    except Refused as refused:
        return str(refused)
    return ""


def _told(client: Client, sending: Sending, verdict: Verdict) -> str:
    if sending.state == Sending.State.WAITING:
        return _("It waits for a second person.")
    if sending.channel == "letter":
        return _("The letter to {name} waits for printing under Messages.").format(name=named(client))
    if verdict.waits:
        at = formats.moment_short(verdict.waits)
        return _("It goes to {name} after the quiet hours, at {at}.").format(name=named(client), at=at)
    return _("The message to {name} is on its way.").format(name=named(client))
