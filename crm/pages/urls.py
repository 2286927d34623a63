"""Addresses of the pages that combine apps."""

from django.urls import URLPattern, URLResolver, path

from crm.pages import branch_page, client_list, client_page, palette, pins, regimes, reveal, runs, style, today
from crm.pages.report import views as report

urlpatterns: list[URLPattern | URLResolver] = [
    path("find/", palette.find, name="find"),
    path("today/", today.today, name="today"),
    path("clients/", client_list.client_list, name="client-list"),
    path("clients/<int:pk>/", client_page.client_detail, name="client-detail"),
    path("clients/<int:pk>/trades/", client_page.client_trades, name="client-trades"),
    path("clients/<int:pk>/days/", client_page.compare_days, name="compare-client-days"),
    path("clients/<int:pk>/reveal/<slug:field>/", reveal.reveal_client_field, name="reveal-client-field"),
    path(
        "clients/<int:pk>/reveal/<slug:field>/<int:account>/", reveal.reveal_account_field, name="reveal-account-field"
    ),
    path("clients/<int:pk>/pin/", pins.pin_client_tier, name="pin-client-tier"),
    path("clients/<int:pk>/lift-pin/", pins.lift_client_pin, name="lift-client-pin"),
    path("branch/", branch_page.branch_detail, name="branch-detail"),
    path("branch/report/", report.branch_report, name="branch-report"),
    path("branch/report/make/", report.make_report, name="make-report"),
    path("branch/report/<int:pk>/pdf/", report.download_report, name="download-report"),
    path("style/", style.style, name="style"),
    path("regimes/", regimes.regime_list, name="regime-list"),
    path("regimes/new/", regimes.set_regime, name="set-regime"),
    path("regimes/gap/", regimes.regime_gap, name="regime-gap"),
    path("nights/", runs.run_list, name="run-list"),
    path("nights/start/", runs.start_night, name="start-night"),
]
