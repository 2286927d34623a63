"""Many clients of the list invited to an event: first who would be and who would not, then the invitation, which can be taken
back for those who have not answered."""

from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from crm.lib import formats
from crm.lib.http import only, staff_of, to_page
from crm.lib.refusals import Refused
from crm.models import Staff
from crm.pages.bulk.bulk import chosen_in, drawer
from servicing.events.inviting import check_inviting, invite, judged, take_back
from servicing.models import Event, Guest

SHOWN = 50  # events of a branch that are open at a time


class InviteForm(forms.Form):
    """To which event. `looked` is the event for which the reader has seen who would be invited."""

    uid = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    event = forms.TypedChoiceField(
        label=gettext_lazy("Event"), coerce=int, widget=forms.Select(attrs={"class": "form-select"})
    )
    looked = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=20)

    def __init__(self, *args: object, events: dict[int, Event], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        names = [(pk, f"{one.title} · {formats.moment(one.starts_at)}") for pk, one in events.items()]
        self.fields["event"].choices = names  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def invite_to_event(request: HttpRequest) -> HttpResponse:
    """The form in the drawer; it says first how many would be invited, and why the others would not."""
    user, now = staff_of(request), timezone.now()
    chosen, refused = chosen_in(request)
    if chosen is None:
        return refused
    events = _events(user)
    form = InviteForm(request.POST if request.method == "POST" else None, events=events)
    found = None
    if request.method == "POST" and form.is_valid():
        given, clients = form.cleaned_data, chosen.clients()
        event = events[given["event"]]
        try:
            if given["looked"] == str(event.pk):
                count = invite(event, clients, step=given["uid"], by=user, at=now)
                return _invited(request, event, count, given["uid"])
            check_inviting(event, now)
        except Refused as wrong:
            form.add_error("event", str(wrong))
        else:
            found = judged(event, clients, now)
    if found is None:
        return drawer(request, "crm/lists/_invite.html", form, chosen, events=events)
    looked = {
        "form": form,
        "form_action": request.path,
        "chosen": chosen,
        "events": events,
        "found": found,
        "event": event,
    }
    return render(request, "crm/lists/_invite.html", looked)


@require_POST
@only("advisor", "manager")
def undo_invitations(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Those of the step who have not answered are not invited any more, by whoever invited them."""
    user = staff_of(request)
    guest = Guest.objects.of_step(uid, user).first()
    if guest is None:
        raise Http404
    count = take_back(uid, by=user, at=timezone.now())
    text = ngettext("%(n)s invitation taken back.", "%(n)s invitations taken back.", count)
    messages.success(request, text % {"n": formats.count(count)})
    return redirect("event-detail", pk=guest.event_id)


def _events(user: Staff) -> dict[int, Event]:
    rows = Event.objects.visible_to(user).inviting().select_related("branch").order_by("starts_at", "pk")
    return {event.pk: event for event in rows[:SHOWN]}


def _invited(request: HttpRequest, event: Event, count: int, step: UUID) -> HttpResponse:
    if count:
        text = ngettext("%(n)s client invited: a task for the advisor.", "%(n)s clients invited: a task each.", count)
        undo = reverse("undo-invitations", args=[step])
        messages.success(request, text % {"n": formats.count(count)}, extra_tags=undo)
    else:
        messages.info(request, _("Nobody could be invited."))
    return to_page(request, reverse("event-detail", args=[event.pk]))
