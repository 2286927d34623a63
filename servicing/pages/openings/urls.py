"""Addresses of openings."""

from django.urls import URLPattern, path

from servicing.pages.openings import funnel, openings, steps

urlpatterns: list[URLPattern] = [
    path("openings/", openings.opening_list, name="opening-list"),
    path("openings/new/", openings.create_opening, name="create-opening"),
    path("openings/funnel/", funnel.opening_funnel, name="opening-funnel"),
    path("openings/rows/", funnel.opening_rows, name="opening-rows"),
    path("openings/<int:pk>/", openings.opening_detail, name="opening-detail"),
    path("openings/<int:pk>/edit/", openings.edit_opening, name="edit-opening"),
    path("openings/<int:pk>/steps/<slug:step>/", steps.take_step, name="take-opening-step"),
    path("openings/<int:pk>/steps/<slug:step>/undo/", steps.take_back_step, name="take-back-opening-step"),
    path("openings/<int:pk>/drop/", steps.drop_opening, name="drop-opening"),
    path("openings/<int:pk>/reopen/", steps.reopen_opening, name="reopen-opening"),
    path("openings/<int:pk>/client/", steps.link_opening, name="link-opening"),
    path("openings/<int:pk>/client/undo/", steps.unlink_opening, name="unlink-opening"),
]
