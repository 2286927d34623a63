"""One call-back: the caller sees the form of address, the questions and, on purpose, the phone; what came of each call is
recorded. Manager and compliance read the calls with their answers."""

from dataclasses import dataclass
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.models import Client
from crm import access
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.callbacks import recording
from servicing.callbacks.questions import ANSWERS, FINDINGS, QUESTIONS
from servicing.models import Callback, CallbackAttempt
from servicing.pages.answers import done, refuse
from servicing.pages.callbacks.forms import CallForm


@dataclass(frozen=True)
class Said:
    """An attempt with what was heard; `answers`: question, yes or no, whether it must not stand. Only the last one may be
    taken back, by whoever recorded it."""

    attempt: CallbackAttempt
    remark: str
    answers: list[tuple[str, str, bool]]
    may_undo: bool


def called(client: Client, user: Staff) -> str:
    """How a client is named to whoever calls back: by the form of address; the manager, who answers for the client, reads
    the name, compliance a masked one."""
    if user.is_advisor:
        return client.form_of_address or access.mask_name(client.name) or access.mask_tail(client.client_number)
    return access.name_for(user, client.name, client.client_number)


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager", "compliance")
def record_callback(request: HttpRequest, pk: int) -> HttpResponse:
    """The call-back with its form, and recording what came of a call."""
    user, now = staff_of(request), timezone.now()
    callback = callback_of(user, pk)
    may_call = callback.state == Callback.State.OPEN and not user.is_compliance
    if request.method == "POST" and user.is_compliance:
        raise Http404
    form = CallForm(request.POST or None, initial={"uid": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            attempt = recording.record_attempt(callback, form.heard, uid=form.uid_or_new, by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            words = _("Recorded: {outcome}, {name}").format(
                outcome=attempt.get_outcome_display(), name=called(callback.client, user)
            )
            undo = reverse("withdraw-callback", args=[attempt.pk])
            return done(request, callback.client, words, undo=undo, to=reverse("callback-list"))
    attempts = list(callback.attempts.standing().select_related("caller").order_by("pk"))
    context = {
        "callback": callback,
        "name": called(callback.client, user),
        "form": form,
        "form_action": request.path if may_call else "",
        "draft": f"{user.pk}:callback:{pk}" if may_call else "",
        "today": timezone.localdate(now),
        "attempts": [_said(attempt, callback.client, user, is_last=attempt == attempts[-1]) for attempt in attempts],
        "reads_answers": not user.is_advisor,
        "may_open": not user.is_advisor,
    }
    return render(request, "servicing/_callback.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@only("advisor", "manager")
def withdraw_callback(request: HttpRequest, pk: int) -> HttpResponse:
    """The undo of a recorded call."""
    user = staff_of(request)
    attempt = CallbackAttempt.objects.made_by(user).select_related("client").filter(pk=pk).first()
    if attempt is None:
        raise Http404
    back = reverse("callback-list")
    try:
        recording.withdraw_attempt(attempt, by=user, at=timezone.now())
    except Refused as refused:
        return refuse(request, attempt.client, str(refused), to=back)
    words = _("Open again: {title}, {name}").format(title=_("call-back"), name=called(attempt.client, user))
    return done(request, attempt.client, words, to=back)


def callback_of(user: Staff, pk: int) -> Callback:
    """A call-back that the user makes or answers for; anybody else's is missing."""
    found = Callback.objects.visible_to(user).select_related("client", "branch", "caller", "sample")
    callback = found.filter(pk=pk).first()
    if callback is None:
        raise Http404
    return callback


def _said(attempt: CallbackAttempt, client: Client, user: Staff, *, is_last: bool) -> Said:
    answers = [
        (str(question.text), str(ANSWERS[attempt.answers[key]]), attempt.answers[key] == question.risky)
        for key, question in QUESTIONS.items()
        if key in attempt.answers
    ]
    remark = access.text_for(user, attempt.remark, client.name)
    return Said(attempt, remark, answers, is_last and attempt.caller_id == user.pk)


def finding_words(question: str) -> str:
    """What a finding says."""
    return str(FINDINGS[question])
