"""The market regime (B8): everybody reads who set it on what evidence, a manager sets it, and the clients far from its
reference are listed: an occasion to talk, never advice to buy or sell."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import EmptyResultSet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from crm import access
from crm.lib import formats
from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import BadCursor, Order, Page, Parts, page_of
from crm.models import Branch, Staff
from crm.pages.client import behaviour_words as words
from crm.pages.forms import RegimeForm
from crm.pages.nights import Nights, nights_of
from segmentation import regimes
from segmentation.models import Behaviour, MarketRegime, Standing
from segmentation.regimes import GapCounts, Reference

SHOWN, ROWS = 50, 50
BY_NUMBER = Order("number", int, descending=True)
BY_ASSETS = Order("net_assets_fen", int, descending=True, tie="client_id")


@dataclass(frozen=True)
class GapRow:
    """A client far from the reference, as the list shows it."""

    row: Behaviour
    tier: str
    position: str
    points: int


@require_safe
def regime_list(request: HttpRequest) -> HttpResponse:
    """The regime in force, its reference, and every one before it."""
    user, today = staff_of(request), timezone.localdate()
    found = MarketRegime.objects.visible_to(user).select_related("set_by")
    page, links = asked_page(request, found, BY_NUMBER, size=SHOWN)
    reference = regimes.reference_on(today)
    context = {
        "reference": reference,
        "share": words.share_words(reference) if reference else "",
        "regimes": page.rows,
        "may_set": user.is_manager,
        "sees_clients": not user.is_admin,
        **links,
    }
    return render(request, "crm/regime_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only("manager")
def set_regime(request: HttpRequest) -> HttpResponse:
    """The form, and what it sends; another one set meanwhile is shown beside it."""
    user = staff_of(request)
    latest = MarketRegime.objects.visible_to(user).select_related("set_by").order_by("-number").first()
    form = RegimeForm(request.POST or None, initial=_initial(user, latest))
    status, changed = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                regimes.set_regime(**form.cleaned_data, by=user, at=timezone.now())
            except regimes.RegimeRefused as refused:
                form.add_error(refused.field, str(refused))
            except regimes.RegimeChanged as meanwhile:
                status, changed = 409, meanwhile.latest
                form = RegimeForm({**form.cleaned_data, "after": changed.number})
            else:
                messages.success(request, _("The market regime is set. Pages compare with it from its first day on."))
                return redirect("regime-list")
    context = {"form": form, "latest": latest, "changed": changed}
    return render(request, "crm/regime_form.html", context, status=status)


def _initial(user: Staff, latest: MarketRegime | None) -> dict[str, object]:
    day = min(nights_of(user).as_of or timezone.localdate(), timezone.localdate())
    told = {"level": latest.level, "phase": latest.phase} if latest else {"level": "range", "phase": "A"}
    return {**told, "from_day": max(day, latest.from_day) if latest else day, "after": latest.number if latest else 0}


@require_safe
@only("advisor", "manager", "compliance")
def regime_gap(request: HttpRequest) -> HttpResponse:
    """The clients far from the reference, largest assets first."""
    user = staff_of(request)
    side = request.GET.get("side", "")
    side = side if side in regimes.SIDES else ""
    code = request.GET.get("branch", "")[:20]
    nights = nights_of(user, branch=code)
    counts = regimes.gap_counts(user, nights.publications)
    page = _page(request, user, nights, side)
    around = {
        "previous_url": _address(code, side, before=page.before) if page.before else "",
        "next_url": _address(code, side, after=page.after) if page.after else "",
    }
    reference = counts.reference if counts else None
    context = {
        "as_of": nights.as_of,
        "counts": counts,
        "reference": reference,
        "market": words.market_words(reference.regime) if reference else "",
        "title": gap_title(reference, counts) if reference and counts else "",
        "stats": _stats(reference, counts, code) if reference and counts else [],
        "tabs": [{"label": label, "href": _address(code, name), "on": name == side} for name, label in _sides()],
        "side": side,
        "rows": _rows(page.rows, reference),
        "sees_names": access.sees_names(user),
        "shows_advisor": not user.is_advisor,
        "shows_branch": len(nights.publications) > 1,
        "branches": _branches(user),
        "branch": code,
        "may_set": user.is_manager,
        **around,
    }
    return render(request, "crm/regime_gap.html", context)


def _page(request: HttpRequest, user: Staff, nights: Nights, side: str) -> Page[Behaviour]:
    seen = Behaviour.objects.visible_to(user).select_related("client__advisor", "client__branch")
    far = regimes.far_from_reference(nights.publications, side)
    parts = Parts(nights.pks, lambda night: seen.filter(far, publication=night), seen)
    try:
        return page_of(
            seen.of_nights(nights.pks).filter(far),
            BY_ASSETS,
            size=ROWS,
            after=request.GET.get("after"),
            before=request.GET.get("before"),
            parts=parts,
        )
    except BadCursor:
        raise Http404 from None
    except EmptyResultSet:  # nobody can be far on this side, or no regime is set
        return Page([], None, None)


def _rows(rows: Sequence[Behaviour], reference: Reference | None) -> list[GapRow]:
    nights, clients = {row.publication_id for row in rows}, [row.client_id for row in rows]
    standings = Standing.objects.filter(publication__in=nights, client__in=clients) if rows else Standing.objects.none()
    tiers = dict(standings.values_list("client", "tier"))
    share = reference.share_e4 // 100 if reference else 0
    return [
        GapRow(
            row,
            tiers.get(row.client_id, ""),
            words.position_words(row.position_e4),
            regimes.whole_percent(row.position_e4 or 0) - share,
        )
        for row in rows
    ]


def _sides() -> list[tuple[str, str]]:
    return [("", _("all")), ("below", _("below the reference")), ("above", _("above the reference"))]


def gap_title(reference: Reference, counts: GapCounts) -> str:
    """The finding: how many clients are far from what the market suggests (B8)."""
    return ngettext(
        "{far} of {clients} clients is far from the {market}'s reference of {share}",
        "{far} of {clients} clients are far from the {market}'s reference of {share}",
        counts.far,
    ).format(
        far=formats.count(counts.far),
        clients=formats.count(counts.clients),
        market=words.market_words(reference.regime),
        share=words.share_words(reference),
    )


def _stats(reference: Reference, counts: GapCounts, code: str) -> list[dict[str, object]]:
    regime = reference.regime
    since = _("since {day}, set by {name}").format(day=formats.day(regime.from_day), name=regime.set_by.name)
    tolerance = formats.decimal(reference.tolerance_e4 / 100, 0)
    net = _("net assets {sum}")
    return [
        {"label": _("Market"), "figure": regime.get_level_display(), "note": since},
        {
            "label": _("Reference position"),
            "figure": words.share_words(reference),
            "note": _("far: more than {points} points beside it").format(points=tolerance),
        },
        {
            "label": _("Far below"),
            "figure": f"{counts.below:,}",
            "note": net.format(sum=formats.summary(counts.below_fen)),
            "href": _address(code, "below"),
        },
        {
            "label": _("Far above"),
            "figure": f"{counts.above:,}",
            "note": net.format(sum=formats.summary(counts.above_fen)),
            "href": _address(code, "above"),
        },
    ]


def _branches(user: Staff) -> list[tuple[str, str]]:
    found = Branch.objects.visible_to(user).active()
    return list(found.values_list("code", "name"))


def _address(code: str, side: str, **cursor: str) -> str:
    pairs = {"branch": code, "side": side, **cursor}
    return "?" + urlencode({name: value for name, value in pairs.items() if value})
