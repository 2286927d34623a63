"""The funnel A–D: the board of an advisor's clients by stage, and moving one client."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access import name_for, text_for
from crm.lib.http import is_swap, only, staff_of, varies
from crm.lib.refusals import Refused
from crm.lib.refusing_forms import RefusingForm
from crm.models import Branch, Staff
from segmentation.thresholds import thresholds
from servicing.models import ServiceStage, Stage
from servicing.pages.answers import client_of, done, named, refuse
from servicing.stages import FUNNEL, set_stage, undo_stage

LANE = 30  # clients shown of each stage
MOVES = 8  # earlier moves shown of a client


class StageForm(RefusingForm):
    """A client's stage, and why the one before is left. `seen`: the row that the mover saw."""

    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=Stage.choices, widget=forms.RadioSelect)
    why = forms.CharField(
        label=gettext_lazy("Why the client leaves the stage before"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)


@require_safe
@only("advisor", "manager", "compliance")
def stage_board(request: HttpRequest) -> HttpResponse:
    """The clients of the reader who are in the funnel, by stage, those who are there longest first."""
    user, today = staff_of(request), timezone.localdate()
    rows = ServiceStage.objects.visible_to(user).in_funnel()
    owners = [] if user.is_advisor else _owners(user)
    chosen = next((one for one in owners if str(one.pk) == request.GET.get("advisor")), None)
    rows = rows.filter(client__advisor=chosen) if chosen else rows
    counted = rows.counted()
    shown = rows.first_of_each_stage(LANE).select_related("client__advisor")
    lanes: dict[str, list[dict[str, Any]]] = {stage: [] for stage in FUNNEL}
    for row in shown:
        lanes[row.stage].append(
            {
                "row": row,
                "name": name_for(user, row.client.name, row.client.client_number),
                "days": max((today - row.since).days, 0),
                "why": text_for(user, row.why, row.client.name),
            }
        )
    reference = thresholds([f"funnel_reference_{stage}" for stage in FUNNEL], today)
    whole, total = sum(reference.values()), sum(counted.values())
    columns = [
        {
            "stage": stage,
            "label": Stage(stage).label,
            "count": counted.get(stage, 0),
            "reference": reference[f"funnel_reference_{stage}"],
            "expected": round(total * reference[f"funnel_reference_{stage}"] / whole) if whole else 0,
            "rows": lanes[stage],
            "before": FUNNEL[place - 1] if place else Stage.OUT,
            "after": FUNNEL[place + 1] if place + 1 < len(FUNNEL) else "",
            "after_label": Stage(FUNNEL[place + 1]).label if place + 1 < len(FUNNEL) else "",
        }
        for place, stage in enumerate(FUNNEL)
    ]
    context = {
        "columns": columns,
        "is_empty": not total,
        "advisors": [(one.pk, one.name) for one in owners],
        "advisor": chosen.pk if chosen else "",
        "may_write": not user.is_compliance,
        "shows_advisor": not user.is_advisor,
    }
    template = "servicing/_stage_board.html" if is_swap(request) else "servicing/stage_board.html"
    return varies(render(request, template, context))


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager")
def move_client(request: HttpRequest, pk: int) -> HttpResponse:
    """The stage of a client with the moves before; `?to=` proposes one."""
    client, user, now = client_of(request, pk), staff_of(request), timezone.now()
    latest = ServiceStage.objects.select_related("by").latest_of(client)
    asked = request.GET.get("to", "")
    initial = {
        "stage": asked if asked in Stage.values else latest.stage if latest else Stage.A,
        "seen": latest.pk if latest else 0,
    }
    data = request.POST.copy() if request.method == "POST" else None
    form = StageForm(data, initial=initial, auto_id="stage-%s")
    if data is not None and form.is_valid():
        given = form.cleaned_data
        try:
            row = set_stage(client, given["stage"], by=user, at=now, why=given["why"], seen=given["seen"])
        except Refused as refused:
            form.refuse(refused)
            data["seen"] = str(initial["seen"])  # what is sent next was written with this in sight
        else:
            words = _("{name}: {stage}").format(name=named(client), stage=Stage(given["stage"]).label)
            undo = reverse("undo-stage", args=[pk, row.pk]) if row else ""
            return done(request, client, words, undo=undo)
    context = {
        "form": form,
        "form_action": request.path,
        "client": client,
        "name": named(client),
        "latest": latest,
        "moves": ServiceStage.objects.history_of(client).select_related("by")[:MOVES],
    }
    return render(request, "servicing/_stage_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@only("advisor", "manager")
def undo_move(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """The stage of before, unless somebody moved the client since."""
    client = client_of(request, pk)
    found = ServiceStage.objects.visible_to(staff_of(request)).filter(client=client, pk=row).first()
    if found is None:
        raise Http404
    if not undo_stage(found, by=staff_of(request), at=timezone.now()):
        return refuse(request, client, _("Somebody moved the client since; look at the stage first."))
    return done(request, client, _("In the stage of before: {name}").format(name=named(client)))


def _owners(user: Staff) -> list[Staff]:
    branches = Branch.objects.visible_to(user).active()
    return list(Staff.objects.advisors().filter(branches__in=branches).order_by("name", "pk").distinct())
