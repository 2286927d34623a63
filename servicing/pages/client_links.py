"""What the pages behind the links of clients, which need no log-in, have in common."""

from collections.abc import Callable
from functools import wraps

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from crm.lib.http import address_of
from crm.lib.links import LinkGone

TRIES, MINUTE = 20, 60  # of one network address, within so many seconds
GONE = "servicing/link_gone.html"
View = Callable[[HttpRequest, str], HttpResponse]


def client_link(page: str, words: Promise) -> Callable[[View], View]:
    """The view behind a link: who asks too often waits, and one that does not work says by these words what to do instead."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, token: str) -> HttpResponse:
            if _is_too_often(request, page):
                return render(request, GONE, {"is_wait": True}, status=429)
            try:
                return view(request, token)
            except LinkGone:
                return render(request, GONE, {"words": words}, status=410)

        return answer

    return decorate


def _is_too_often(request: HttpRequest, page: str) -> bool:
    """Whether one network address asks more often than a person types; counted per web process."""
    key = f"{page}:{address_of(request)}"
    cache.add(key, 0, MINUTE)
    try:
        return cache.incr(key) > TRIES
    except ValueError:  # the minute ended between the two
        return False
