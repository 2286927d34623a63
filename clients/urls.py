"""Addresses of imports, of the review queue and of the remembered mappings."""

from django.urls import path

from clients.pages import desk, details, mappings, reviews, turns

urlpatterns = [
    path("", desk.import_list, name="import-list"),
    path("cards/", desk.import_cards, name="import-cards"),
    path("upload/", desk.upload_import, name="upload-import"),
    path("commit/", turns.commit_imports, name="commit-imports"),
    path("conflicts/", reviews.conflict_list, name="conflict-list"),
    path("conflicts/<int:pk>/decide/", reviews.decide_conflict, name="decide-conflict"),
    path("mappings/", mappings.mapping_list, name="mapping-list"),
    path("mappings/<int:pk>/forget/", mappings.forget_mapping, name="forget-mapping"),
    path("<uuid:uid>/", details.import_detail, name="import-detail"),
    path("<uuid:uid>/progress/", details.import_progress, name="import-progress"),
    path("<uuid:uid>/correct/", details.correct_import, name="correct-import"),
    path("<uuid:uid>/check/", turns.check_import, name="check-import"),
    path("<uuid:uid>/commit/", turns.commit_import, name="commit-import"),
    path("<uuid:uid>/undo/preview/", turns.preview_undo_import, name="preview-undo-import"),
    path("<uuid:uid>/undo/", turns.undo_import, name="undo-import"),
    path("<uuid:uid>/discard/", turns.discard_import, name="discard-import"),
    path("<uuid:uid>/rejects/", turns.download_rejects, name="download-rejects"),
]
