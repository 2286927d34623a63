"""What every view does with a request: who asks, who may open the page at all, where the request came from."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse  # noqa: TID251 (shared by the views of every app)
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from crm.lib.keyset import BadCursor, Order, Page, page_of
from crm.models import Staff

P = ParamSpec("P")
F = TypeVar("F", bound=Callable[..., HttpResponse])
M = TypeVar("M", bound=Model)
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_of(request: HttpRequest) -> Staff:
    """Who asks; raises Http404 for anybody who is not a member of staff."""
    if not isinstance(request.user, Staff):
        raise Http404
    return request.user


def only(*roles: str) -> Callable[[View[P]], View[P]]:
    """A page of some roles; for the others it does not exist (404, the same bytes as a page that is missing)."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if staff_of(request).role not in roles:
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def method_view(*roles: str, methods: Sequence[str] = ("POST",)) -> Callable[[F], F]:
    """For a method that is a view what `require_http_methods` and `only` are for a function."""
    of_roles: Any = only(*roles)
    guarded: Callable[[F], F] = method_decorator([require_http_methods(methods), of_roles])
    return guarded


def origin_of(request: HttpRequest) -> str:
    """Scheme and host by which whoever asks reaches us."""
    return request.build_absolute_uri("/")[:-1]


def is_swap(request: HttpRequest) -> bool:
    """Whether htmx asks for a fragment to swap in."""
    return bool(getattr(request, "htmx", False)) and not request.headers.get("HX-History-Restore-Request")


def to_page(request: HttpRequest, address: str) -> HttpResponse:
    """To a page, whole: a form that was sent by htmx forgets its draft and goes there too."""
    if not is_swap(request):
        return redirect(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response


def asked_page(request: HttpRequest, rows: QuerySet[M], order: Order, *, size: int) -> tuple[Page[M], dict[str, str]]:
    """The page that an address asks for by its cursor, and the addresses of the pages around it under the same conditions
    ('' where there is none); raises Http404 for a cursor that is none."""
    try:
        page = page_of(rows, order, size=size, after=request.GET.get("after"), before=request.GET.get("before"))
    except BadCursor:
        raise Http404 from None
    around = {"previous_url": ("before", page.before), "next_url": ("after", page.after)}
    kept = [(key, value) for key, value in request.GET.items() if key not in ("after", "before")]
    links = {
        name: f"{request.path}?{urlencode([*kept, (way, cursor)])}" if cursor else ""
        for name, (way, cursor) in around.items()
    }
    return page, links


def address_of(request: HttpRequest) -> str | None:
    """The network address that an audit row keeps."""
    return request.META.get("REMOTE_ADDR") or None


def varies(response: HttpResponse) -> HttpResponse:
    """Say that page and fragment of one address differ, so that no cache confuses them."""
    patch_vary_headers(response, ["HX-Request"])
    return response
