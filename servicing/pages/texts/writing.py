"""Writing a script or template: a new one, another version, and what the guard says while one types."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import MessageText, TextVersion
from servicing.models.versions import Language
from servicing.pages.texts.forms import HeadingForm, WordingForm
from servicing.pages.texts.shown import Shown, shown_of
from servicing.pages.texts.texts import text_of
from servicing.pages.version_forms import branches_of
from servicing.pages.versions import WRITERS, to_page
from servicing.texts.phrases import phrases_on
from servicing.texts.rendering import offered
from servicing.texts.writing import draft_text, save_wording, wording_of
from servicing.versions.writing import VersionConflict, may_write


@require_http_methods(["GET", "HEAD", "POST"])
@only(*WRITERS)
def create_text(request: HttpRequest) -> HttpResponse:
    """The form of a new text, and what it sends."""
    user = staff_of(request)
    data = request.POST or None
    is_template = request.GET.get("kind") == MessageText.Kind.TEMPLATE
    begin = {"kind": "template", "channel": "sms"} if is_template else {"kind": "script", "channel": "phone"}
    heading = HeadingForm(data, branches=branches_of(user), may_firm=user.is_admin, initial=begin)
    wording = WordingForm(data)
    if data is not None and heading.is_valid() & wording.is_valid():
        uid: UUID = heading.cleaned_data["uid"]
        try:
            version = draft_text(heading.heading(), wording.wording(), uid=uid, by=user, at=timezone.now())
        except Refused as refused:
            (heading if refused.field in heading.fields else wording).refuse(refused)
        else:
            messages.success(request, _("Saved as a draft. Put it forward when it is ready."))
            return to_page(request, "text", version.text_id)
    status = 200 if data is None else 422
    return render(request, "servicing/text_form.html", _context(heading=heading, form=wording), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*WRITERS)
def save_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Another version, begun from the latest one; what somebody else saved meanwhile is shown beside it."""
    user, text = staff_of(request), text_of(request, pk)
    latest = text.versions.select_related("author").order_by("-number").first()
    if latest is None or not may_write(user, text.branch):
        raise Http404
    form = WordingForm(request.POST or None, initial=vars(wording_of(latest)) | {"seen": latest.number})
    theirs: TextVersion | None = None
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            seen = form.cleaned_data["seen"] or 0
            saved = save_wording(text, form.wording(), seen=seen, by=user, at=timezone.now())
        except Refused as refused:
            form.refuse(refused)
        except VersionConflict as conflict:
            theirs = conflict.current
            form = WordingForm({**form.cleaned_data, "seen": theirs.number})  # what is sent next saw theirs
        else:
            messages.success(request, _("Saved as version {n}, a draft.").format(n=saved.number))
            return to_page(request, "text", pk)
    return render(request, "servicing/text_form.html", _context(head=text, form=form, theirs=theirs), status=status)


@require_POST
@only(*WRITERS)
def check_text(request: HttpRequest) -> HttpResponse:
    """What stands in the form, with banned phrases marked and filled in for an invented client; nothing is saved."""
    user, told = staff_of(request), request.POST
    language, channel = told.get("language", ""), told.get("channel", "")
    text = MessageText(
        language=language if language in Language.values else Language.CHINESE,
        channel=channel if channel in MessageText.Channel.values else MessageText.Channel.ANY,
        branch=next((branch for branch in branches_of(user) if branch.code == told.get("branch")), None),
    )
    version = TextVersion(**{name: told.get(name, "")[:4000] for name in ("subject", "body", "risk_notice")})
    return render(request, "servicing/_text_shown.html", {"shown": _shown(user, text, version), "checking": True})


def _shown(user: Staff, text: MessageText, version: TextVersion) -> Shown:
    today = timezone.localdate()
    return shown_of(version, text, phrases_on(today), to=user, on=today)


def _context(**told: Any) -> dict[str, Any]:
    return {"noun": "text", "new": _("New text"), "placeholders": offered(), **told}
