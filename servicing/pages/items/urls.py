"""Addresses of items."""

from django.urls import URLPattern, path

from servicing.pages.items import items, writing

urlpatterns: list[URLPattern] = [
    path("items/", items.item_list, name="item-list"),
    path("items/new/", writing.DESK.write, name="create-item"),
    path("items/preview/", writing.DESK.look, name="item-preview"),
    path("items/<slug:code>/clients/", items.item_clients, name="item-client-list"),
]
