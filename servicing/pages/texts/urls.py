"""Addresses of texts."""

from django.urls import URLPattern, path

from servicing.pages.texts import deciding, phrases, scripts, texts, writing

urlpatterns: list[URLPattern] = [
    path("texts/", texts.text_list, name="text-list"),
    path("texts/new/", writing.create_text, name="create-text"),
    path("texts/check/", writing.check_text, name="check-text"),
    path("texts/<int:pk>/", texts.text_detail, name="text-detail"),
    path("texts/<int:pk>/edit/", writing.save_text, name="save-text"),
    path("texts/<int:pk>/end/", deciding.ACTS.end, name="end-text"),
    path("texts/<int:pk>/restore/", deciding.ACTS.restore, name="restore-text"),
    path("texts/<int:pk>/<int:number>/ask/", deciding.ACTS.ask, name="ask-text"),
    path("texts/<int:pk>/<int:number>/take-back/", deciding.ACTS.take_back, name="take-back-text"),
    path("texts/<int:pk>/<int:number>/decide/", deciding.ACTS.decide, name="decide-text"),
    path("clients/<int:pk>/script/", scripts.read_script, name="read-script"),
    path("phrases/", phrases.phrase_list, name="phrase-list"),
    path("phrases/<int:pk>/lift/", phrases.lift, name="lift-ban"),
    path("phrases/<int:pk>/confirm/", phrases.confirm, name="confirm-ban"),
]
