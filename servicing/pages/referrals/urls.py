"""Addresses of referrals."""

from django.urls import URLPattern, path

from servicing.pages.referrals import acts, referrals

urlpatterns: list[URLPattern] = [
    path("referrals/", referrals.referral_list, name="referral-list"),
    path("referrals/<int:pk>/", referrals.referral_detail, name="referral-detail"),
    path("referrals/<int:pk>/edit/", acts.edit, name="edit-referral"),
    path("referrals/<int:pk>/contacted/", acts.contacted, name="contact-referral"),
    path("referrals/<int:pk>/opened/", acts.opened, name="open-referral"),
    path("referrals/<int:pk>/lost/", acts.lost, name="lose-referral"),
    path("referrals/<int:pk>/reopen/", acts.reopen, name="reopen-referral"),
    path("clients/<int:pk>/referral/", acts.create, name="name-referral"),
]
