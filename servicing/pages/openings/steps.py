"""What is done to an opening: steps taken and taken back, dropped and taken up again, linked to the client it became."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.models import Client
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from servicing.models import Step
from servicing.openings import ending, linking, steps
from servicing.pages.answers import answered, client_of, shown_opening_of
from servicing.pages.openings.forms import DropForm, StepForm

FOUND = 8


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def take_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """A step is done; without a day: today."""
    opening, user, now = shown_opening_of(request, pk), staff_of(request), timezone.now()
    if step not in Step.values:
        raise Http404
    today = timezone.localdate(now)
    form = StepForm(
        request.POST if request.method == "POST" else None,
        today=today,
        initial={"taken_on": today},
        auto_id="step-%s",
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            steps.take_step(opening, step, on=given["taken_on"] or today, note=given["note"], by=user, at=now)
        except Refused as refused:
            if "taken_on" not in request.POST:
                return _refused(request, refused)
            form.refuse(refused)
        else:
            words = _("{step} done: {name}").format(step=Step(step).label, name=opening.name)
            return _done(request, words, undo=reverse("take-back-opening-step", args=[pk, step]))
    context = {"form": form, "form_action": request.path, "name": opening.name, "label": Step(step).label}
    return render(request, "servicing/_opening_step.html", context, status=422 if form.is_bound else 200)


@require_POST
@only("advisor", "manager")
def take_back_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """It was not done after all."""
    opening = shown_opening_of(request, pk)
    if step not in Step.values:
        raise Http404
    try:
        steps.take_back_step(opening, step, by=staff_of(request), at=timezone.now())
    except Refused as refused:
        return _refused(request, refused)
    words = _("{step} is open again: {name}").format(step=Step(step).label, name=opening.name)
    return _done(request, words)


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def drop_opening(request: HttpRequest, pk: int) -> HttpResponse:
    """The person will not become a client."""
    opening, user = shown_opening_of(request, pk), staff_of(request)
    form = DropForm(request.POST if request.method == "POST" else None, auto_id="drop-%s")
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            ending.drop_opening(opening, given["reason"], text=given["reason_text"], by=user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        else:
            words = _("Dropped: {name}").format(name=opening.name)
            return _done(request, words, undo=reverse("reopen-opening", args=[pk]))
    context = {"form": form, "form_action": request.path, "name": opening.name, "draft": f"{user.pk}:drop:{pk}"}
    return render(request, "servicing/_opening_drop.html", context, status=422 if form.is_bound else 200)


@require_POST
@only("advisor", "manager")
def reopen_opening(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a dropped opening up again."""
    opening = shown_opening_of(request, pk)
    try:
        ending.reopen_opening(opening, by=staff_of(request))
    except Refused as refused:
        return _refused(request, refused)
    return _done(request, _("Under way again: {name}").format(name=opening.name))


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def link_opening(request: HttpRequest, pk: int) -> HttpResponse:
    """Which client did this person become? Found while one types; chosen by a person."""
    opening, user = shown_opening_of(request, pk), staff_of(request)
    if request.method == "POST":
        chosen = request.POST.get("client", "")
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
            raise Http404
        client = client_of(request, int(chosen))
        try:
            linking.link_client(opening, client, by=user, at=timezone.now())
        except Refused as refused:
            return _refused(request, refused)
        words = _("{name} is client {number} now").format(name=opening.name, number=client.client_number)
        return _done(request, words, undo=reverse("unlink-opening", args=[pk]))
    asked = request.GET.get("q", "").replace("\0", "").strip()
    mine = Client.objects.visible_to(user).filter(branch=opening.branch_id, openings=None)
    found = mine.matching(asked).order_by("name", "pk")[:FOUND] if asked else ()
    proposed = linking.proposals([opening], user).get(opening.pk, [])
    context = {"opening": opening, "name": opening.name, "q": asked, "found": found or (() if asked else proposed)}
    part = "servicing/_opening_clients.html" if "q" in request.GET else "servicing/_opening_link.html"
    return render(request, part, context)


@require_POST
@only("advisor", "manager")
def unlink_opening(request: HttpRequest, pk: int) -> HttpResponse:
    """It is another person after all."""
    opening = shown_opening_of(request, pk)
    linking.unlink_client(opening, by=staff_of(request), at=timezone.now())
    return _done(request, _("No longer linked: {name}").format(name=opening.name))


def _done(request: HttpRequest, words: str, *, undo: str = "") -> HttpResponse:
    return answered(request, words, back=reverse("opening-list"), undo=undo)


def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    return answered(request, str(refused), back=reverse("opening-list"), refused=True)
