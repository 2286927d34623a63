"""Fee concessions and gifts: the list, one of them with its effect, and what stands on the client's page."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from clients.grants import serves
from clients.models import Client
from clients.profile.wording import account_name
from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.models import Publication, Staff
from segmentation.thresholds import threshold
from servicing.concessions.deciding import may_decide, may_end
from servicing.concessions.effect import effect_of
from servicing.concessions.floors import gift_cap
from servicing.concessions.papers import barred_by_papers
from servicing.models import Concession
from servicing.pages.concessions.effect import shown_effect
from servicing.pages.concessions.words import Told, told_of
from servicing.querysets import ConcessionQuerySet

ROWS, PANEL = 50, 6
READERS = ("advisor", "manager", "compliance")
Rows = ConcessionQuerySet[Concession]
_ENDS = Order("until_on", date.fromisoformat)
_ENDED = Order("until_on", date.fromisoformat, descending=True)
_OVER = ("ended", "refused", "withdrawn")
STATES: dict[str, Callable[[Rows, date, int], Rows]] = {
    "": lambda rows, _day, _notice: rows.standing(),
    "asked": lambda rows, _day, _notice: rows.filter(state="asked"),
    "running": lambda rows, day, _notice: rows.running(day),
    "soon": lambda rows, day, notice: rows.ending_by(day, day + timedelta(days=notice)),
    "unseen": lambda rows, day, _notice: rows.unseen(day),
    "over": lambda rows, _day, _notice: rows.filter(state__in=_OVER),
}


@require_safe
@only(*READERS)
def concession_list(request: HttpRequest) -> HttpResponse:
    """The concessions to clients whom the reader sees, by state and kind; those that end first stand first."""
    user, today = staff_of(request), timezone.localdate()
    asked = {name: request.GET.get(name, "") for name in ("state", "kind")}
    state = asked["state"] if asked["state"] in STATES else ""
    notice = threshold("concession_notice", today)
    rows = STATES[state](Concession.objects.visible_to(user), today, notice)
    if asked["kind"] in Concession.Kind.values:
        rows = rows.filter(kind=asked["kind"])
    order = _ENDED if state == "over" else _ENDS
    page, links = asked_page(request, _read(rows, today), order, size=ROWS)
    context = {
        "noun": "concession",
        "rows": [told_of(row, user, today, notice) for row in page.rows],
        "asked": asked | {"state": state},
        "is_filtered": any(asked.values()),
        "states": _state_words(),
        "kinds": Concession.Kind.choices,
        **links,
    }
    return render(request, "servicing/concession_list.html", context)


@require_safe
@only(*READERS)
def concession_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One concession: its terms and decision, whether the rates show it, and what it did."""
    return render(request, "servicing/concession_detail.html", detail_context(request, pk))


def detail_context(request: HttpRequest, pk: int) -> dict[str, Any]:
    """What the page of a concession shows."""
    user, today = staff_of(request), timezone.localdate()
    row = concession_of(request, pk)
    is_measured = row.state in (Concession.State.APPROVED, Concession.State.ENDED) and row.from_on <= today
    night = Publication.objects.current().filter(branch=row.branch_id).first() if is_measured else None
    waits, own = row.state == Concession.State.ASKED, row.asked_by_id == user.pk
    barred = barred_by_papers([row], today) if waits else {}
    return {
        "told": told_of(row, user, today, threshold("concession_notice", today), barred=barred.get(pk, "")),
        "row": row,
        "account": account_name(row.account) if row.account else "",
        "effect": shown_effect(effect_of(row, night.as_of), night.as_of) if night else None,
        "may_withdraw": waits and own,
        "may_decide": waits and not own and may_decide(user, row),
        "may_end": row.state == Concession.State.APPROVED and may_end(user, row),
    }


def concession_of(request: HttpRequest, pk: int) -> Concession:
    """A concession to a client of the reader; anybody else's is missing."""
    rows = _read(Concession.objects.visible_to(staff_of(request)), timezone.localdate())
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def concession_panel(client: Client, user: Staff, today: date) -> dict[str, Any]:
    """The panel of the client page, for whoever sees the client: what stands, and the latest that are over."""
    rows = list(
        _read(Concession.objects.visible_to(user).of_client(client), today).order_by("-until_on", "-pk")[:PANEL]
    )
    may_ask = client.closed_on is None and serves(user, client)
    notice = threshold("concession_notice", today) if rows else 0
    return {
        "rows": [told_of(row, user, today, notice) for row in rows],
        "may_ask": may_ask,
        "has_gifts": may_ask and gift_cap(today) is not None,
    }


def waiting_concessions(user: Staff, most: int) -> list[Told]:
    """What waits for a reader's decision, the longest waiting first."""
    today = timezone.localdate()
    waiting = list(_read(Concession.objects.waiting_for(user), today).order_by("asked_at", "pk")[:most])
    barred = barred_by_papers(waiting, today)
    # what waits does not run, so none ends soon
    return [told_of(row, user, today, notice=0, barred=barred.get(row.pk, "")) for row in waiting]


def _read(rows: Rows, today: date) -> Rows:
    told = rows.with_rate(today)
    return told.select_related("client__advisor", "branch", "account", "asked_by", "decided_by", "ended_by")


def _state_words() -> list[tuple[str, str]]:
    return [
        ("asked", _("wait for a decision")),
        ("running", pgettext("concessions", "running")),
        ("soon", _("end soon")),
        ("unseen", _("not seen in the rates")),
        ("over", pgettext("concessions", "over")),
    ]
