"""The month of a branch on paper: the same figures as on the screen, made once, read by those who may."""

import re
import socket
from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from crm import jobs
from crm.lib import pdf
from crm.models import AuditEvent, Branch, JobRun, MonthlyReport
from crm.pages.report.drawing import draw
from crm.pages.report.figures import charts_of, month_nights, report_context
from crm.pages.report.making import make_report
from segmentation.figures import write_figures
from tests.crm.access import same
from tests.crm.page_firm import NOW, browser_of, client, night, staff, stand

pytestmark = pytest.mark.django_db
needs_pango = pytest.mark.skipif(not pdf.is_available(), reason="Pango is not installed: no PDF on this machine")
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def branch():
    return Branch.objects.create(code="1101", name="临江路营业部")


@pytest.fixture
def boss(branch):
    return staff("boss", "manager", branch)


def month(branch, day, *, moved=0):
    """Twenty clients of whom the first `moved` small ones have become ordinary since."""
    published = night(branch, day)
    people = list(branch.clients.order_by("pk")) or [client(branch, f"客户{n:02d}") for n in range(20)]
    for rank, person in enumerate(people, 1):
        tier = "vip" if rank == 1 else "key" if rank == 2 else "ordinary" if rank <= 4 + moved else "small"
        stand(published, person, tier=tier, measure_fen=(21 - rank) * 100_00, net_assets_fen=rank * 1_000_000,
              churn_band="high" if rank % 4 == 0 else "low", at_risk_fen=rank * 1000)  # fmt: skip
    published.refresh_from_db()
    write_figures(published)
    return published


def perform(run: JobRun) -> JobRun:
    jobs.perform(run.pk, {JobRun.Kind.REPORT: make_report}, worker="test", now=NOW)
    run.refresh_from_db()
    return run


def ask(browser, branch, which="2026-11"):
    return browser.post(reverse("make-report"), {"branch": branch.code, "month": which}, headers=ENGLISH)


def test_a_month_is_compared_with_the_month_before_it(branch, boss):
    month(branch, date(2026, 10, 16))
    month(branch, date(2026, 10, 30))
    month(branch, date(2026, 11, 20), moved=2)
    page = browser_of(boss).get(reverse("branch-report"), headers=ENGLISH)
    assert page.context["months"] == ["2026-11", "2026-10"]
    assert (page.context["night"].as_of, page.context["earlier"].as_of) == (date(2026, 11, 20), date(2026, 10, 30))
    tiers, moves, *_rest = page.context["tables"]
    assert [row[:3] for row in tiers.rows] == [
        ["VIP", "1", "0"], ["Key", "1", "0"], ["Ordinary", "4", "+2"], ["Small", "14", "−2"]]  # fmt: skip
    assert moves.title == "2 clients changed tier: 2 up, 0 down"


def test_every_client_of_either_night_is_in_one_cell_of_the_movements(branch, boss):
    earlier = month(branch, date(2026, 10, 30))
    later = month(branch, date(2026, 11, 20), moved=3)
    gone, came = branch.clients.order_by("pk").last(), client(branch, "新来")
    later.standings.filter(client=gone).delete()
    stand(later, came, measure_fen=0)
    write_figures(later)
    with translation.override("en"):
        table = next(t for t in report_context(boss, later, earlier)["tables"] if "changed tier" in t.title)
    numbers = [[int(cell) for cell in row[1:] if cell] for row in table.rows]
    assert sum(sum(row[:-1]) for row in numbers) == 21
    assert [int(cell) for cell in table.total[1:]] == [1, 1, 5, 13, 1, 21]


def test_sums_on_paper_are_the_sums_of_the_standings(branch, boss):
    published = month(branch, date(2026, 11, 20))
    with translation.override("en"):
        tables = {table.title: table for table in report_context(boss, published, None)["tables"]}
    assert tables["Tiers"].total[1] == "20"
    assert tables["Tiers"].total[3] == "2.1"  # 21,000 yuan
    assert tables["Churn risk by tier"].total[1:] == ["15", "0", "0", "5", "0", "2,100"]
    assert "changed tier" not in " ".join(tables)


def test_the_drawings_hold_what_the_charts_say(branch, boss):
    context = report_context(boss, month(branch, date(2026, 11, 20)), None)
    steps, curve = (draw(chart) for chart in charts_of(context))
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', steps)]
    assert widths == pytest.approx([14.5, 14.5, 29, 232], abs=0.1)  # 1, 1, 2 and 16 of 20 clients
    assert curve.count("<circle") == len(context["curve"].data["marks"])
    assert "style" not in steps + curve


