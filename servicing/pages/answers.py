"""What every page of service does: find what the reader may see, and answer an action with a toast that offers undo."""

import json
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from clients.models import Client
from crm.lib.http import is_swap, staff_of
from servicing.models import Contact, Promise, Task

R = TypeVar("R", bound=Model)
CHANGED = "serviced"  # the event that lists of work listen to: something about a client was written


def named(client: Client) -> str:
    """How a toast or a form names a client to somebody who sees names; the number where there is no name."""
    return client.name or client.client_number


def client_of(request: HttpRequest, pk: int) -> Client:
    """A client of the reader; anybody else's is missing."""
    found = Client.objects.visible_to(staff_of(request)).select_related("branch", "advisor")
    return _one(found, pk)


def contact_of(request: HttpRequest, pk: int) -> Contact:
    """A contact with a client of the reader."""
    found = Contact.objects.visible_to(staff_of(request))
    return _one(found.select_related("client__branch", "client__advisor", "branch", "staff", "script__text"), pk)


def promise_of(request: HttpRequest, pk: int) -> Promise:
    """A promise to a client of the reader."""
    return _one(Promise.objects.visible_to(staff_of(request)).select_related("client", "branch"), pk)


def task_of(request: HttpRequest, pk: int) -> Task:
    """A task about a client of the reader."""
    return _one(Task.objects.visible_to(staff_of(request)).select_related("client", "branch"), pk)


def _one(rows: "QuerySet[R]", pk: int) -> R:
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def done(request: HttpRequest, client: Client, text: str, *, undo: str = "") -> HttpResponse:
    """The answer to an action: the drawer closes, lists of work read themselves anew, a toast says what was done and
    offers to undo it. Without htmx the client's page says so."""
    if not is_swap(request):
        messages.success(request, text)
        return redirect(reverse("client-detail", args=[client.pk]))
    toast: dict[str, Any] = {"text": text}
    if undo:
        toast["undo"] = undo
    return _signal({"close-drawer": "", "toast": toast, CHANGED: {"client": client.pk}})


def refuse(request: HttpRequest, client: Client, text: str) -> HttpResponse:
    """The answer to an action that cannot be: why, and nothing else."""
    if not is_swap(request):
        messages.error(request, text)
        return redirect(reverse("client-detail", args=[client.pk]))
    return _signal({"toast": {"text": text, "stay": True}})


def _signal(events: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(status=204)
    response["HX-Trigger"] = json.dumps(events)
    return response
