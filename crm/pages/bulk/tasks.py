"""The same task for many clients of the list: a call before an expiry, a visit after a bad month. It can be taken back."""

from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from crm.lib import formats
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from crm.pages.bulk.bulk import back_to_list, chosen_in, drawer
from servicing import todo
from servicing.forms import TaskForm, due_choices
from servicing.models import Task


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def add_tasks(request: HttpRequest) -> HttpResponse:
    """The form in the drawer, and what it sends."""
    user, now = staff_of(request), timezone.now()
    chosen, refused = chosen_in(request)
    if chosen is None:
        return refused
    today = timezone.localdate(now)
    due_days = due_choices(today)
    first = {"uid": uuid4(), "due_on": due_days[0][1]}
    form = TaskForm(request.POST if request.method == "POST" else None, initial=first, auto_id="tasks-%s")
    if request.method == "POST" and form.is_valid():
        given, uid = form.cleaned_data, form.cleaned_data["uid"] or uuid4()
        try:
            count = todo.add_tasks(
                chosen.clients(), given["title"], given["due_on"], uid=uid, by=user, at=now, reason=given["reason"]
            )
        except Refused as wrong:
            form.refuse(wrong)
        else:
            _tell_added(request, count, given["due_on"], uid)
            return back_to_list(request)
    return drawer(request, "crm/lists/_tasks.html", form, chosen, due_days=due_days)


@require_POST
@only("advisor", "manager")
def undo_tasks(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The tasks of the step that are open still are withdrawn, by whoever added them."""
    user = staff_of(request)
    if not Task.objects.added_by_step(uid, user).exists():
        raise Http404
    count = todo.withdraw_tasks(uid, by=user, at=timezone.now())
    if count:
        text = ngettext("%(n)s task withdrawn.", "%(n)s tasks withdrawn.", count)
        messages.success(request, text % {"n": formats.count(count)})
    else:
        messages.info(request, _("None of these tasks is open any more."))
    return back_to_list(request)


def _tell_added(request: HttpRequest, count: int, due_on: date, uid: UUID) -> None:
    if not count:  # the form of a step that was taken back, sent once more
        messages.info(request, _("None of these tasks is open any more."))
        return
    text = ngettext("Task for %(n)s client, due %(day)s", "Task for %(n)s clients, due %(day)s", count)
    words = text % {"n": formats.count(count), "day": formats.day(due_on)}
    messages.success(request, words, extra_tags=reverse("undo-tasks", args=[uid]))
