"""Every address of the site."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from crm import health, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("log-in/", views.log_in, name="log-in"),
    path("log-out/", views.log_out, name="log-out"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("healthz", health.health, name="health"),
    path("", include("crm.pages.urls")),
    path("imports/", include("clients.urls")),
    path("", include("segmentation.urls")),
    path("", include("servicing.urls")),
    path("api/", include("crm.api")),
]
