"""Addresses of loyalty."""

from django.urls import URLPattern, path

from servicing.pages.loyalty import loyalty, points

urlpatterns: list[URLPattern] = [
    path("loyalty/", loyalty.loyalty_map, name="loyalty-map"),
    path("clients/<int:pk>/points/", points.book, name="book-points"),
    path("points/<int:pk>/counter/", points.counter, name="counter-points"),
]
