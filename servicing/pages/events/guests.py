"""What is said of a guest: registers, declines, came, and what the event brought. Each answer offers the way back."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.lib import formats
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from servicing.events import holding, seats
from servicing.events.answering import AnsweredMeanwhile, record_answers
from servicing.models import Guest
from servicing.pages.answers import done, named, refuse
from servicing.pages.events.forms import AnswersForm

SERVERS = ("advisor", "manager")


@require_POST
@only(*SERVERS)
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """The client wants to come."""
    guest = guest_of(request, pk)
    words = {
        Guest.State.REGISTERED: _("{name} is registered."),
        Guest.State.WAITING: _("Every seat is taken: {name} is on the waiting list."),
    }
    return _said(request, guest, lambda **now: words[Guest.State(seats.register(guest, **now))])


@require_POST
@only(*SERVERS)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """The client does not want to come, or not any more."""
    guest = guest_of(request, pk)

    def say(**now: Any) -> str:
        seats.decline(guest, **now)
        return _("{name} declined.")

    return _said(request, guest, say)


@require_POST
@only(*SERVERS)
def ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo of the two above."""
    guest = guest_of(request, pk)

    def say(**now: Any) -> str:
        seats.ask_again(guest, **now)
        return _("{name} is invited, as if nothing had been said.")

    return _said(request, guest, say, is_undo=True)


@require_POST
@only(*SERVERS)
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the client came; an empty word takes the tick back while the event is not held."""
    guest = guest_of(request, pk)
    told = request.POST.get("attendance", "")
    if told not in Guest.Attendance.values:
        raise Http404
    words = {"came": _("{name} came."), "absent": _("{name} did not come."), "": _("{name}: not told yet.")}

    def say(**now: Any) -> str:
        holding.tick(guest, told, **now)
        return words[told]

    return _said(request, guest, say, is_undo=True)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*SERVERS)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the client says afterwards: the form in the drawer, and what it sends; a second editor is told what stands."""
    user, guest = staff_of(request), guest_of(request, pk)
    form = AnswersForm(request.POST or None, initial=AnswersForm.of(guest), guest=guest, auto_id="answer-%s")
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            record_answers(guest, form.said(), seen=form.cleaned_data["seen"], by=user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        except AnsweredMeanwhile as told:
            theirs = told.guest
            data = request.POST.copy()
            data["seen"] = str(theirs.answers)
            form = AnswersForm(data, guest=guest, auto_id="answer-%s")
        else:
            words = _("Noted: {name}").format(name=named(guest.client))
            return done(request, guest.client, words, to=reverse("event-detail", args=[guest.event_id]))
    context = {
        "form": form,
        "guest": guest,
        "name": named(guest.client),
        "theirs": theirs,
        "theirs_at": formats.moment(theirs.answered_at) if theirs else "",
        "form_action": request.path,
        "draft": f"{user.pk}:guest:{pk}",
    }
    return render(request, "servicing/_guest_answers.html", context, status=422 if request.method == "POST" else 200)


def guest_of(request: HttpRequest, pk: int) -> Guest:
    """A guest among the clients of the reader; anybody else's is missing."""
    rows = Guest.objects.visible_to(staff_of(request)).select_related("event__branch", "client__branch", "branch")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _said(request: HttpRequest, guest: Guest, say: Callable[..., str], *, is_undo: bool = False) -> HttpResponse:
    """A toast that says what stands now; without htmx the page of the event."""
    back, now = reverse("event-detail", args=[guest.event_id]), timezone.now()
    try:
        words = say(by=staff_of(request), at=now)
    except Refused as refused:
        return refuse(request, guest.client, str(refused), to=back)
    offers = not is_undo and now < guest.event.closes_at
    undo = reverse("ask-guest-again", args=[guest.pk]) if offers else ""
    return done(request, guest.client, words.format(name=named(guest.client)), undo=undo, to=back)
