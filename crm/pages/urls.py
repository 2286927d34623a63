"""Addresses of the pages that combine apps."""

from django.urls import URLPattern, URLResolver, path

from crm.pages import (
    branch_page,
    bulk,
    client_list,
    client_page,
    condition_form,
    exports,
    pins,
    reveal,
    runs,
    saved_views,
    tags,
    today,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("today/", today.today, name="today"),
    path("clients/", client_list.client_list, name="client-list"),
    path("clients/condition/", condition_form.condition_form, name="condition-form"),
    path("clients/columns/", saved_views.choose_list_columns, name="choose-columns"),
    path("clients/views/save/", saved_views.keep_view, name="save-view"),
    path("clients/views/first/", saved_views.choose_first_view, name="choose-first-view"),
    path("clients/views/<uuid:uid>/", saved_views.edit_view, name="edit-view"),
    path("clients/views/<uuid:uid>/update/", saved_views.update_view, name="update-view"),
    path("clients/views/<uuid:uid>/delete/", saved_views.remove_view, name="delete-view"),
    path("clients/views/<uuid:uid>/restore/", saved_views.bring_back_view, name="restore-view"),
    path("clients/tag/", bulk.tag_clients, name="tag-clients"),
    path("clients/tag/<uuid:uid>/undo/", bulk.undo_tags, name="undo-tags"),
    path("clients/hand-over/", bulk.hand_over_clients, name="hand-over-clients"),
    path("clients/hand-over/<uuid:uid>/undo/", bulk.undo_hand_over_of_clients, name="undo-hand-over"),
    path("clients/export/", exports.export_clients, name="export-clients"),
    path("exports/", exports.export_list, name="export-list"),
    path("exports/<uuid:uid>/decide/", exports.decide, name="decide-export"),
    path("exports/<uuid:uid>/file/", exports.fetch, name="fetch-export"),
    path("tags/", tags.tag_list, name="tag-list"),
    path("tags/<int:pk>/rename/", tags.rename, name="rename-tag"),
    path("tags/<int:pk>/withdraw/", tags.withdraw, name="withdraw-tag"),
    path("tags/<int:pk>/restore/", tags.restore, name="restore-tag"),
    path("clients/<int:pk>/", client_page.client_detail, name="client-detail"),
    path("clients/<int:pk>/trades/", client_page.client_trades, name="client-trades"),
    path("clients/<int:pk>/days/", client_page.compare_days, name="compare-client-days"),
    path("clients/<int:pk>/reveal/<slug:field>/", reveal.reveal_client_field, name="reveal-client-field"),
    path(
        "clients/<int:pk>/reveal/<slug:field>/<int:account>/", reveal.reveal_account_field, name="reveal-account-field"
    ),
    path("clients/<int:pk>/pin/", pins.pin_client_tier, name="pin-client-tier"),
    path("clients/<int:pk>/lift-pin/", pins.lift_client_pin, name="lift-client-pin"),
    path("branch/", branch_page.branch_detail, name="branch-detail"),
    path("nights/", runs.run_list, name="run-list"),
    path("nights/start/", runs.start_night, name="start-night"),
]
