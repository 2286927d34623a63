"""Arrivals: who is here or calling is looked up at the counter, a colleague is told, and takes it or passes it on. The open
pages of whoever is concerned ask for the notices every few seconds."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.models import Client
from crm.access import mask_name, mask_tail
from crm.lib.http import is_swap, only, staff_of
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing import arrivals
from servicing.models import Arrival
from servicing.pages.answers import named

FOUND, SHOWN, NOTICES = 6, 100, 5
SALT, PATIENCE = "arrival", 3600  # seconds for which somebody who was found can be announced
CHANGED = "arrived"  # the event after which open pages ask at once


@dataclass(frozen=True)
class Found:
    """A client at the counter, masked until somebody is told of them."""

    token: str
    name: str
    number: str
    advisor: Staff | None
    receivers: list[Staff]

    @property
    def is_away(self) -> bool:
        """Whether the client's advisor cannot be told today."""
        return self.advisor not in self.receivers


@require_safe
@only("advisor", "manager")
def arrival_list(request: HttpRequest) -> HttpResponse:
    """The look-up, and today's arrivals that concern the reader."""
    user, now = staff_of(request), timezone.now()
    today = Arrival.objects.visible_to(user).since(arrivals.today_begins(now)).order_by("-made_at")
    context = {
        **_found(request),
        "arrivals": today.select_related("client", "made_by", "to", "taken_by")[:SHOWN],
        "reader": user,
    }
    return render(request, "servicing/arrival_list.html", context)


@require_safe
@only("advisor", "manager")
def find_arrival(request: HttpRequest) -> HttpResponse:
    """Who fits what was typed."""
    return render(request, "servicing/_arrival_found.html", _found(request))


@require_POST
@only("advisor", "manager")
def announce(request: HttpRequest) -> HttpResponse:
    """Tell the colleague."""
    user, now = staff_of(request), timezone.now()
    client, uid = _announced(request, user)
    try:
        made = arrivals.announce(
            client, way=request.POST.get("way", ""), to=_colleague(request, client), uid=uid, by=user, at=now
        )
    except Refused as refused:
        return _answer(request, str(refused), stay=True)
    told = _("{name}: {colleague} is told.").format(name=named(client), colleague=made.to.name)
    return _answer(request, told, undo=reverse("end-arrival", args=[made.uid]))


@require_safe
@only("advisor", "manager")
def waiting(request: HttpRequest) -> HttpResponse:
    """The notices for the reader, asked for again and again: one query, and nothing is sent where nothing changed."""
    user = staff_of(request)
    rows = Arrival.objects.concerning(user).since(arrivals.today_begins(timezone.now())).order_by("made_at")
    notices = list(rows[:NOTICES])
    told = [(row.pk, row.to_id, row.taken_by_id) for row in notices]
    etag = hashlib.sha256(json.dumps([user.pk, get_language(), told]).encode()).hexdigest()[:20]
    unchanged = get_conditional_response(request, etag=f'"{etag}"')
    if unchanged is not None:
        return _kept_nowhere(unchanged)
    response = render(request, "servicing/_arrival_notices.html", {"notices": notices, "reader": user})
    response["ETag"] = f'"{etag}"'
    return _kept_nowhere(response)


@require_POST
@only("advisor", "manager")
def take_arrival(request: HttpRequest, uid: UUID) -> HttpResponse:
    """I take it."""
    arrival, user = _arrival(request, uid), staff_of(request)
    try:
        arrivals.take(arrival, by=user, at=timezone.now())
    except Refused as refused:
        return _answer(request, str(refused), stay=True)
    return _answer(request, _("You receive {name}.").format(name=named(arrival.client)))


