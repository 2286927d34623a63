"""Addresses of client."""

from django.urls import URLPattern, path

from crm.pages.client import page, pins, reveal

urlpatterns: list[URLPattern] = [
    path("clients/<int:pk>/", page.client_detail, name="client-detail"),
    path("clients/<int:pk>/days/", page.compare_days, name="compare-client-days"),
    path("clients/<int:pk>/reveal/<slug:field>/", reveal.reveal_client_field, name="reveal-client-field"),
    path(
        "clients/<int:pk>/reveal/<slug:field>/<int:account>/", reveal.reveal_account_field, name="reveal-account-field"
    ),
    path(
        "clients/<int:pk>/reveal-contact/<slug:field>/<int:contact>/",
        reveal.reveal_contact_field,
        name="reveal-contact-field",
    ),
    path("openings/<int:pk>/phone/", reveal.reveal_opening_phone, name="reveal-opening-phone"),
    path("referrals/<int:pk>/phone/", reveal.reveal_referral_phone, name="reveal-referral-phone"),
    path("complaints/<int:pk>/reveal-caller/", reveal.reveal_caller, name="reveal-caller"),
    path("clients/<int:pk>/pin/", pins.pin_client_tier, name="pin-client-tier"),
    path("clients/<int:pk>/lift-pin/", pins.lift_client_pin, name="lift-client-pin"),
]
