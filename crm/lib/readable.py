"""Where a page that answered a form can be read again: many a form is sent to an address that knows no GET."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest  # noqa: TID251 (for the frame of every page)
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme


def readable_address(request: HttpRequest) -> str:
    """The address of the page itself where it can be read, else of the page that its form stood on, else of the nearest page
    above it."""
    path = request.path
    if request.method in {"GET", "HEAD"} or is_readable(path):
        return request.get_full_path()
    before = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}):
        parts = urlsplit(before)
        if is_readable(parts.path):
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return next(filter(is_readable, _above(path)), "/")


def is_readable(path: str) -> bool:
    """Whether a page answers at a path when it is asked by GET."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return answers_get(view)


def answers_get(view: Callable[..., Any]) -> bool:
    """Whether the decorators around a view let GET through. Django's keep the methods where only their closure knows."""
    inner: Callable[..., Any] | None = view
    while inner is not None:
        code, closure = getattr(inner, "__code__", None), getattr(inner, "__closure__", None)
        kept = dict(zip(code.co_freevars, closure, strict=True)) if code and closure else {}
        if "request_method_list" in kept and "GET" not in kept["request_method_list"].cell_contents:
            return False
        inner = getattr(inner, "__wrapped__", None)
    return True


def _above(path: str) -> Iterator[str]:
    parts = path.strip("/").split("/")[:-1]
    while parts:
        yield f"/{'/'.join(parts)}/"
        parts.pop()
