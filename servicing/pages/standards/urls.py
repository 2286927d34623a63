"""Addresses of standards."""

from django.urls import URLPattern, path

from servicing.pages.standards import standards

urlpatterns: list[URLPattern] = [
    path("standards/", standards.standard_list, name="standard-list"),
    path("standards/new/", standards.create_standard, name="create-standard"),
    path("standards/preview/", standards.preview, name="standard-preview"),
]
