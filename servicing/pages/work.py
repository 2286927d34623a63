"""What is done to tasks and promises: added, postponed, settled, withdrawn; each answer offers the way back."""

from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from crm.lib import formats
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from servicing import promises, todo
from servicing.forms import DayForm, TaskForm, due_choices
from servicing.pages.answers import client_of, done, named, promise_of, refuse, task_of
from servicing.rounds.words import title_of

FOUND = 8
ACTIONS = {"contact": "record-contact", "material": "share-material", "message": "write-message"}


@require_safe
@only("advisor", "manager")
def choose_client(request: HttpRequest) -> HttpResponse:
    """For whom? The first step of adding a task, of logging a contact (`?for=contact`) or of giving a material away
    (`?for=material&material=`, or by message, `?for=message&material=`), from a page that is about nobody."""
    asked = request.GET.get("q", "").replace("\0", "").strip()
    found = Client.objects.visible_to(staff_of(request)).matching(asked) if asked else Client.objects.none()
    action = ACTIONS.get(request.GET.get("for", ""), "add-task")
    kept = urlencode({name: request.GET[name] for name in ("for", "material") if name in request.GET})
    context = {
        "q": asked,
        "action": action,
        "kept": kept,
        "found": found.select_related("branch").order_by("name", "pk")[:FOUND],
    }
    part = "servicing/_found_clients.html" if "q" in request.GET else "servicing/_choose_client.html"
    return render(request, part, context)


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def add_task(request: HttpRequest, pk: int) -> HttpResponse:
    """A task for a client."""
    client, now, user = client_of(request, pk), timezone.now(), staff_of(request)
    due_days = due_choices(timezone.localdate(now))
    form = TaskForm(request.POST or None, initial={"uid": uuid4(), "due_on": due_days[0][1]}, auto_id="task-%s")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        key = f"hand:{given['uid'] or uuid4()}"
        try:
            task = todo.add_task(
                client, given["title"], given["due_on"], key=key, by=user, at=now, reason=given["reason"]
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            words = _("Task for {name}, due {day}").format(name=named(client), day=formats.day(task.due_on))
            return done(request, client, words, undo=reverse("withdraw-task", args=[task.pk]))
    context = {
        "form": form,
        "client": client,
        "name": named(client),
        "form_action": request.path,
        "due_days": due_days,
        "draft": f"{user.pk}:task:{pk}",
    }
    return render(request, "servicing/_task.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@only("advisor", "manager")
def postpone_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a task to another day."""
    task, now = task_of(request, pk), timezone.now()
    form = DayForm(request.POST)
    if not form.is_valid():
        return refuse(request, task.client, _("Choose a day."))
    try:
        todo.postpone_task(task, form.cleaned_data["due_on"], by=staff_of(request), at=now)
    except Refused as refused:
        return refuse(request, task.client, str(refused))
    words = _("Postponed to {day}: {name}").format(
        day=formats.day(form.cleaned_data["due_on"]), name=named(task.client)
    )
    return done(request, task.client, words, undo=reverse("undo-postpone-task", args=[pk]))


@require_POST
@only("advisor", "manager")
def undo_postpone(request: HttpRequest, pk: int) -> HttpResponse:
    """The day before the last postponement."""
    task = task_of(request, pk)
    todo.undo_postpone(task, by=staff_of(request))
    return done(request, task.client, _("Due as before: {name}").format(name=named(task.client)))


@require_POST
@only("advisor", "manager")
def settle_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Done."""
    task = task_of(request, pk)
    todo.settle_task(task, by=staff_of(request), at=timezone.now())
    words = _("Done: {title}, {name}").format(title=title_of(task), name=named(task.client))
    return done(request, task.client, words, undo=reverse("reopen-task", args=[pk]))


@require_POST
@only("advisor", "manager")
def withdraw_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Not needed; also the undo of adding one."""
    task = task_of(request, pk)
    todo.withdraw_task(task, by=staff_of(request), at=timezone.now())
    words = _("Withdrawn: {title}, {name}").format(title=title_of(task), name=named(task.client))
    return done(request, task.client, words, undo=reverse("reopen-task", args=[pk]))


@require_POST
@only("advisor", "manager")
def reopen_task(request: HttpRequest, pk: int) -> HttpResponse:
    """The undo of done and of withdrawn."""
    task = task_of(request, pk)
    try:
        todo.reopen_task(task, by=staff_of(request), at=timezone.now())
    except Refused as refused:
        return refuse(request, task.client, str(refused))
    words = _("Open again: {title}, {name}").format(title=title_of(task), name=named(task.client))
    return done(request, task.client, words)


@require_POST
@only("advisor", "manager")
def keep_promise(request: HttpRequest, pk: int) -> HttpResponse:
    """What was promised is done."""
    promise = promise_of(request, pk)
    promises.keep_promise(promise, by=staff_of(request), at=timezone.now())
    words = _("Promise kept: {text}, {name}").format(text=promise.text, name=named(promise.client))
    return done(request, promise.client, words, undo=reverse("reopen-promise", args=[pk]))


@require_POST
@only("advisor", "manager")
def withdraw_promise(request: HttpRequest, pk: int) -> HttpResponse:
    """The promise no longer holds."""
    promise = promise_of(request, pk)
    promises.withdraw_promise(promise, by=staff_of(request), at=timezone.now())
    words = _("Withdrawn: {title}, {name}").format(title=promise.text, name=named(promise.client))
    return done(request, promise.client, words, undo=reverse("reopen-promise", args=[pk]))


@require_POST
@only("advisor", "manager")
def reopen_promise(request: HttpRequest, pk: int) -> HttpResponse:
    """The undo of kept and of withdrawn."""
    promise = promise_of(request, pk)
    try:
        promises.reopen_promise(promise, by=staff_of(request), at=timezone.now())
    except Refused as refused:
        return refuse(request, promise.client, str(refused))
    words = _("Open again: {title}, {name}").format(title=promise.text, name=named(promise.client))
    return done(request, promise.client, words)
