"""The audit trail: who did what to what, when and from where; the latest first, narrowed down by any of these."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from crm.calendar import day_begins
from crm.lib.http import asked_page, is_swap, only, staff_of, varies
from crm.lib.keyset import Order
from crm.models import AuditEvent, Branch, Staff
from crm.pages.audit.actions import ACTIONS
from crm.pages.audit.details import IMPERSONAL, Line, client_of, key_for, lines_for, names_in, reason_for
from crm.querysets import AuditEventQuerySet
from crm.templatetags.audit_words import TABLES

ROWS, RECENT = 50, 1000
LATEST_FIRST = Order("id", descending=True)


@dataclass(frozen=True)
class Told:
    """An event as the reader may see it; `href` opens what it was done to."""

    event: AuditEvent
    key: str
    reason: str
    lines: list[Line]
    href: str


class AuditForm(forms.Form):
    """What the trail is narrowed down by."""

    person = forms.CharField(label=_("Person"), max_length=60, required=False)
    action = forms.CharField(label=_("Action"), max_length=40, required=False)
    table = forms.CharField(label=pgettext_lazy("audit", "Table"), max_length=40, required=False)
    branch = forms.CharField(label=_("Branch"), max_length=20, required=False)
    start = forms.DateField(label=_("From day"), required=False)
    end = forms.DateField(label=_("To day"), required=False)
    key = forms.CharField(label=_("Key"), max_length=64, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if start and end and end < start:
            self.add_error("end", _("The last day lies before the first."))
        return data


@require_safe
@only("admin", "compliance")
def audit_list(request: HttpRequest) -> HttpResponse:
    """A page of the trail; with rubbish in a filter the message stands beside it and nothing is listed."""
    user = staff_of(request)
    form = AuditForm(request.GET)
    rows: AuditEventQuerySet[AuditEvent] = AuditEvent.objects.visible_to(user)
    rows = _narrowed(rows, form.cleaned_data, user) if form.is_valid() else rows.none()
    page, links = asked_page(request, rows.select_related("actor", "branch"), LATEST_FIRST, size=ROWS)
    names = names_in(user, page.rows)
    people = list(Staff.objects.visible_to(user).order_by("username").values_list("pk", "username", "name"))
    staff = {pk: name for pk, _username, name in people}
    context = {
        "form": form,
        "events": [_told(user, event, names.get(client_of(event) or 0, ""), staff) for event in page.rows],
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "people": [(username, name) for _pk, username, name in people],
        "actions": _actions(),
        "tables": sorted(((code, str(word)) for code, word in TABLES.items()), key=lambda pair: pair[1]),
        "branches": list(Branch.objects.visible_to(user).order_by("code").values_list("code", "name")),
        **links,
    }
    part = is_swap(request)
    status = 200 if form.is_valid() else 422
    return varies(render(request, "crm/_audit_rows.html" if part else "crm/audit_list.html", context, status=status))


def _narrowed(
    rows: AuditEventQuerySet[AuditEvent], asked: dict[str, Any], user: Staff
) -> AuditEventQuerySet[AuditEvent]:
    """Each filter reads an index that ends with the id, so that a page costs the same in a long trail."""
    if asked["person"]:
        rows = rows.filter(actor__in=Staff.objects.filter(username=asked["person"]))
    if asked["action"]:
        rows = rows.filter(action=asked["action"])
    if asked["table"]:
        rows = rows.filter(table=asked["table"])
    if asked["branch"]:
        rows = rows.filter(branch__in=Branch.objects.filter(code=asked["branch"]))
    if asked["start"]:
        rows = rows.filter(at__gte=_begin(asked["start"]))
    if asked["end"]:
        rows = rows.filter(at__lt=_begin(min(asked["end"], date.max - timedelta(days=2)) + timedelta(days=1)))
    if asked["key"]:
        rows = rows.filter(key__startswith=asked["key"])
        if user.is_admin:  # a key that is found would tell what the mask hides
            rows = rows.filter(table__in=IMPERSONAL)
    return rows


def _begin(day: date) -> datetime:
    return day_begins(max(day, date(1970, 1, 2)))


def _actions() -> list[tuple[str, str]]:
    """Every action that has words, and those of late that have none."""
    recent = AuditEvent.objects.order_by("-id").values_list("action", flat=True)[:RECENT]
    known = {code: str(word) for code, word in ACTIONS.items()}
    return sorted((known | {code: known.get(code, code) for code in set(recent)}).items(), key=lambda pair: pair[1])


def _told(user: Staff, event: AuditEvent, name: str, people: Mapping[int, str]) -> Told:
    key = key_for(user, event)
    return Told(event, key, reason_for(user, event, name), lines_for(user, event, people), _address(user, event))


def _address(user: Staff, event: AuditEvent) -> str:
    """Where the reader finds what the event is about."""
    if not event.key.isascii() or not event.key.isdigit() or len(event.key) > 18:
        return ""
    key = int(event.key)
    if event.table == "crm_staff":
        return reverse("staff-detail", args=[key])
    if event.table == "segmentation_tierscheme":
        return reverse("scheme-detail", args=[key])
    if event.table == "servicing_servicestandard":
        return reverse("standard-list")
    if event.table == "clients_client" and user.is_compliance:
        return reverse("client-detail", args=[key])
    return ""
