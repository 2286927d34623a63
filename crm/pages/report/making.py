"""Making the PDF: asked for by a page, made by a worker, kept in the database."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from crm import audit, jobs
from crm.lib.pdf import write_pdf
from crm.models import JobRun, MonthlyReport, Publication, Staff
from crm.pages.report.drawing import draw
from crm.pages.report.figures import charts_of, report_context


class NightGone(Exception):
    """The night that was to be printed is not published any more."""


def ask_for_report(
    night: Publication, earlier: Publication | None, *, by: Staff, language: str, address: str | None
) -> JobRun:
    """Queue the PDF of a night: one run per night, earlier night, language and kind of reader, so that a double click
    makes it once. A run that failed is tried again; one that is done stays as it is."""
    kind = "all" if by.is_compliance else "branch"
    key = f"report:{night.branch.code}:{night.pk}:{earlier.pk if earlier else 0}:{language}:{kind}"
    with transaction.atomic():
        run = jobs.enqueue(
            JobRun.Kind.REPORT,
            key,
            branch=night.branch,
            as_of=night.as_of,
            cutoff=night.cutoff,
            arguments={"night": night.pk, "earlier": earlier.pk if earlier else None, "language": language},
            requested_by=by,
        )
        if run.state == JobRun.State.FAILED:
            jobs.retry(run)
        audit.record(
            "make-report",
            actor=by,
            table=JobRun._meta.db_table,
            key=run.pk,
            branch=night.branch,
            detail={"month": f"{night.as_of:%Y-%m}", "as_of": night.as_of.isoformat(), "language": language},
            address=address,
        )
    return run


def make_report(run: JobRun) -> None:
    """Make the PDF (the handler of runs of kind *report*). Figures are read as the person who asked sees them."""
    person, nights = run.requested_by, Publication.objects.published().select_related("branch", "basis__scheme")
    night = nights.filter(pk=run.arguments.get("night")).first()
    earlier = nights.filter(pk=run.arguments.get("earlier")).first()
    if person is None or night is None:
        raise NightGone(f"{run.key}: the night is not published any more; ask for the report again")
    language = str(run.arguments["language"])
    with translation.override(language):
        with jobs.step(run, "figures"):
            context = report_context(person, night, earlier)
        with jobs.step(run, "pages") as counts:
            pdf = write_pdf(printed(context, at=jobs.moment(run)), stylesheet())
            counts["rows"] = pdf.page_count
    with transaction.atomic():
        jobs.fence(run)
        MonthlyReport.objects.update_or_create(
            run=run,
            defaults={
                "branch": night.branch,
                "month": f"{night.as_of:%Y-%m}",
                "as_of": night.as_of,
                "publication": night,
                "language": language,
                "sees_all": person.is_compliance,
                "made_by": person,
                "made_at": jobs.moment(run),
                "page_count": pdf.page_count,
                "size_bytes": len(pdf.content),
                "sha256": pdf.sha256,
                "content": pdf.content,
            },
        )


def printed(context: dict[str, Any], *, at: datetime) -> str:
    """The report as a document of its own, in the language that is active."""
    drawings = [(chart, draw(chart)) for chart in charts_of(context)]
    return render_to_string("crm/report_print.html", {**context, "drawings": drawings, "made_at": at})


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """The sheet of the report as it was bundled at set-up: the same for the page and the PDF."""
    return (settings.BASE_DIR / "static" / "build" / "report.css").read_text(encoding="utf-8")
