"""How often the outside may ask for a page that needs no log-in."""

from django.core.cache import cache
from django.http import HttpRequest

from crm.lib.http import address_of

TRIES, MINUTE = 20, 60  # of one network address, within so many seconds


def is_too_often(request: HttpRequest, page: str) -> bool:
    """Whether one network address asks more often than a person types; counted per web process."""
    key = f"{page}:{address_of(request)}"
    cache.add(key, 0, MINUTE)
    try:
        return cache.incr(key) > TRIES
    except ValueError:  # the minute ended between the two
        return False
