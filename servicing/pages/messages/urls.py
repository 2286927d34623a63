"""Addresses of messages."""

from django.urls import URLPattern, path

from servicing.pages.messages import letters, public, sendings, writing

urlpatterns: list[URLPattern] = [
    path("clients/<int:pk>/message/", writing.write_message, name="write-message"),
    path("messages/", sendings.sending_list, name="sending-list"),
    path("messages/<uuid:uid>/", sendings.sending_detail, name="sending-detail"),
    path("messages/<uuid:uid>/start/", sendings.start, name="start-sending"),
    path("messages/<uuid:uid>/test/", sendings.test, name="test-sending"),
    path("messages/<uuid:uid>/decide/", sendings.decide, name="decide-sending"),
    path("messages/<uuid:uid>/stop/", sendings.stop, name="stop-sending"),
    path("messages/<uuid:uid>/letters/", letters.print_letters, name="print-letters"),
    path("messages/<uuid:uid>/letters/take/", letters.take, name="take-letters"),
    path("messages/<uuid:uid>/letters/settle/", letters.settle, name="settle-letters"),
    path("messages/unknown/<uuid:uid>/", sendings.settle_message, name="settle-message"),
    path("o/<str:token>/", public.opt_out_page, name="opt-out"),
    path("messages/reports/<slug:channel>/", public.receive_report, name="receive-report"),
]