@only("advisor", "manager")
def pass_arrival(request: HttpRequest, uid: UUID) -> HttpResponse:
    """To whom instead: asked in the drawer, then done."""
    arrival, user, now = _arrival(request, uid), staff_of(request), timezone.now()
    if request.method != "POST":
        others = [one for one in arrivals.people_here(arrival.branch, now) if one.pk != arrival.to_id]
        context = {"arrival": arrival, "name": named(arrival.client), "others": others}
        return render(request, "servicing/_arrival_pass.html", context | {"form_action": request.path})
    to = _colleague(request, arrival.client)
    try:
        if to is None:
            raise Refused(_("Choose a colleague."), "to")
        arrivals.pass_on(arrival, to=to, by=user, at=now)
    except Refused as refused:
        return _answer(request, str(refused), stay=True)
    return _answer(request, _("{name}: {colleague} is told.").format(name=named(arrival.client), colleague=to.name))


@require_POST
@only("advisor", "manager")
def end_arrival(request: HttpRequest, uid: UUID) -> HttpResponse:
    """It is over, or was a mistake."""
    arrival = _arrival(request, uid)
    arrivals.end(arrival, by=staff_of(request), at=timezone.now())
    return _answer(request, _("Over: {name}").format(name=named(arrival.client)))


def _found(request: HttpRequest) -> dict[str, Any]:
    user, now = staff_of(request), timezone.now()
    asked = request.GET.get("q", "").replace("\0", "").strip()[:60]
    rows = Client.objects.at_counter(user, asked).select_related("branch", "advisor").order_by("pk")[: FOUND + 1]
    here = {branch: arrivals.people_here(branch, now) for branch in {client.branch for client in rows}}
    people = [
        Found(
            signing.dumps([user.pk, client.pk], salt=SALT),
            mask_name(client.name) or _("no name"),
            mask_tail(client.client_number),
            client.advisor,
            arrivals.advisor_first(here[client.branch], client),
        )
        for client in rows[:FOUND]
    ]
    return {"q": asked, "found": people, "more": len(rows) > FOUND, "uid": uuid4(), "ways": Arrival.Way.choices}


def _announced(request: HttpRequest, user: Staff) -> tuple[Client, UUID]:
    """The client whom the reader found a moment ago; nobody can be announced, and so read, by a guessed number."""
    try:
        reader, pk = signing.loads(request.POST.get("client", ""), salt=SALT, max_age=PATIENCE)
        uid = UUID(request.POST.get("uid", ""))
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    known = Client.objects.filter(branch__in=user.branches.all(), is_restricted=False, pk=pk)
    client = known.select_related("branch", "advisor").first() if reader == user.pk else None
    if client is None:
        raise Http404
    return client, uid


def _colleague(request: HttpRequest, client: Client) -> Staff | None:
    """The colleague of the client's branch whom the form names, None where it names nobody."""
    key = request.POST.get("to", "")
    if not key.isdecimal() or len(key) > 18:
        return None
    found: Staff | None = Staff.objects.filter(branches=client.branch, pk=int(key)).first()
    return found


def _arrival(request: HttpRequest, uid: UUID) -> Arrival:
    rows = Arrival.objects.visible_to(staff_of(request)).filter(uid=uid)
    found = rows.select_related("client__branch", "client__advisor", "branch", "to", "taken_by").first()
    if found is None:
        raise Http404
    return found


def _answer(request: HttpRequest, text: str, *, undo: str = "", stay: bool = False) -> HttpResponse:
    """A toast, and the pages ask anew; without htmx the list says so."""
    if not is_swap(request):
        (messages.error if stay else messages.success)(request, text)
        return redirect("arrival-list")
    toast: dict[str, Any] = {"text": text, **({"undo": undo} if undo else {}), **({"stay": True} if stay else {})}
    response = HttpResponse(status=204)
    response["HX-Trigger"] = json.dumps({"toast": toast, CHANGED: "", **({} if stay else {"close-drawer": ""})})
    return response


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    """Names stay out of every cache; the page itself remembers the mark of what it shows."""
    response["Cache-Control"] = "no-store"
    return response
