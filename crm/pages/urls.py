"""Addresses of the pages that combine apps."""

from django.urls import URLPattern, URLResolver, path

from crm.pages import branch_page, client_list, client_page, pins, reveal, runs, today

urlpatterns: list[URLPattern | URLResolver] = [
    path("today/", today.today, name="today"),
    path("today/news/", today.today_news, name="today-news"),
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
    path("nights/", runs.run_list, name="run-list"),
    path("nights/start/", runs.start_night, name="start-night"),
]
