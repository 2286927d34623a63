"""Addresses of contacts, promises and tasks."""

from django.urls import URLPattern, URLResolver, path

from servicing.pages import at_stake, contacts, opening_steps, openings, openings_funnel, stages, standards, work

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
    path("openings/", openings.opening_list, name="opening-list"),
    path("openings/new/", openings.create_opening, name="create-opening"),
    path("openings/funnel/", openings_funnel.opening_funnel, name="opening-funnel"),
    path("openings/rows/", openings_funnel.opening_rows, name="opening-rows"),
    path("openings/<int:pk>/", openings.opening_detail, name="opening-detail"),
    path("openings/<int:pk>/edit/", openings.edit_opening, name="edit-opening"),
    path("openings/<int:pk>/steps/<slug:step>/", opening_steps.take_step, name="take-opening-step"),
    path("openings/<int:pk>/steps/<slug:step>/undo/", opening_steps.take_back_step, name="take-back-opening-step"),
    path("openings/<int:pk>/drop/", opening_steps.drop_opening, name="drop-opening"),
    path("openings/<int:pk>/reopen/", opening_steps.reopen_opening, name="reopen-opening"),
    path("openings/<int:pk>/client/", opening_steps.link_opening, name="link-opening"),
    path("openings/<int:pk>/client/undo/", opening_steps.unlink_opening, name="unlink-opening"),
    path("funnel/", stages.stage_board, name="stage-board"),
    path("clients/<int:pk>/stage/", stages.move_client, name="move-client"),
    path("clients/<int:pk>/stage/undo/<int:row>/", stages.undo_move, name="undo-stage"),
]
