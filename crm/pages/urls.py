"""Addresses of the pages that combine apps."""

from django.urls import URLPattern, URLResolver, path

from crm.pages import (
    audit_trail,
    branch_page,
    client_list,
    client_page,
    hand_over,
    invitations,
    pins,
    reveal,
    runs,
    staff_list,
    staff_page,
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
    path("nights/", runs.run_list, name="run-list"),
    path("nights/start/", runs.start_night, name="start-night"),
    path("staff/", staff_list.staff_list, name="staff-list"),
    path("staff/new/", invitations.invite_staff, name="invite-staff"),
    path("staff/<int:pk>/", staff_page.staff_detail, name="staff-detail"),
    path("staff/<int:pk>/change/", staff_page.change_staff, name="change-staff"),
    path("staff/<int:pk>/link/", invitations.make_staff_link, name="make-staff-link"),
    path("staff/<int:pk>/leave/", staff_page.take_leave, name="take-leave"),
    path("staff/<int:pk>/leave/<int:leave>/withdraw/", staff_page.withdraw_leave, name="withdraw-leave"),
    path("staff/<int:pk>/deactivate/", staff_page.deactivate_staff, name="deactivate-staff"),
    path("staff/<int:pk>/reactivate/", staff_page.reactivate_staff, name="reactivate-staff"),
    path("staff/<int:pk>/hand-over/", hand_over.hand_over_clients, name="hand-over"),
    path("staff/<int:pk>/hand-over/<uuid:uid>/undo/", hand_over.undo_hand_over_clients, name="undo-hand-over"),
    path("invitations/<str:token>/", invitations.accept_invitation, name="accept-invitation"),
    path("audit/", audit_trail.audit_list, name="audit-list"),
]
