"""Two nights of a branch compared: who changed and why, and which of their inputs differ."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crm import access
from crm.lib import formats
from crm.lib.http import only, staff_of
from crm.models import Branch, Publication, Staff
from crm.pages.changes import first_reason, why_moved, why_state
from crm.pages.night_inputs import differing_inputs
from crm.pages.runs import WHY
from crm.templatetags.parts import RISKS, TIERS
from segmentation.comparing import COLUMNS, SUBJECTS, Differences, Pair, differences, pairs
from segmentation.models import Dormancy, TierMove

ROWS = 50


@dataclass(frozen=True)
class Line:
    """A client who stands otherwise; `why` in one sentence."""

    pair: Pair
    why: str


@require_safe
@only("admin", "manager", "compliance")
def compare_nights(request: HttpRequest) -> HttpResponse:
    """The comparison of `earlier` and `later`, two publications of one branch by key; without them of the last two."""
    user = staff_of(request)
    seen = Publication.objects.visible_to(user).select_related("run", "branch", "basis__scheme", "basis__model")
    branches = list(Branch.objects.visible_to(user).active())
    earlier, later = _chosen(request, seen, branches)
    branch = later.branch if later else _branch(request, branches)
    nights = list(seen.filter(branch=branch).order_by("-as_of", "-pk")) if branch else []
    context: dict[str, Any] = {
        "branches": [(one.code, one.name) for one in branches],
        "branch": branch,
        "nights": [(night.pk, _night_words(night)) for night in nights],
        "earlier": earlier,
        "later": later,
    }
    if earlier and later:
        found = differences(earlier, later, user)
        context |= _told(request, user, earlier, later, found)
    return render(request, "crm/run_compare.html", context)


def _branch(request: HttpRequest, branches: list[Branch]) -> Branch | None:
    named = next((one for one in branches if one.code == request.GET.get("branch")), None)
    return named or next(iter(branches), None)


def _chosen(request: HttpRequest, seen: Any, branches: list[Branch]) -> tuple[Publication | None, Publication | None]:
    """Both nights, the earlier one first; raises Http404 for one that the reader does not see. Nights of two branches
    are not compared: then those of the branch chosen last count."""
    keys = [request.GET.get(name, "") for name in ("earlier", "later")]
    if any(key and not (key.isascii() and key.isdigit() and len(key) < 19) for key in keys):
        raise Http404
    named = [seen.filter(pk=int(key)).first() if key else None for key in keys]
    if any(key and night is None for key, night in zip(keys, named, strict=True)):
        raise Http404
    branch = _branch(request, branches) if request.GET.get("branch") else None
    nights = [night for night in named if night and (branch is None or night.branch_id == branch.pk)]
    of = nights[-1].branch if nights else branch or _branch(request, branches)
    latest = seen.filter(branch=of).order_by("-as_of", "-pk")
    if len(nights) == 2 and nights[0].branch_id == nights[1].branch_id:
        pair = nights
    elif nights and named[1] in nights:  # only the later one is given: the night before it
        pair = [*latest.filter(as_of__lte=nights[-1].as_of).exclude(pk__gte=nights[-1].pk)[:1], nights[-1]]
    else:
        pair = list(latest[:2])[::-1]
    if len(pair) < 2:
        return None, pair[0] if pair else None
    first, second = sorted(pair, key=lambda night: (night.as_of, night.pk))
    return first, second


def _night_words(night: Publication) -> str:
    told = f"{formats.day(night.as_of)} · {formats.moment_short(night.published_at)}"
    return told if night.state == Publication.State.PUBLISHED else _("{night} (superseded)").format(night=told)


def _told(
    request: HttpRequest, user: Staff, earlier: Publication, later: Publication, found: Differences
) -> dict[str, Any]:
    base = {"earlier": earlier.pk, "later": later.pk}
    subject = request.GET.get("what", "")
    if subject not in SUBJECTS:
        subject = next((one for one in COLUMNS if found.flows[one]), "opened" if found.opened else "tier")
    ends = (request.GET.get("from", ""), request.GET.get("to", "")) if "from" in request.GET else None
    if ends not in {(flow.before, flow.after) for flow in found.flows.get(subject, ())}:
        ends = None
    shows_rows = not user.is_admin  # the admin counts, and sees no client
    key = request.GET.get("after", "0")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise Http404
    rows: list[Pair] = []
    further: int | None = None
    if shows_rows:
        rows, further = pairs(earlier, later, user, subject=subject, ends=ends, after=int(key), size=ROWS)
    asked = {**base, "what": subject} | ({"from": ends[0], "to": ends[1]} if ends else {})
    address = reverse("compare-nights")
    return {
        "title": _title(found),
        "found": found,
        "why": [(WHY[why], n) for why in WHY if (n := found.why.get(why.value, 0))],
        "why_counts": [found.why.get(why.value, 0) for why in WHY if found.why.get(why.value, 0)],
        "inputs": differing_inputs(earlier, later),
        "tabs": [
            {
                "label": word,
                "count": found.opened if one == "opened" else found.total(one),
                "href": f"{address}?{urlencode({**base, 'what': one})}",
                "on": one == subject,
            }
            for one, word in _subjects().items()
        ],
        "subject": subject,
        "flows": [
            {
                "before": _word(subject, flow.before),
                "after": _word(subject, flow.after),
                "codes": flow,
                "count": flow.count,
                "on": ends == (flow.before, flow.after),
                "href": f"{address}?{urlencode({**base, 'what': subject, 'from': flow.before, 'to': flow.after})}",
            }
            for flow in found.flows.get(subject, ())
        ],
        "all_url": f"{address}?{urlencode({**base, 'what': subject})}" if ends else "",
        "shows_rows": shows_rows,
        "rows": [Line(pair, _why(subject, pair, later)) for pair in rows],
        "sees_names": access.sees_names(user),
        "first_url": f"{address}?{urlencode(asked)}" if key != "0" else "",
        "next_url": f"{address}?{urlencode({**asked, 'after': further})}" if further else "",
    }


def _subjects() -> dict[str, str]:
    return {"tier": _("Tier"), "band": _("Churn risk"), "state": _("State"), "opened": _("Only in the later night")}


def _title(found: Differences) -> str:
    if found.are_none:
        return _("Both nights say the same of everybody")
    moved = found.total("tier")
    own = found.why.get(TierMove.Why.OWN.value, 0)
    told = ngettext(
        "{n} client changed tier, {own} by the own value", "{n} clients changed tier, {own} by the own value", moved
    ).format(n=formats.count(moved), own=formats.count(own))
    return told + _("; risk band of {bands}, state of {states}").format(
        bands=formats.count(found.total("band")), states=formats.count(found.total("state"))
    )


def _word(subject: str, code: str) -> str:
    match subject:
        case "band":
            return str(RISKS[code][1]) if code in RISKS else _("not scored")
        case "state":
            return str(dict(Dormancy.choices).get(code, code))
        case _:
            return str(TIERS[code][1]) if code in TIERS else code


def _why(subject: str, pair: Pair, later: Publication) -> str:
    """Why a client stands otherwise, from what both nights stored."""
    before, after = pair.before, pair.after
    if subject == "band":
        return first_reason(after.churn_reasons)
    if subject == "state":
        return why_state(after.dormancy_reason)
    if before is None:
        return _("was not open, or of another branch, in the earlier night")
    return why_moved(
        TierMove(
            why=pair.why,
            from_tier=before.tier,
            to_tier=after.tier,
            from_rank=before.rank,
            rank=after.rank,
            from_measure_fen=before.measure_fen,
            measure_fen=after.measure_fen,
        )
    )
