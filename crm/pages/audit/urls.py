"""Addresses of audit."""

from django.urls import URLPattern, path

from crm.pages.audit import trail

urlpatterns: list[URLPattern] = [
    path("audit/", trail.audit_list, name="audit-list"),
]
