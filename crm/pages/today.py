"""Today: what to do, in the order of what is at stake; what is due, near a line, to be greeted; what changed meanwhile."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crm.lib import formats, lunar
from crm.lib.http import is_swap, only, staff_of, varies
from crm.lib.keyset import Order, Parts, page_of
from crm.models import Staff
from crm.pages import callback_card, greetings, news, work
from crm.pages.list_filters import SORTS, address_of_list
from crm.pages.nights import Nights, nights_of
from crm.templatetags.parts import figure
from segmentation.figures import Alike, sums_seen
from segmentation.models import ASLEEP, Band, Standing
from segmentation.querysets import NEWS, STATE, Night, StandingQuerySet
from servicing.competence.gaps import endings_told
from servicing.models import HandOverClient
from servicing.pages.complaints.words import due_complaints
from servicing.pages.ideas.words import due_ideas
from servicing.pages.openings.told import openings_first
from servicing.responses import waiting_for
from servicing.selfreviews.writing import is_called_for
from servicing.urgency import Numbers, numbers_on

SHOWN, SHOWN_SHORT, ALL = 12, 8, 100
LOOKED_AT = 30  # clients at stake of whom those without a plan are shown
STAKE, MEASURE = (replace(SORTS[name], descending=True) for name in ("risk_money", "measure"))

# What a row shows: a page of rows reads no more of the wide tables of clients and standings.
CLIENT = ("branch", "name", "client_number", "phone_sealed", "advisor__name", "closed_on")
SHOWN_OF = (
    *("publication", "tier", "computed_tier", "measure_fen", "rank", "to_next_fen", "above_lower_fen", "dormancy"),
    *("dormancy_reason", "churn_score", "churn_band", "churn_reasons", "at_risk_fen"),
    *(f"client__{name}" for name in CLIENT),
)

Rows = Callable[[Iterable[Night]], StandingQuerySet[Standing]]  # of these nights


@require_safe
@only("advisor", "manager")
def today(request: HttpRequest) -> HttpResponse:
    """The first page of advisors and managers; as a fragment it reads itself anew after every action."""
    user, now = staff_of(request), timezone.now()
    context = _context(request, user, now)
    template = "crm/_today.html" if is_swap(request) else "crm/today.html"
    return varies(render(request, template, context))


@require_safe
@only("advisor", "manager")
def today_news(request: HttpRequest) -> HttpResponse:
    """What changed since the last log-in: read after the work is on the screen, and not again after every action."""
    user = staff_of(request)
    nights, mine = nights_of(user), _standings(user)
    since = news.since_log_in(request, user, nights)
    changed = _first(nights, mine, lambda some: mine.changed_in(some, *NEWS, by=since.nights), STAKE, SHOWN_SHORT)
    context = {
        "as_of": nights.as_of,
        "changed": news.told_of(changed, since.nights),
        "since": since.moment,
        "files": news.files_since(since.moment),
        "left": news.left_in(user, since.nights, SHOWN_SHORT),
        "urls": _urls(),
    }
    template = "crm/_today_news.html" if is_swap(request) else "crm/today_news.html"
    return varies(render(request, template, context))


def _standings(user: Staff) -> StandingQuerySet[Standing]:
    return Standing.objects.visible_to(user).select_related("client__advisor").only(*SHOWN_OF)


def _urls() -> dict[str, str]:
    return {
        "changed_tier": address_of_list(news="tier", sort="-measure"),
        "risen": address_of_list(news="risk"),
        "keep": address_of_list(),
        "near": address_of_list(near=True, sort="-measure"),
    }


def _context(request: HttpRequest, user: Staff, now: datetime) -> dict[str, Any]:
    day, nights = timezone.localdate(now), nights_of(user)
    mine = _standings(user)
    sums = sums_seen(user, nights.pks, are_stored=nights.have_sums, alike=(*STATE, "is_near", "risk_news"))
    counts = _counts(sums)
    due = work.due_of(user, day)
    shows_all = "all" in request.GET
    numbers = numbers_on(day)
    looked_at = ALL if shows_all else LOOKED_AT
    rows = _work(nights, mine, due, numbers, now=now, count=looked_at)
    counted = f"{len(rows):,}{'+' if due.is_cut or len(rows) >= looked_at else ''}"
    shown = rows[: ALL if shows_all else SHOWN]
    openings, opening_count = openings_first(user, day)
    rest, staked = rows[len(shown) :], [row for row in rows if row.stake_fen][:3]
    return {
        "today": day,
        "lunar": lunar.lunar_day(day),
        "festival": lunar.festivals(day),
        "nights": nights,
        "as_of": nights.as_of,
        "work": shown,
        "work_count": counted,
        "rest_count": len(rest),
        "rest_fen": sum(row.stake_fen for row in rest),
        "shows_all": shows_all,
        "numbers": numbers,
        "shows_advisor": user.is_manager,
        "due_days": work.due_day_words(day),
        "complaints": due_complaints(user, day),
        "waiting": waiting_for(user, now),
        "ideas": due_ideas(user, day),
        "unread": HandOverClient.objects.unread_by(user) if user.is_advisor else 0,
        "papers": len(endings_told(user, day)),
        "promises": due.promises[:SHOWN_SHORT],
        "promise_count": len(due.promises),
        "openings": openings,
        "opening_count": opening_count,
        "boundary": _first(nights, mine, mine.near_boundary().of_nights, MEASURE, SHOWN_SHORT),
        "birthdays": greetings.birthdays(user, nights, day),
        "festivals": greetings.festivals(day),
        "callbacks": callback_card.callback_card(user, day),
        "self_review": is_called_for(user.branches.all(), day) if user.is_manager else None,
        "stats": _stats(counts, due, counted, nights.as_of),
        "first": staked,
        "first_fen": sum(row.stake_fen for row in staked),
        "first_rate": _share(sum(row.stake_fen for row in staked), counts["risk_fen"]),
        "urls": _urls(),
    }


def _work(
    nights: Nights, mine: StandingQuerySet[Standing], due: work.Due, numbers: Numbers, *, now: datetime, count: int
) -> list[work.Row]:
    if nights.know_stakes:
        worth, order = mine.filter(at_risk_fen__gt=0).exclude(churn_band=Band.LOW), replace(STAKE, has_gaps=False)
    else:  # bands only: the words say who may leave, the measure who would be missed
        worth, order = mine.filter(churn_band__in=[Band.HIGH, Band.RAISED]), MEASURE
    at_stake = _first(nights, mine, worth.of_nights, order, count)

    def standings(clients: Iterable[int]) -> Sequence[Standing]:
        asked = list(clients)
        return list(mine.of_nights(nights.pks).filter(client__in=asked)) if asked else []

    return work.work_of(due, at_stake, standings, now=now, numbers=numbers)


def _first(
    nights: Nights, told: StandingQuerySet[Standing], rows: Rows, order: Order, count: int
) -> Sequence[Standing]:
    """The first rows of the nights in an order of the list, read as the list reads them."""
    parts = Parts(nights.pks, lambda night: rows([night]), told)
    return page_of(rows(nights.pks), order, size=count, parts=parts).rows


def _counts(sums: Sequence[Alike]) -> dict[str, int]:
    """The figures of the strip, over the reader's clients only."""
    keep = [one for one in sums if one.tier in ("vip", "key") and one.churn_band in ("raised", "high")]
    asleep = [one for one in sums if one.dormancy in ASLEEP]
    return {
        "n": sum(one.clients for one in sums),
        "risk_fen": sum(one.stake for one in sums),
        "risk_n": sum(one.at_risk for one in sums),
        "keep_n": sum(one.clients for one in keep),
        "asleep": sum(one.clients for one in asleep),
        "risen": sum(one.clients for one in sums if one.risk_news),
        "near": sum(one.clients for one in sums if one.is_near),
    }


