"""The monthly report as a page that prints, and the PDFs that were made of it."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_POST, require_safe

from crm.lib import pdf
from crm.lib.http import address_of, is_swap, only, staff_of, varies
from crm.models import JobRun, MonthlyReport, Publication, Staff
from crm.pages.branch.nights import branch_asked
from crm.pages.report.drawing import draw
from crm.pages.report.figures import charts_of, month_nights, report_context
from crm.pages.report.making import ask_for_report

REPORTS_SHOWN = 12
OPEN = (JobRun.State.QUEUED, JobRun.State.RUNNING)


@require_safe
@only("manager", "compliance")
def branch_report(request: HttpRequest) -> HttpResponse:
    """The month of a branch: the latest one of the first branch unless the address says otherwise."""
    user = staff_of(request)
    branches, branch = branch_asked(user, request.GET.get("branch", ""))
    months = month_nights(user, branch)
    found = _month(months, request.GET.get("month", ""))
    context: dict[str, Any] = {
        "branch": branch,
        "choices": [(one.code, one.name) for one in branches],
        "months": list(months),
    }
    if found is None:
        return render(request, "crm/report_page.html", context)
    night, earlier = found
    context |= _made(user, night)
    part = is_swap(request)
    if not part:
        context |= report_context(user, night, earlier)
        context["drawings"] = [(chart, draw(chart)) for chart in charts_of(context)]
        context["made_at"] = timezone.now()
    return varies(render(request, "crm/_reports.html" if part else "crm/report_page.html", context))


@require_POST
@only("manager", "compliance")
def make_report(request: HttpRequest) -> HttpResponse:
    """Ask a worker for the PDF of a month."""
    user = staff_of(request)
    _branches, branch = branch_asked(user, request.POST.get("branch", ""))
    found = _month(month_nights(user, branch), request.POST.get("month", ""))
    if found is None:
        raise Http404
    night, earlier = found
    ask_for_report(night, earlier, by=user, language=translation.get_language(), address=address_of(request))
    return redirect(f"{reverse('branch-report')}?{urlencode({'branch': branch.code, 'month': f'{night.as_of:%Y-%m}'})}")


@require_safe
@only("manager", "compliance")
def download_report(request: HttpRequest, pk: int) -> HttpResponse:
    """A stored PDF."""
    report = MonthlyReport.objects.visible_to(staff_of(request)).select_related("branch").filter(pk=pk).first()
    if report is None:
        raise Http404
    response = HttpResponse(bytes(report.content), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{report.branch.code}-{report.month}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _month(months: dict[str, Publication], month: str) -> tuple[Publication, Publication | None] | None:
    """The night of a month and the one of the month before that has any; None before the first night. A month that has
    none is missing."""
    if not months:
        return None
    night = months.get(month) if month else next(iter(months.values()))
    if night is None:
        raise Http404
    return night, next((one for one in months.values() if one.as_of < night.as_of), None)


def _made(user: Staff, night: Publication) -> dict[str, Any]:
    """The PDFs of the branch and month, and how the latest one that this kind of reader asked for is getting on."""
    month = f"{night.as_of:%Y-%m}"
    kind = "all" if user.is_compliance else "branch"
    runs = JobRun.objects.filter(kind=JobRun.Kind.REPORT, branch=night.branch, key__startswith="report:")
    run = runs.filter(as_of=night.as_of, key__endswith=f":{kind}").order_by("-pk").first()
    reports = MonthlyReport.objects.visible_to(user).filter(branch=night.branch, month=month).for_list()
    return {
        "reports": list(reports[:REPORTS_SHOWN]),
        "run": run,
        "is_open": run is not None and run.state in OPEN,
        "is_missing": not pdf.is_available() or (run is not None and "PdfUnavailable" in run.error),
        "month": month,
        "night": night,
    }
