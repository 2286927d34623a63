"""The phrases that no text may say: compliance and admin keep the list, everybody who writes may read it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from servicing.models import BannedPhrase
from servicing.pages.texts.forms import PhraseForm
from servicing.texts import bans

KEEPERS = ("compliance", "admin")
ENDED_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def phrase_list(request: HttpRequest) -> HttpResponse:
    """What is banned today, what was, and the form of another one."""
    user, today, now = staff_of(request), timezone.localdate(), timezone.now()
    may_keep = bans.may_keep_phrases(user)
    if request.method == "POST" and not may_keep:
        raise Http404
    form = PhraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = bans.ban_phrase(form.cleaned_data["phrase"], form.cleaned_data["why"], by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Banned from today on: {phrase}").format(phrase=row.phrase))
            if stopped := bans.texts_saying(row, now):
                names = _("、").join(version.text.name for version in stopped)
                messages.warning(request, _("Approved texts that say it cannot be used: {names}").format(names=names))
            return redirect("phrase-list")
    over = BannedPhrase.objects.filter(until_day__lte=today).select_related("ended_by")
    context = {
        "rows": BannedPhrase.objects.in_force(today).select_related("made_by", "confirmed_by").order_by("-pk"),
        "ended": over.order_by("-until_day", "-pk")[:ENDED_SHOWN],
        "form": form if may_keep else None,
        "confirms": user.is_compliance,
    }
    return render(request, "servicing/phrase_list.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@only(*KEEPERS)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """A phrase may be said again from today on."""
    row = _row(pk)
    if bans.lift_ban(row, by=staff_of(request), on=timezone.localdate()):
        messages.success(request, _("May be said again: {phrase}").format(phrase=row.phrase))
    return redirect("phrase-list")


@require_POST
@only("compliance")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Compliance confirms what somebody else decided."""
    try:
        bans.confirm_ban(_row(pk), by=staff_of(request), on=timezone.localdate())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("phrase-list")


def _row(pk: int) -> BannedPhrase:
    found = BannedPhrase.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
