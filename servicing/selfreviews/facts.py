"""What is known beside the four questions of a self-assessment: sums of a branch's quarter, without a client in them."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from clients.models import Need
from crm.models import Branch, Publication, Staff
from segmentation.flow_figures import sums_of_nights
from servicing.coverage import window
from servicing.items import items_on
from servicing.models import Contact, Task
from servicing.perceptions import SOURCES
from servicing.quarters import Quarter

YEAR = timedelta(days=365)
CLEAR = 2  # a need from this strength on
Facts = Mapping[str, Mapping[str, int]]  # kind of fact → code → how many


def facts_of(user: Staff, branch: Branch, quarter: Quarter, today: date) -> Facts:
    """The facts of a quarter until a day, over the clients whom the user sees."""
    last = min(quarter.last, today)
    span = window(last, (last - quarter.first).days + 1)
    return {
        "tiers": _tiers(user, branch, last),
        "needs": _needs(user, branch, last),
        "items": Counter(item.quality for item in items_on(branch, last)),
        "used": _used(user, branch, span),
        "channels": _channels(user, branch, span),
        "asked": _asked(user, branch, span, quarter.first),
    }


def _tiers(user: Staff, branch: Branch, last: date) -> Mapping[str, int]:
    """Clients by tier in the last night by then."""
    nights = Publication.objects.visible_to(user).published().filter(branch=branch, as_of__lte=last)
    night = nights.order_by("-as_of").first()
    return {tier: sums[0] for tier, sums in sums_of_nights(user, [night])[0].items()} if night else {}


def _needs(user: Staff, branch: Branch, last: date) -> Mapping[str, int]:
    """Clear needs by kind, noted in the last year."""
    rows = Need.objects.visible_to(user).filter(branch=branch, strength__gte=CLEAR, withdrawn_at=None)
    noted = rows.filter(noted_on__gt=last - YEAR, noted_on__lte=last)
    return dict(noted.order_by().values_list("kind").annotate(Count("client", distinct=True)))


def _used(user: Staff, branch: Branch, span: Any) -> Mapping[str, int]:
    """Deliveries of service items by code: actions of plans that were done."""
    rows = Task.objects.visible_to(user).filter(branch=branch, rule="plan", state=Task.State.DONE)
    done = rows.filter(settled_at__gte=span[0], settled_at__lt=span[1]).exclude(slots__item="")
    return {code: n for code, n in done.order_by().values_list("slots__item").annotate(Count("pk")) if code}


def _channels(user: Staff, branch: Branch, span: Any) -> Mapping[str, int]:
    """Contacts by channel."""
    rows = Contact.objects.visible_to(user).standing().filter(branch=branch)
    talks = rows.filter(happened_at__gte=span[0], happened_at__lt=span[1])
    return dict(talks.order_by().values_list("channel").annotate(Count("pk")))


def _asked(user: Staff, branch: Branch, span: Any, first: date) -> Mapping[str, int]:
    """How often clients were asked, by where, and how many clients told a need."""
    found = {name: sum(1 for _answer in source.read(branch, *span)) for name, source in SOURCES.items()}
    told = Need.objects.visible_to(user).filter(branch=branch, noted_on__gte=first, noted_on__lt=span[1].date())
    return found | {"need": told.order_by().values("client").distinct().count()}