def _stats(counts: dict[str, int], due: work.Due, counted: str, as_of: date | None) -> list[dict[str, Any]]:
    if as_of is None:
        return []
    return [
        {
            "label": _("To do"),
            "figure": counted,
            "note": _due_note(due),
            "href": "#work",
        },
        {
            "label": _("Commission at risk (12 months)"),
            "figure": figure(counts["risk_fen"]),
            "note": ngettext("of {n} client", "of {n} clients", counts["n"]).format(n=formats.count(counts["n"])),
            "href": address_of_list(),
        },
        {
            "label": _("Worth keeping"),
            "figure": formats.count(counts["keep_n"]),
            "unit": formats.clients(counts["keep_n"]),
            "note": _("VIP and key, risk raised or high"),
            "href": address_of_list(tiers=("vip", "key"), bands=("high", "raised")),
        },
        {
            "label": _("Risk up last night"),
            "figure": formats.count(counts["risen"]),
            "unit": formats.clients(counts["risen"]),
            "note": _("against the night before"),
            "href": address_of_list(news="risk"),
        },
        {
            "label": _("Near a boundary"),
            "figure": formats.count(counts["near"]),
            "unit": formats.clients(counts["near"]),
            "note": _("within 5 % of the line"),
            "href": address_of_list(near=True, sort="-measure"),
        },
        {
            "label": _("Dormant"),
            "figure": formats.count(counts["asleep"]),
            "unit": formats.clients(counts["asleep"]),
            "note": _("no trade for half a year, with assets"),
            "href": address_of_list(states=("dormant", "regulatory_dormant"), sort="-assets"),
        },
    ]


def _due_note(due: work.Due) -> SafeString | str:
    late = due.count(last=due.day - timedelta(days=1))
    rest = _("today {today} · in a week {week}").format(
        today=due.count(first=due.day, last=due.day),
        week=due.count(first=due.day + timedelta(days=1), last=due.day + work.WEEK),
    )
    told = format_html('<span class="late">{}</span> · ', _("overdue {n}").format(n=late)) if late else ""
    return format_html("{}{}", told, rest)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
