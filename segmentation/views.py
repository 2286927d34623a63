"""Tier schemes: everybody reads how tiers are made; a new one takes over, after a look at who would move."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Client
from crm import access, calendar
from crm.lib.deciding import Desk, may_decide
from crm.lib.http import staff_of
from crm.lib.refusals import Refused
from crm.models import Branch, Publication, Staff
from segmentation.forms import SchemeForm, initial_of
from segmentation.models import Tier, TierScheme
from segmentation.schemes import Move, NoScheme, Preview, preview_scheme, supersede_scheme

MOVERS_SHOWN = 20  # of each direction


@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """Every scheme the reader may see, those in force first."""
    user, today = staff_of(request), timezone.localdate()
    found = TierScheme.objects.visible_to(user).select_related("branch", "made_by")
    schemes = sorted(found, key=lambda s: (not _holds(s, today), s.branch_id or 0, -s.from_day.toordinal(), -s.pk))
    rows = [{"scheme": scheme, "holds": _holds(scheme, today), "lines": _lines(scheme)} for scheme in schemes]
    return render(
        request, "segmentation/scheme_list.html", {"rows": rows, "today": today, "may_write": may_decide(user)}
    )


@require_safe
def scheme_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One scheme, as it was decided."""
    user, today = staff_of(request), timezone.localdate()
    found = TierScheme.objects.visible_to(user).select_related("branch", "made_by").filter(pk=pk)
    scheme = found.first()
    if scheme is None:
        raise Http404
    context = {
        "scheme": scheme,
        "lines": _lines(scheme),
        "holds": _holds(scheme, today),
        "may_write": may_decide(user),
        "today": today,
    }
    return render(request, "segmentation/scheme_detail.html", context)


def _begin(request: HttpRequest, user: Staff, branch: Branch | None) -> dict[str, Any]:
    """The form begins as a copy of the scheme that is named, else of the firm's."""
    seen = TierScheme.objects.visible_to(user).order_by("-from_day")
    chosen = request.GET.get("from", "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        return initial_of(seen.filter(pk=int(chosen)).first())
    return initial_of(seen.filter(branch=None, is_primary=True).first())


def _told_meanwhile(other: TierScheme, who: str) -> str:
    told = _("{who} has saved “{name}” from {day} meanwhile. Look at it, then save again to let yours take over.")
    return told.format(who=who, name=other.name, day=other.from_day)


def _holds(scheme: TierScheme, today: Any) -> bool:
    ended = scheme.until_day is not None and scheme.until_day <= today
    return bool(scheme.is_primary and scheme.from_day <= today and not ended)


def _lines(scheme: TierScheme) -> list[dict[str, Any]]:
    """Each tier with its share of the clients, cumulated, or its floor in fen."""
    by_floor = scheme.measure == TierScheme.Measure.ASSET_CLASS
    shares = (scheme.vip_permille, scheme.key_permille, scheme.ordinary_permille, 1000)
    floors = (scheme.vip_floor_fen, scheme.key_floor_fen, scheme.ordinary_floor_fen, None)
    return [
        {"tier": tier, "rate": None if by_floor else share / 1000, "floor": floor if by_floor else None}
        for tier, share, floor in zip(Tier.values, shares, floors, strict=True)
    ]


def _preview(user: Staff, form: SchemeForm) -> dict[str, Any]:
    """Who would move, on the facts of the latest night. Raises Refused."""
    branch = form.preview_for()
    if branch is None:
        raise Refused(_("There is no branch to preview it for."))
    night = Publication.objects.visible_to(user).current().filter(branch=branch).first()
    as_of = night.as_of if night else calendar.last_trading_day_before(timezone.localdate())
    try:
        found = preview_scheme(form.row(), branch=branch, as_of=as_of)
    except NoScheme as missing:
        raise Refused(str(missing)) from missing
    return {"preview": _shown(user, found), "branch": branch, "as_of": as_of}


def _shown(user: Staff, found: Preview) -> dict[str, Any]:
    order = {tier: at for at, tier in enumerate(Tier.values)}
    ways: dict[str, list[Move]] = {"up": [], "down": []}
    for move in found.moves:
        ways["up" if order[move.to_tier] < order[move.from_tier] else "down"].append(move)
    shown = {way: sorted(moves, key=lambda m: (-m.measure_fen, m.rank))[:MOVERS_SHOWN] for way, moves in ways.items()}
    keys = [move.client_id for moves in shown.values() for move in moves]
    clients = Client.objects.mentioned_to(user).select_related("advisor").in_bulk(keys)
    return {
        "count": len(found.moves),
        "up": len(ways["up"]),
        "down": len(ways["down"]),
        "tiers": [
            {
                "tier": tier,
                "before": found.before.get(tier, 0),
                "after": found.after.get(tier, 0),
                "difference": found.after.get(tier, 0) - found.before.get(tier, 0),
                "cut_before": found.cut_offs_before.get(tier),
                "cut_after": found.cut_offs_after.get(tier),
            }
            for tier in Tier.values
        ],
        "ways": [
            {
                "way": way,
                "count": len(ways[way]),
                "rest": len(ways[way]) - len(moves),
                "movers": [
                    {"move": move, "client": clients[move.client_id], "name": _name(user, clients[move.client_id])}
                    for move in moves
                    if move.client_id in clients
                ],
            }
            for way, moves in shown.items()
            if moves
        ],
        "links": not user.is_admin,
    }


def _name(user: Staff, client: Client) -> str:
    return access.name_for(user, client.name, client.client_number)


DESK = Desk(
    kind=SchemeForm,
    begin=_begin,
    rows=lambda user: TierScheme.objects.visible_to(user).filter(is_primary=True),
    alike=lambda form: {},
    told=_told_meanwhile,
    preview=_preview,
    save=lambda row, by, at: supersede_scheme(row, made_by=by),  # the row keeps its own moment
    noun="scheme",
    app="segmentation",
)
