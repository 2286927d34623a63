"""Letters of a sending: a batch is taken, printed one to a page, and then said to be printed."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.lib import formats
from crm.lib.http import only, staff_of
from servicing.messages.addresses import recipient_of
from servicing.messages.letters import batch_of, settle_batch, take_batch
from servicing.models import Sending
from servicing.pages.messages.sendings import WRITERS, sending_of


@require_safe
@only(*WRITERS)
def print_letters(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The batch that is out, one letter to a page."""
    sending = _letters(request, uid)
    letters = [{"message": row, "to": recipient_of(row)} for row in batch_of(sending)]
    response = render(request, "servicing/letters.html", {"sending": sending, "letters": letters})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@only(*WRITERS)
def take(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take the next letters for printing."""
    if take_batch(_letters(request, uid), by=staff_of(request), at=timezone.now()):
        return redirect("print-letters", uid=uid)
    messages.info(request, _("No letter is left to print."))
    return redirect("sending-detail", uid=uid)


@require_POST
@only(*WRITERS)
def settle(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The batch was printed and posted, or was not."""
    printed = request.POST.get("outcome") == "printed"
    count = settle_batch(_letters(request, uid), printed=printed, by=staff_of(request), at=timezone.now())
    text = ngettext("%(n)s letter posted.", "%(n)s letters posted.", count)
    if not printed:
        text = ngettext("%(n)s letter waits again.", "%(n)s letters wait again.", count)
    messages.success(request, text % {"n": formats.count(count)})
    return redirect("sending-detail", uid=uid)


def _letters(request: HttpRequest, uid: UUID) -> Sending:
    sending = sending_of(request, uid)
    if sending.channel != "letter":
        raise Http404
    return sending
