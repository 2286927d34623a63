"""The open risk alerts of the clients with most at stake, beside the work of the day."""

from collections import defaultdict

from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.lib.http import is_swap, only, staff_of, varies
from crm.pages.nights import nights_of
from segmentation.models import Standing
from servicing.alerts.lines import Line, lines_of
from servicing.models import RiskAlert

SHOWN = 6  # clients


@require_safe
@only("advisor", "manager")
def today_alerts(request: HttpRequest) -> HttpResponse:
    """A client a row, by commission at risk; read after the work is on the screen."""
    user = staff_of(request)
    open_ones = RiskAlert.objects.visible_to(user).filter(state=RiskAlert.State.OPEN)
    told = Standing.objects.visible_to(user).of_nights(nights_of(user).pks).select_related("client")
    told = told.filter(Exists(RiskAlert.objects.filter(client=OuterRef("client"), state=RiskAlert.State.OPEN)))
    first = list(told.order_by(F("at_risk_fen").desc(nulls_last=True), "client")[:SHOWN])
    lines: dict[int, list[Line]] = defaultdict(list)
    rows = open_ones.filter(client__in=[standing.client_id for standing in first]).select_related("client")
    for line in lines_of(rows.order_by("-band", "pk"), user):
        lines[line.alert.client_id].append(line)
    context = {"rows": [(standing, lines[standing.client_id]) for standing in first]}
    template = "crm/_today_alerts.html" if is_swap(request) else "crm/today_alerts.html"
    return varies(render(request, template, context))
