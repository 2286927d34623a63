"""Addresses of complaints."""

from django.urls import URLPattern, path

from servicing.pages.complaints import acts, complaints, lessons, links, officers, reception

urlpatterns: list[URLPattern] = [
    path("complaints/", complaints.complaint_list, name="complaint-list"),
    path("complaints/new/", reception.receive_complaint, name="receive-complaint"),
    path("complaints/lessons/", lessons.complaint_lessons, name="complaint-lessons"),
    path("complaints/officers/", officers.complaint_officers, name="complaint-officers"),
    path("complaints/hand-over/<int:pk>/", officers.hand_over_complaints, name="hand-over-complaints"),
    path("complaints/actions/<int:pk>/done/", acts.settle_action, name="settle-complaint-action"),
    path("complaints/actions/<int:pk>/check/", acts.check_action, name="check-complaint-action"),
    path("complaints/<int:pk>/", complaints.complaint_detail, name="complaint-detail"),
    path("complaints/<int:pk>/leave/<slug:stage>/", acts.leave_stage, name="leave-complaint-stage"),
    path("complaints/<int:pk>/correct/", acts.correct_complaint, name="correct-complaint"),
    path("complaints/<int:pk>/owner/", acts.reassign_complaint, name="reassign-complaint"),
    path("complaints/<int:pk>/call/", acts.call_complainer, name="call-complainer"),
    path("complaints/<int:pk>/reopen/", acts.reopen_complaint, name="reopen-complaint"),
    path("clients/<int:pk>/complaint-link/", links.make_complaint_link, name="make-complaint-link"),
    path("complain/<str:token>/", links.complain, name="complain"),
]