def test_a_month_without_a_night_and_a_foreign_branch_are_missing(branch, boss):
    elsewhere = Branch.objects.create(code="1102", name="望湖营业部")
    month(elsewhere, date(2026, 11, 20))
    month(branch, date(2026, 11, 20))
    browser = browser_of(boss)
    for query in ("?month=2026-10", "?month=junk", "?branch=1102", "?branch=nowhere"):
        assert browser.get(reverse("branch-report") + query).status_code == 404, query
    assert ask(browser, elsewhere).status_code == 404
    assert ask(browser, branch, "2026-09").status_code == 404
    assert not JobRun.objects.filter(kind="report").exists()


def test_asking_twice_makes_one_run_and_each_asking_is_audited(branch, boss):
    month(branch, date(2026, 11, 20))
    browser = browser_of(boss)
    assert ask(browser, branch).status_code == ask(browser, branch).status_code == 302
    run = JobRun.objects.get(kind="report")
    assert run.requested_by == boss
    assert AuditEvent.objects.filter(action="make-report", key=str(run.pk), branch=branch).count() == 2
    assert browser.get(reverse("branch-report"), headers={**ENGLISH, "HX-Request": "true"}).context["is_open"]


@needs_pango
def test_the_worker_makes_a_pdf_that_colleagues_can_fetch(branch, boss):
    month(branch, date(2026, 10, 30))
    month(branch, date(2026, 11, 20))
    ask(browser_of(boss), branch)
    run = perform(JobRun.objects.get(kind="report"))
    assert (run.state, run.error) == ("done", "")
    report = MonthlyReport.objects.get()
    assert bytes(report.content).startswith(b"%PDF-")
    assert (report.month, report.as_of, report.language) == ("2026-11", date(2026, 11, 20), "en")
    assert report.page_count in {1, 2}
    colleague = staff("deputy", "manager", branch)
    response = browser_of(colleague).get(reverse("download-report", args=[report.pk]))
    assert response.content == bytes(report.content)
    assert response["Content-Disposition"] == 'attachment; filename="1101-2026-11.pdf"'
    assert "1101-2026-11.pdf" in browser_of(colleague).get(reverse("branch-report")).content.decode()


@needs_pango
def test_a_report_that_counts_restricted_clients_is_only_for_compliance(branch, boss):
    published = month(branch, date(2026, 11, 20))
    hidden = branch.clients.order_by("pk").first()
    hidden.is_restricted = True
    hidden.save()
    officer = staff("officer", "compliance")
    ask(browser_of(officer), branch)
    perform(JobRun.objects.get(kind="report"))
    report = MonthlyReport.objects.get()
    with translation.override("en"):
        counts = [report_context(who, published, None)["stats"][0]["figure"] for who in (officer, boss)]
    assert counts == ["20", "19"]
    path = reverse("download-report", args=[report.pk])
    missing = browser_of(boss).get(reverse("download-report", args=[999_999]))
    for who in (boss, staff("elsewhere", "manager"), staff("admin", "admin"), staff("advisor", "advisor", branch)):
        assert browser_of(who).get(path).status_code == 404
    assert same(browser_of(boss).get(path).content) == same(missing.content)
    assert browser_of(officer).get(path).status_code == 200


def test_where_pango_is_missing_the_page_says_so_and_still_prints(branch, boss, monkeypatch):
    month(branch, date(2026, 11, 20))
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    body = browser_of(boss).get(reverse("branch-report"), headers=ENGLISH).content.decode()
    assert "This machine cannot make PDFs" in body
    assert "data-print" in body
    ask(browser_of(boss), branch)
    run = perform(JobRun.objects.get(kind="report"))
    assert run.state == "failed"
    assert "PdfUnavailable" in run.error
    assert not MonthlyReport.objects.exists()


@needs_pango
def test_after_a_failure_asking_again_tries_again(branch, boss, monkeypatch):
    month(branch, date(2026, 11, 20))
    ask(browser_of(boss), branch)
    with monkeypatch.context() as broken:
        broken.setattr(pdf, "is_available", lambda: False)
        assert perform(JobRun.objects.get(kind="report")).state == "failed"
    ask(browser_of(boss), branch)
    assert perform(JobRun.objects.get(kind="report")).state == "done"
    assert MonthlyReport.objects.count() == 1


@needs_pango
def test_a_document_fetches_nothing_not_even_from_this_machine(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>')
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        words = f'<img src="http://127.0.0.1:{server.getsockname()[1]}/x.png"><img src="{secret.as_uri()}"><p>words</p>'
        made = pdf.write_pdf(words, "p { color: #000 }")
        with pytest.raises(TimeoutError):
            server.accept()
    assert made.page_count == 1
    assert len(made.content) == len(pdf.write_pdf(words.replace("secret", "absent"), "p { color: #000 }").content)


def test_the_page_costs_the_same_for_many_clients(branch, boss, django_assert_max_num_queries):
    month(branch, date(2026, 10, 30))
    month(branch, date(2026, 11, 20))
    browser = browser_of(boss)
    with django_assert_max_num_queries(32):
        browser.get(reverse("branch-report"))
    assert list(month_nights(boss, branch)) == ["2026-11", "2026-10"]
