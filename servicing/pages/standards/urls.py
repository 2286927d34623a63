"""Addresses of standards."""

from django.urls import URLPattern, path

from servicing.pages.standards import standards

urlpatterns: list[URLPattern] = [
    path("standards/", standards.LIST.show, name="standard-list"),
    path("standards/new/", standards.DESK.write, name="create-standard"),
    path("standards/preview/", standards.DESK.look, name="standard-preview"),
]
