"""Addresses of the pages that combine apps."""

from django.urls import URLPattern, URLResolver, path

from crm.pages import (
    branch_advisors,
    branch_clients,
    branch_compare,
    branch_contacts,
    branch_flows,
    branch_page,
    branch_scenarios,
    client_list,
    client_page,
    pins,
    regimes,
    reveal,
    runs,
    today,
)

urlpatterns: list[URLPattern | URLResolver] = [
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
    path("branch/flows/", branch_flows.branch_flows, name="branch-flows"),
    path("branch/flows/clients/", branch_clients.flow_clients, name="flow-client-list"),
    path("branch/scores/clients/", branch_clients.score_clients, name="score-client-list"),
    path("branch/advisors/", branch_advisors.branch_advisors, name="branch-advisors"),
    path("branch/advisors/contacts/", branch_contacts.branch_contacts, name="branch-contact-list"),
    path("branch/advisors/uncontacted/", branch_contacts.uncontacted_clients, name="uncontacted-client-list"),
    path("branch/scenarios/", branch_scenarios.branch_scenarios, name="branch-scenarios"),
    path("branch/compare/", branch_compare.compare_branches, name="branch-compare"),
    path("regimes/", regimes.regime_list, name="regime-list"),
    path("regimes/new/", regimes.set_regime, name="set-regime"),
    path("regimes/gap/", regimes.regime_gap, name="regime-gap"),
    path("nights/", runs.run_list, name="run-list"),
    path("nights/start/", runs.start_night, name="start-night"),
]
