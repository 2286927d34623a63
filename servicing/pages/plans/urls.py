"""Addresses of plans."""

from django.urls import URLPattern, path

from servicing.pages.plans import lists, plans, writing

urlpatterns: list[URLPattern] = [
    path("plans/", lists.plan_list, name="plan-list"),
    path("clients/<int:pk>/plan/", plans.plan_detail, name="plan-detail"),
    path("clients/<int:pk>/plan/print/", plans.print_plan, name="print-plan"),
    path("clients/<int:pk>/plan/revisions/<int:number>/", plans.plan_revision, name="plan-revision"),
    path("clients/<int:pk>/plan/make/", writing.make_plan, name="make-plan"),
    path("clients/<int:pk>/plan/edit/", writing.edit_plan, name="edit-plan"),
    path("clients/<int:pk>/plan/review/", writing.review_plan, name="review-plan"),
    path(
        "clients/<int:pk>/plan/actions/<slug:action>/<slug:occasion>/done/",
        writing.settle_action,
        name="settle-action",
    ),
    path("clients/<int:pk>/plan/withdraw/", writing.withdraw_plan, name="withdraw-plan"),
    path("clients/<int:pk>/plan/<int:plan>/restore/", writing.restore_plan, name="restore-plan"),
]
