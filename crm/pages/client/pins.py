"""A manager sets a client to a tier by hand, or lifts it (T6)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.models import Client
from crm.lib.http import is_swap, only, staff_of
from crm.pages.forms import PinForm
from segmentation.pins import PinRefused, lift_pin, pin_client


@require_http_methods(["GET", "HEAD", "POST"])
@only("manager")
def pin_client_tier(request: HttpRequest, pk: int) -> HttpResponse:
    """The form in the drawer, and what it sends."""
    client = _client(request, pk)
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pin_client(
                client,
                form.cleaned_data["tier"],
                reason=form.cleaned_data["reason"],
                from_day=timezone.localdate(),
                until_day=form.cleaned_data["until_day"],
                made_by=staff_of(request),
            )
        except PinRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The tier is set. It counts from the next nightly run on."))
            return _back(request, client)
    status = 422 if request.method == "POST" else 200
    action = reverse("pin-client-tier", args=[pk])
    return render(request, "crm/_pin.html", {"form": form, "form_action": action, "client": client}, status=status)


@require_POST
@only("manager")
def lift_client_pin(request: HttpRequest, pk: int) -> HttpResponse:
    """The computed tier counts again from the next night on."""
    client = _client(request, pk)
    if lift_pin(client, on=timezone.localdate(), by=staff_of(request)):
        messages.success(request, _("Lifted. The computed tier counts from the next nightly run on."))
    return redirect("client-detail", pk=pk)


def _client(request: HttpRequest, pk: int) -> Client:
    client = Client.objects.visible_to(staff_of(request)).select_related("branch").filter(pk=pk).first()
    if client is None:
        raise Http404
    return client


def _back(request: HttpRequest, client: Client) -> HttpResponse:
    address = reverse("client-detail", args=[client.pk])
    if not is_swap(request):
        return redirect(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response
