"""Materials for the education of investors: the list, and one of them with its versions and what they change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.lib.http import asked_page, staff_of
from crm.lib.keyset import Order
from crm.models import Staff
from servicing.materials.deciding import findings_in
from servicing.materials.required import unread_counts
from servicing.materials.writing import may_require
from servicing.models import Material, MaterialReading, MaterialVersion
from servicing.pages.texts.shown import parts_of
from servicing.pages.versions import STATES, base_of, chosen_of, in_work, name_in, rights_of, state_words
from servicing.querysets import MaterialQuerySet
from servicing.texts.differences import differences
from servicing.texts.phrases import find_in_version, phrases_on

ROWS = 50
KNOWN_STATES = {**STATES, "required": Q(is_required=True) & STATES[""]}
BY_TITLE = Order("title", parse=name_in)


@dataclass(frozen=True)
class Row:
    """A material in the list: in force, in work; whether a phrase of it was banned since or its last day has passed; whether
    the reader has confirmed it, and how many of a manager's people have not (None: nobody is asked to)."""

    material: Material
    in_force: MaterialVersion | None
    open: MaterialVersion | None
    is_stopped: bool
    is_over: bool
    is_read: bool
    unread: int | None


@require_safe
def material_list(request: HttpRequest) -> HttpResponse:
    """The materials that the reader sees, by topic, level and state."""
    user, now = staff_of(request), timezone.now()
    asked = {name: request.GET.get(name, "") for name in ("topic", "knowledge", "state")}
    wanted = KNOWN_STATES.get(asked["state"], STATES[""])
    rows: MaterialQuerySet[Material] = Material.objects.visible_to(user).filter(wanted)
    for name, known in (("topic", Material.Topic.values), ("knowledge", Material.Knowledge.values)):
        if asked[name] and asked[name] in known:
            rows = rows.filter(**{name: asked[name]})
    page, links = asked_page(request, rows.select_related("branch"), BY_TITLE, size=ROWS)
    context = {
        "noun": "material",
        "rows": _rows(page.rows, user, now),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "topics": Material.Topic.choices,
        "levels": [choice for choice in Material.Knowledge.choices if choice[0]],
        "states": [*state_words(), ("required", _("required for staff"))],
        "may_write": not user.is_compliance,
        "reads": serves(user),
        **links,
    }
    return render(request, "servicing/material_list.html", context)


@require_safe
def material_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One material: a version (`?version=`, else the one being worked on, else the one in force) beside what came before."""
    user, material, now = staff_of(request), material_of(request, pk), timezone.now()
    versions = list(material.versions.select_related("author", "decided_by", "material").order_by("-number"))
    chosen = chosen_of(versions, request.GET.get("version", ""))
    base = base_of(versions, chosen)
    findings = findings_in(chosen, now)
    said = {"risk_notice": chosen.risk_notice, "body": chosen.body}
    context = {
        "noun": "material",
        "head": material,
        "ends": _("Nobody is given it any more, and links to it close. It can be restored here."),
        "has_ended": _("Nobody is given it any more, and links to it are closed."),
        "material": material,
        "versions": versions,
        "version": chosen,
        "base": base,
        "pieces": differences(_whole(base), _whole(chosen)) if base else [],
        "parts": parts_of(said, findings),
        "findings": findings,
        "is_over": chosen.valid_until < timezone.localdate(now),
        "in_force": next((one for one in versions if one.state == "approved"), None),
        "given": [one for one in versions if one.shared_count],
        "may_share": serves(user) and not material.ended_at,
        "may_require": may_require(user, material.branch) and not material.ended_at,
        **rights_of(user, material, versions, chosen),
    }
    return render(request, "servicing/material_detail.html", context)


def material_of(request: HttpRequest, pk: int) -> Material:
    """A material of the reader; anybody else's is missing."""
    found = Material.objects.visible_to(staff_of(request)).select_related("branch").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def serves(user: Staff) -> bool:
    """Whoever serves clients: they give materials away, and confirm those that are required."""
    return user.is_advisor or user.is_manager


def _rows(materials: Sequence[Material], user: Staff, now: datetime) -> list[Row]:
    pairs, day = in_work(MaterialVersion, materials), timezone.localdate(now)
    phrases = phrases_on(day)
    current = [version for version, _open in pairs.values() if version]
    mine = set(MaterialReading.objects.filter(version__in=current, staff=user).values_list("version", flat=True))
    required = [version for version in current if version.material.is_required]
    unread = unread_counts(required, user) if required and user.is_manager else {}
    rows = []
    for material in materials:
        version, latest = pairs[material.pk]
        stopped = bool(version and find_in_version(version, phrases))
        over = bool(version and version.valid_until < day)
        is_read, left = bool(version and version.pk in mine), unread.get(version.pk) if version else None
        rows.append(Row(material, version, latest, stopped, over, is_read, left))
    return rows


def _whole(version: MaterialVersion) -> str:
    return "\n".join(part for part in (version.risk_notice, version.body, version.file_name) if part)
