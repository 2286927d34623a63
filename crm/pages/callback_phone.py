"""The phone of whoever is called back: shown to the caller on purpose, the call-back being the reason, with an audit row."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.revealing import RevealRefused, reveal
from crm.calendar import day_begins
from crm.lib.http import address_of, only, staff_of
from crm.pages.client.reveal import daily_limit
from servicing.models import Callback
from servicing.pages.callbacks.calls import callback_of


@require_POST
@only("advisor", "manager")
def reveal_callback_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The number of an open call-back that the reader makes or answers for."""
    user, now = staff_of(request), timezone.now()
    callback = callback_of(user, pk)
    context: dict[str, object] = {}
    if callback.state != Callback.State.OPEN:
        context["refused"] = _("This call-back is settled.")
    else:
        try:
            context["value"] = reveal(
                callback.client,
                "phone",
                by=user,
                reason=_("call-back {number}, due {day}").format(number=pk, day=callback.due_on),
                day_began=day_begins(timezone.localdate(now)),
                limit=daily_limit(),
                address=address_of(request),
            )
        except RevealRefused as refused:
            context["refused"] = str(refused)
    status = 422 if "refused" in context else 200
    response = render(request, "servicing/_callback_phone.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
