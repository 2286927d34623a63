"""An approved text for many clients of the list: planned as a draft, whose page shows who would get it and who would not."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm.lib.http import only, staff_of, to_page
from crm.lib.refusals import Refused
from crm.pages.bulk.bulk import chosen_in, drawer
from servicing.messages.sendings import plan_sending
from servicing.models import Sending
from servicing.pages.messages.forms import ListForm, offered_in


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def write_messages(request: HttpRequest) -> HttpResponse:
    """The form in the drawer; what it sends opens the page of the draft."""
    user, now = staff_of(request), timezone.now()
    chosen, refused = chosen_in(request)
    if chosen is None:
        return refused
    branches = chosen.branches()
    form = ListForm(request.POST if request.method == "POST" else None, **offered_in(branches[0], now))
    if request.method == "POST" and form.is_valid() and (version := form.version()):
        given = form.cleaned_data
        try:
            sending = plan_sending(
                chosen.clients(), version, uid=given["uid"], kind=Sending.Kind.LIST, by=user, at=now,
                keep_rest=given["keep_rest"], raises_trading=given["raises_trading"], item=given["item"],
                material=form.material_of(),
            )  # fmt: skip
        except Refused as wrong:
            form.refuse(wrong)
        else:
            return to_page(request, reverse("sending-detail", args=[sending.uid]))
    if len(branches) > 1 and not form.is_bound:
        form = ListForm({}, versions=[], materials=[])
        form.errors.clear()
        form.add_error(None, _("Choose clients of one branch."))
    return drawer(request, "crm/lists/_messages.html", form, chosen)
