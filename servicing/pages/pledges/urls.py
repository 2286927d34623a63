"""Addresses of pledges."""

from django.urls import URLPattern, path

from servicing.pages.pledges import breaches, pledges

urlpatterns: list[URLPattern] = [
    path("pledge/", pledges.pledge_list, name="pledge-list"),
    path("pledge/new/", pledges.DESK.write, name="create-pledge"),
    path("pledge/preview/", pledges.DESK.look, name="pledge-preview"),
    path("pledge/wall/", pledges.wall, name="pledge-wall"),
    path("pledge/breaches/", breaches.breach_list, name="breach-list"),
    path("pledge/breaches/new/", breaches.report, name="report-breach"),
    path("pledge/breaches/<int:pk>/", breaches.breach_detail, name="breach-detail"),
    path("pledge/breaches/<int:pk>/reopen/", breaches.reopen, name="reopen-breach"),
    path("pledge/breaches/<int:pk>/take-back/", breaches.take_back, name="take-back-breach"),
]
