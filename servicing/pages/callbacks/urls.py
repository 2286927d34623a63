"""Addresses of callbacks."""

from django.urls import URLPattern, path

from servicing.pages.callbacks import callbacks, calls, findings

urlpatterns: list[URLPattern] = [
    path("call-backs/", callbacks.callback_list, name="callback-list"),
    path("call-backs/<int:pk>/", calls.record_callback, name="record-callback"),
    path("call-backs/attempts/<int:pk>/withdraw/", calls.withdraw_callback, name="withdraw-callback"),
    path("call-backs/findings/<int:pk>/", findings.settle_finding, name="settle-finding"),
    path("call-backs/samples/<int:pk>/check/", findings.check_sample, name="check-sample"),
]
