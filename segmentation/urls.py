"""Addresses of the tier schemes."""

from django.urls import URLPattern, URLResolver, path

from segmentation import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("schemes/", views.scheme_list, name="scheme-list"),
    path("schemes/new/", views.DESK.write, name="create-scheme"),
    path("schemes/preview/", views.DESK.look, name="scheme-preview"),
    path("schemes/<int:pk>/", views.scheme_detail, name="scheme-detail"),
]
