"""A client at stake for whom nothing was planned: put off, or done with, from the row itself. The row becomes a task."""

from datetime import date, datetime
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.models import Client
from crm.lib import formats
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.models import Publication
from segmentation.models import Standing
from servicing import todo
from servicing.advice import CARE, case_of, next_action
from servicing.forms import DayForm, RowForm
from servicing.models import Contact, Task
from servicing.pages.answers import client_of, done, named, refuse
from servicing.rounds.words import title_of
from servicing.urgency import numbers_on


@require_POST
@only("advisor", "manager")
def put_off_client(request: HttpRequest, pk: int) -> HttpResponse:
    """The next action becomes a task of another day."""
    client, now = client_of(request, pk), timezone.now()
    form = DayForm(request.POST)
    if not form.is_valid():
        return refuse(request, client, _("Choose a day."))
    try:
        task = _as_task(request, client, form.cleaned_data["due_on"], at=now)
    except Refused as refused:
        return refuse(request, client, str(refused))
    words = _("Task for {name}, due {day}").format(name=named(client), day=formats.day(task.due_on))
    return done(request, client, words, undo=reverse("withdraw-task", args=[task.pk]))


@require_POST
@only("advisor", "manager")
def settle_client(request: HttpRequest, pk: int) -> HttpResponse:
    """The next action is done: it stands as a settled task, and the client is left in peace for a while."""
    client, now, user = client_of(request, pk), timezone.now(), staff_of(request)
    try:
        task = _as_task(request, client, timezone.localdate(now), at=now)
    except Refused as refused:
        return refuse(request, client, str(refused))
    todo.settle_task(task, by=user, at=now)
    words = _("Done: {title}, {name}").format(title=title_of(task), name=named(client))
    return done(request, client, words, undo=reverse("withdraw-task", args=[task.pk]))


def _as_task(request: HttpRequest, client: Client, due_on: date, *, at: datetime) -> Task:
    """The next action as a task. The row has a uid of its own, so that a double click adds one, and what was undone can be
    done anew from the row that came back."""
    uid = RowForm(request.POST)
    key = f"stake:{uid.cleaned_data['uid'] if uid.is_valid() else uuid4()}"
    return todo.add_task(client, _action(client, timezone.localdate(at)), due_on, key=key, by=staff_of(request), at=at)


def _action(client: Client, day: date) -> str:
    night = Publication.objects.current().filter(branch=client.branch_id).values("pk")[:1]
    standing = Standing.objects.filter(publication=night, client=client).first()
    if standing is None:
        return str(CARE.text)
    latest = Contact.objects.latest_of([client.pk]).get(client.pk)
    told = case_of(
        standing,
        last_contact_on=timezone.localdate(latest) if latest else None,
        day=day,
        stale_days=numbers_on(day).stale_days,
    )
    return str(next_action(told).text)
