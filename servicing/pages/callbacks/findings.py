"""What manager and compliance do about call-backs: settle what was found, and draw a sample again."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm import access
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from servicing.callbacks import findings
from servicing.callbacks.proving import prove
from servicing.models import CallbackFinding, CallbackSample
from servicing.pages.answers import done
from servicing.pages.callbacks.calls import called, finding_words
from servicing.pages.callbacks.forms import NoteForm


@require_http_methods(["GET", "HEAD", "POST"])
@only("manager", "compliance")
def settle_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """A finding, and the note of what came of it."""
    user = staff_of(request)
    rows = CallbackFinding.objects.visible_to(user).select_related("attempt__client", "attempt__caller", "settled_by")
    finding = rows.filter(pk=pk).first()
    if finding is None:
        raise Http404
    client = finding.attempt.client
    name, words = called(client, user), finding_words(finding.question)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            findings.settle_finding(finding, form.cleaned_data["note"], by=user, at=timezone.now())
        except Refused as refused:
            form.add_error("note", access.text_for(user, str(refused), client.name))
        else:
            told = _("Settled: {what}, {name}").format(what=words, name=name)
            return done(request, client, told, to=reverse("callback-list"))
    context = {
        "finding": finding,
        "form": form,
        "form_action": request.path if finding.state == CallbackFinding.State.OPEN else "",
        "name": name,
        "words": words,
        "remark": access.text_for(user, finding.attempt.remark, client.name),
        "note": access.text_for(user, finding.note, client.name),
    }
    return render(request, "servicing/_finding.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@only("manager", "compliance")
def check_sample(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw a sample again from its base and seed, and compare."""
    sample = CallbackSample.objects.visible_to(staff_of(request)).filter(pk=pk).first()
    if sample is None:
        raise Http404
    return render(request, "servicing/_sample_check.html", {"proof": prove(sample), "sample": sample})
