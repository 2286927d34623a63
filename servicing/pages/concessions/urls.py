"""Addresses of concessions."""

from django.urls import URLPattern, path

from servicing.pages.concessions import acts, concessions

urlpatterns: list[URLPattern] = [
    path("concessions/", concessions.concession_list, name="concession-list"),
    path("concessions/<int:pk>/", concessions.concession_detail, name="concession-detail"),
    path("concessions/<int:pk>/withdraw/", acts.withdraw, name="withdraw-concession"),
    path("concessions/<int:pk>/decide/", acts.decide, name="decide-concession"),
    path("concessions/<int:pk>/end/", acts.end, name="end-concession"),
    path("clients/<int:pk>/concession/", acts.ask, name="ask-concession"),
]
