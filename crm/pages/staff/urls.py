"""Addresses of staff."""

from django.urls import URLPattern, path

from crm.pages.staff import hand_over, hand_over_openings, invitations, lists, page

urlpatterns: list[URLPattern] = [
    path("staff/", lists.staff_list, name="staff-list"),
    path("staff/new/", invitations.invite_staff, name="invite-staff"),
    path("staff/<int:pk>/", page.staff_detail, name="staff-detail"),
    path("staff/<int:pk>/change/", page.change_staff, name="change-staff"),
    path("staff/<int:pk>/link/", invitations.make_staff_link, name="make-staff-link"),
    path("staff/<int:pk>/leave/", page.take_leave, name="take-leave"),
    path("staff/<int:pk>/leave/<int:leave>/withdraw/", page.withdraw_leave, name="withdraw-leave"),
    path("staff/<int:pk>/deactivate/", page.deactivate_staff, name="deactivate-staff"),
    path("staff/<int:pk>/reactivate/", page.reactivate_staff, name="reactivate-staff"),
    path("staff/<int:pk>/hand-over/", hand_over.hand_over_clients, name="hand-over"),
    path("staff/<int:pk>/hand-over/openings/", hand_over_openings.hand_over_openings, name="hand-over-openings"),
    path("staff/<int:pk>/hand-over/<uuid:uid>/undo/", hand_over.undo_hand_over_clients, name="undo-staff-hand-over"),
    path("invitations/<str:token>/", invitations.accept_invitation, name="accept-invitation"),
]
