"""Addresses of selfreviews."""

from django.urls import URLPattern, path

from servicing.pages.selfreviews import acts, selfreviews

urlpatterns: list[URLPattern] = [
    path("self-reviews/", selfreviews.self_review_list, name="self-review-list"),
    path("self-reviews/begin/", selfreviews.begin, name="begin-self-review"),
    path("self-reviews/<int:pk>/", selfreviews.self_review_detail, name="self-review-detail"),
    path("self-reviews/<int:pk>/print/", selfreviews.print_self_review, name="print-self-review"),
    path("self-reviews/<int:pk>/actions/", acts.add_action, name="add-self-review-action"),
    path("self-reviews/actions/<int:pk>/done/", acts.settle_action, name="settle-self-review-action"),
    path("self-reviews/actions/<int:pk>/reopen/", acts.reopen_action, name="reopen-self-review-action"),
    path("self-reviews/actions/<int:pk>/off/", acts.withdraw_action, name="withdraw-self-review-action"),
]
