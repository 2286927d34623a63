"""Addresses of contacts, promises and tasks."""

from django.urls import URLPattern, URLResolver, path

from servicing.pages import at_stake, contacts, items, items_writing, plan_list, plans, plans_writing, standards, work

urlpatterns: list[URLPattern | URLResolver] = [
    path("clients/<int:pk>/contact/", contacts.record_contact, name="record-contact"),
    path("contacts/<int:pk>/", contacts.contact_detail, name="contact-detail"),
    path("contacts/<int:pk>/undo-edit/<int:version>/", contacts.undo_edit, name="undo-edit-contact"),
    path("contacts/<int:pk>/withdraw/", contacts.withdraw_contact, name="withdraw-contact"),
    path("contacts/<int:pk>/restore/", contacts.restore_contact, name="restore-contact"),
    path("tasks/for/", work.choose_client, name="choose-task-client"),
    path("clients/<int:pk>/task/", work.add_task, name="add-task"),
    path("clients/<int:pk>/later/", at_stake.put_off_client, name="put-off-client"),
    path("clients/<int:pk>/cared-for/", at_stake.settle_client, name="settle-client"),
    path("tasks/<int:pk>/postpone/", work.postpone_task, name="postpone-task"),
    path("tasks/<int:pk>/undo-postpone/", work.undo_postpone, name="undo-postpone-task"),
    path("tasks/<int:pk>/done/", work.settle_task, name="settle-task"),
    path("tasks/<int:pk>/withdraw/", work.withdraw_task, name="withdraw-task"),
    path("tasks/<int:pk>/reopen/", work.reopen_task, name="reopen-task"),
    path("promises/<int:pk>/kept/", work.keep_promise, name="keep-promise"),
    path("promises/<int:pk>/withdraw/", work.withdraw_promise, name="withdraw-promise"),
    path("promises/<int:pk>/reopen/", work.reopen_promise, name="reopen-promise"),
    path("standards/", standards.standard_list, name="standard-list"),
    path("standards/new/", standards.create_standard, name="create-standard"),
    path("standards/preview/", standards.preview, name="standard-preview"),
    path("items/", items.item_list, name="item-list"),
    path("items/new/", items_writing.create_item, name="create-item"),
    path("items/preview/", items_writing.preview, name="item-preview"),
    path("items/<slug:code>/clients/", items.item_clients, name="item-client-list"),
    path("plans/", plan_list.plan_list, name="plan-list"),
    path("clients/<int:pk>/plan/", plans.plan_detail, name="plan-detail"),
    path("clients/<int:pk>/plan/print/", plans.print_plan, name="print-plan"),
    path("clients/<int:pk>/plan/revisions/<int:number>/", plans.plan_revision, name="plan-revision"),
    path("clients/<int:pk>/plan/make/", plans_writing.make_plan, name="make-plan"),
    path("clients/<int:pk>/plan/edit/", plans_writing.edit_plan, name="edit-plan"),
    path("clients/<int:pk>/plan/review/", plans_writing.review_plan, name="review-plan"),
    path(
        "clients/<int:pk>/plan/actions/<slug:action>/<slug:occasion>/done/",
        plans_writing.settle_action,
        name="settle-action",
    ),
    path("clients/<int:pk>/plan/withdraw/", plans_writing.withdraw_plan, name="withdraw-plan"),
    path("clients/<int:pk>/plan/<int:plan>/restore/", plans_writing.restore_plan, name="restore-plan"),
]
