"""Tier schemes: everybody reads how tiers are made; a new one takes over, after a look at who would move."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from crm import access, calendar
from crm.lib.http import only, staff_of
from crm.models import Branch, Publication, Staff
from segmentation.forms import WORDS, SchemeForm, initial_of
from segmentation.models import Tier, TierScheme
from segmentation.schemes import (
    Move,
    NoScheme,
    Preview,
    SchemeRefused,
    newer_schemes,
    preview_scheme,
    supersede_scheme,
)

MOVERS_SHOWN = 20  # of each direction


@require_safe
def scheme_list(request: HttpRequest) -> HttpResponse:
    """Every scheme the reader may see, those in force first."""
    user, today = staff_of(request), timezone.localdate()
    found = TierScheme.objects.visible_to(user).select_related("branch", "made_by")
    schemes = sorted(found, key=lambda s: (not _holds(s, today), s.branch_id or 0, -s.from_day.toordinal(), -s.pk))
    rows = [{"scheme": scheme, "holds": _holds(scheme, today), "lines": _lines(scheme)} for scheme in schemes]
    return render(
        request, "segmentation/scheme_list.html", {"rows": rows, "today": today, "may_write": _may_write(user)}
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
        "may_write": _may_write(user),
        "today": today,
    }
    return render(request, "segmentation/scheme_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only("admin", "manager")
def create_scheme(request: HttpRequest) -> HttpResponse:
    """The form, and saving what has been previewed."""
    user = staff_of(request)
    form = _form(request, user)
    saving = "previewed" in request.POST  # without script the button only asks for the preview
    if saving and form.is_valid():
        if request.POST.get("previewed") != form.digest():
            form.add_error(None, _("Something was changed after the preview. Please look at it again, then save."))
        elif other := _saved_meanwhile(form, user):
            form = _form(request, user, seen=other.pk)
            form.is_valid()
            told = _(
                "{who} has saved “{name}” from {day} meanwhile. Look at it, then save again to let yours take over."
            )
            form.add_error(
                None, told.format(who=other.made_by.name if other.made_by else "—", name=other.name, day=other.from_day)
            )
        else:
            try:
                scheme = supersede_scheme(form.scheme(), made_by=user)
            except SchemeRefused:
                pass  # the preview below says why
            else:
                messages.success(request, _("Saved. It counts from the first nightly run on or after that day."))
                return redirect("scheme-detail", pk=scheme.pk)
    found = _preview_of(user, form)
    status = 422 if saving or (form.is_bound and not found) else 200
    context = {"form": form, "noun": "scheme", "part": "segmentation/_scheme_preview.html", **found}
    return render(request, "segmentation/scheme_form.html", context, status=status)


@require_POST
@only("admin", "manager")
def preview(request: HttpRequest) -> HttpResponse:
    """Who would move under the scheme in the form; nothing is saved."""
    user = staff_of(request)
    form = _form(request, user)
    found = _preview_of(user, form)
    return render(request, "segmentation/_scheme_preview.html", {"form": form, **found}, status=200 if found else 422)


def _saved_meanwhile(form: SchemeForm, user: Staff) -> TierScheme | None:
    """A scheme of the same scope that somebody else saved since this form was opened."""
    others = newer_schemes(form.branch(), form.cleaned_data["seen"] or 0).exclude(made_by=user)
    return others.select_related("made_by").first() if form.cleaned_data["seen"] is not None else None


def _form(request: HttpRequest, user: Staff, *, seen: int | None = None) -> SchemeForm:
    today = timezone.localdate()
    base = TierScheme.objects.visible_to(user).select_related("branch").filter(branch=None, is_primary=True)
    chosen = request.GET.get("from", "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        base = TierScheme.objects.visible_to(user).select_related("branch").filter(pk=int(chosen))
    latest = TierScheme.objects.order_by("-pk").values_list("pk", flat=True).first()
    initial = initial_of(base.order_by("-from_day").first(), today) | {"seen": latest or 0}
    data = request.POST.copy() if request.POST else None
    if data is not None and seen is not None:
        data["seen"] = str(seen)
    form = SchemeForm(data, initial=initial, branches=_branches(user), may_firm=user.is_admin, today=today)
    if "previewed" not in request.POST:
        form.pass_over_words()
    return form


def _branches(user: Staff) -> QuerySet[Branch]:
    return Branch.objects.visible_to(user).active()


def _may_write(user: Staff) -> bool:
    return user.is_admin or user.is_manager


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


def _preview_of(user: Staff, form: SchemeForm) -> dict[str, Any]:
    """The preview of a form whose numbers are valid, or nothing with the errors put on the form."""
    if not form.is_bound or set(form.errors) - {NON_FIELD_ERRORS, *WORDS}:
        return {}
    branch = form.preview_for()
    if branch is None:
        form.add_error(None, _("There is no branch to preview it for."))
        return {}
    night = Publication.objects.visible_to(user).current().filter(branch=branch).first()
    as_of = night.as_of if night else calendar.last_trading_day_before(timezone.localdate())
    try:
        found = preview_scheme(form.scheme(), branch=branch, as_of=as_of)
    except (SchemeRefused, NoScheme) as refused:
        form.add_error(None, str(refused))
        return {}
    return {"preview": _shown(user, found), "branch": branch, "as_of": as_of, "digest": form.digest()}


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
