"""Writing a service plan: made in one click, changed, reviewed, an action done, withdrawn and put in force again."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.models import Client
from crm.lib.http import only, staff_of
from crm.lib.refusals import Refused
from servicing import plans
from servicing.models import ServicePlan
from servicing.pages.answers import client_of, done, named, refuse
from servicing.pages.plans.editing import Editing, last_editor
from servicing.pages.plans.forms import ReviewForm
from servicing.plans import PlanChanged
from servicing.plans.making import circumstances_of
from servicing.rounds.words import title_of

WRITERS = ("advisor", "manager")


@require_POST
@only(*WRITERS)
def make_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan from the standard and what the client is entitled to."""
    client = client_of(request, pk)
    try:
        plans.make_plan(client, by=staff_of(request), at=timezone.now())
    except Refused as refused:
        return refuse(request, client, str(refused))
    messages.success(request, _("The plan is made from the standard. Adjust it to the client."))
    return redirect("edit-plan", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*WRITERS)
def edit_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of the plan, and its next revision."""
    client, now = client_of(request, pk), timezone.now()
    plan, known = _plan(client), circumstances_of(client, timezone.localdate(now))
    editing = Editing(request, plan, known)
    if request.method != "POST":
        return editing.page()
    if not editing.is_valid():
        return editing.page(status=422)
    mine, version = editing.written(), editing.form.cleaned_data["version"]
    why = editing.form.cleaned_data["why"]
    try:
        saved = plans.save_plan(
            plan, mine, version=version, owed_days=known.owed_days, by=staff_of(request), at=now, why=why
        )
    except Refused as refused:
        editing.form.refuse(refused)
        return editing.page(status=422)
    except PlanChanged as changed:
        return editing.told(changed.current, mine, version)
    messages.success(request, _("Saved as revision {n}.").format(n=saved.version))
    return redirect("plan-detail", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@only(*WRITERS)
def review_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the phase of the plan, in the drawer."""
    client, now, user = client_of(request, pk), timezone.now(), staff_of(request)
    plan, today = _plan(client), timezone.localdate(now)
    data = request.POST.copy() if request.method == "POST" else None
    initial: dict[str, Any] = {}
    if data is None:
        review = circumstances_of(client, today).review_after(today)
        initial = {"version": plan.version, "next_review_on": review}
    form = ReviewForm(data, initial=initial, auto_id="review-%s")
    changed_by = ""
    if form.is_valid():
        try:
            plans.close_phase(plan, **form.cleaned_data, by=user, at=now)
        except Refused as refused:
            form.refuse(refused)
        except PlanChanged as changed:
            plan, changed_by = changed.current, last_editor(changed.current).name
            if data is not None:  # what is sent next was written with theirs in sight
                data["version"] = str(plan.version)
        else:
            return done(request, client, _("The phase is closed: {name}").format(name=named(client)))
    context = {
        "form": form,
        "client": client,
        "name": named(client),
        "plan": plan,
        "fulfilment": plans.fulfilment_of(plan, today),
        "changed_by": changed_by,
        "form_action": request.path,
        "draft": f"{user.pk}:review:{plan.pk}:{plan.period}:{plan.phase}",
    }
    return render(request, "servicing/_plan_review.html", context, status=422 if data is not None else 200)


@require_POST
@only(*WRITERS)
def settle_action(request: HttpRequest, pk: int, action: str, occasion: str) -> HttpResponse:
    """An action is done for an occasion."""
    client = client_of(request, pk)
    plan = _plan(client)
    try:
        day = date.fromisoformat(occasion)
    except ValueError:
        raise Http404 from None
    task = plans.settle_action(plan, action, day, by=staff_of(request), at=timezone.now())
    if task is None:
        return refuse(request, client, _("The plan does not ask for this any more."))
    words = _("Done: {title}, {name}").format(title=title_of(task), name=named(client))
    return done(request, client, words, undo=reverse("reopen-task", args=[task.pk]))


@require_POST
@only(*WRITERS)
def withdraw_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the plan out of force."""
    client = client_of(request, pk)
    plan = _plan(client)
    plans.withdraw_plan(plan, by=staff_of(request), at=timezone.now())
    words = _("The plan is withdrawn: {name}").format(name=named(client))
    return done(request, client, words, undo=reverse("restore-plan", args=[pk, plan.pk]))


@require_POST
@only(*WRITERS)
def restore_plan(request: HttpRequest, pk: int, plan: int) -> HttpResponse:
    """The undo of withdrawing."""
    client = client_of(request, pk)
    row = ServicePlan.objects.visible_to(staff_of(request)).filter(client=client, pk=plan).first()
    if row is None:
        raise Http404
    try:
        plans.restore_plan(row, by=staff_of(request))
    except Refused as refused:
        return refuse(request, client, str(refused))
    return done(request, client, _("The plan is in force again: {name}").format(name=named(client)))


def _plan(client: Client) -> ServicePlan:
    plan = ServicePlan.objects.of_client(client).select_related("branch").first()
    if plan is None:
        raise Http404
    plan.client = client
    return plan
