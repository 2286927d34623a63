"""The log of a material: the clients who were given it with what they opened, and the staff who should have read it."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crm.access import name_for
from crm.lib.http import asked_page, staff_of
from crm.lib.keyset import Order
from crm.models import Staff
from servicing.materials.required import readers_of
from servicing.models import Material, MaterialReading, MaterialShare, MaterialVersion
from servicing.pages.materials.materials import material_of
from servicing.pages.versions import name_in

ROWS = 50
_LATEST = Order("made_at", datetime.fromisoformat, descending=True)
_BY_NAME = Order("name", parse=name_in)


@require_safe
def material_readings(request: HttpRequest, pk: int) -> HttpResponse:
    """Clients, or staff (`?who=staff`); `?read=yes` or `no` leaves those who opened it, or did not. The admin sees no
    clients, advisors not whether others have read it."""
    user, material = staff_of(request), material_of(request, pk)
    of_staff = request.GET.get("who") == "staff" or user.is_admin
    if of_staff and user.is_advisor:
        raise Http404
    versions = list(material.versions.filter(state__in=("approved", "ended")).order_by("-number"))
    version = next((one for one in versions if one.state == "approved"), None)
    read = request.GET.get("read", "") if request.GET.get("read") in ("yes", "no") else ""
    found = _staff(request, material, version, user, read) if of_staff else _clients(request, material, user, read)
    context = {
        "material": material,
        "version": version,
        "given": [one for one in versions if one.shared_count],
        "of_staff": of_staff,
        "read": read,
        "sees_both": user.is_manager or user.is_compliance,
        **found,
    }
    return render(request, "servicing/material_readings.html", context)


def _clients(request: HttpRequest, material: Material, user: Staff, read: str) -> dict[str, Any]:
    """The links to clients whom the reader sees, the latest first, each with its openings."""
    rows = MaterialShare.objects.visible_to(user).standing().filter(material=material)
    if read:
        rows = rows.filter(opened_at__isnull=read == "no")
    page, links = asked_page(request, rows.select_related("client", "version", "made_by"), _LATEST, size=ROWS)
    openings: dict[int | None, list[MaterialReading]] = defaultdict(list)
    for one in MaterialReading.objects.of_shares([share.pk for share in page.rows]):
        openings[one.share_id].append(one)
    told = [
        {
            "share": share,
            "name": name_for(user, share.client.name, share.client.client_number),
            "openings": openings[share.pk],
        }
        for share in page.rows
    ]
    return {"rows": told, **links}


def _staff(
    request: HttpRequest, material: Material, version: MaterialVersion | None, user: Staff, read: str
) -> dict[str, Any]:
    """Who should have read what is in force, by name, with when it was confirmed."""
    people = readers_of(material, version, user)
    if read:
        people = people.filter(read_at__isnull=read == "no")
    page, links = asked_page(request, people, _BY_NAME, size=ROWS)
    return {"rows": page.rows, **links}
