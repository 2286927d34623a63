"""Exports of the client list: asked for in a drawer, listed with what waits for the reader's approval, fetched."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.models import ListExport, Staff
from crm.pages.list_filters import Filters
from crm.pages.lists.chips import said
from crm.pages.lists.choosing import NotChosen, chosen_of
from crm.pages.lists.columns import COLUMNS, read_columns
from crm.pages.lists.exporting import (
    Asked,
    ExportRefused,
    ask_export,
    decide_export,
    fetch_export,
    limit_for,
    pinned,
)

READERS = ("advisor", "manager", "compliance")
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_ORDER = Order("asked_at", datetime.fromisoformat, descending=True)
_SHOWN = 50


class ExportForm(forms.Form):
    """What kind of file, and why."""

    format = forms.ChoiceField(
        label=gettext_lazy("File"), choices=ListExport.Format.choices, widget=forms.RadioSelect()
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        min_length=2,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        help_text=gettext_lazy("It is kept in the audit trail."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only(*READERS)
def export_clients(request: HttpRequest) -> HttpResponse:
    """The form in the drawer, and what it sends: a file that is ready, or one that waits for a second person."""
    user, today = staff_of(request), timezone.localdate()
    data = request.POST if request.method == "POST" else request.GET
    try:
        asked, fields = _asked(user, data)
    except NotChosen as none:
        return render(request, "crm/lists/_nothing.html", {"said": str(none)}, status=422)
    form = ExportForm(request.POST if request.method == "POST" else None, initial={"format": "xlsx"})
    context: dict[str, Any] = {
        "form": form,
        "form_action": request.path,
        "fields": fields,
        "columns": [COLUMNS[name].label for name in asked.columns],
        "asked": asked,
        "limit": limit_for(asked, today),
    }
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            export = ask_export(user, asked, format=told["format"], reason=told["reason"], at=timezone.now(), day=today)
        except ExportRefused as refused:
            form.add_error(None, str(refused))
        else:
            return render(request, "crm/lists/_exported.html", {"export": export})
    return render(request, "crm/lists/_export.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@only(*READERS)
def export_list(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, and every export that the reader sees, the latest first."""
    user, now = staff_of(request), timezone.now()
    seen = ListExport.objects.visible_to(user).select_related("asked_by", "decided_by", "branch")
    page, links = asked_page(request, seen, _ORDER, size=_SHOWN)
    context = {
        "waiting": waiting_exports(user, _SHOWN),
        "rows": [
            {
                "export": one,
                "mine": one.asked_by_id == user.pk,
                "may_fetch": one.asked_by_id == user.pk
                and one.state == "ready"
                and bool(one.expires_at and one.expires_at >= now),
                "is_over": one.state == "ready" and bool(one.expires_at and one.expires_at < now),
            }
            for one in page.rows
        ],
        **links,
    }
    return render(request, "crm/lists/exports.html", context)


@require_POST
@only("manager", "compliance")
def decide(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Approve or refuse what somebody else asked for (L5)."""
    user = staff_of(request)
    export = ListExport.objects.visible_to(user).filter(uid=uid).first()
    if export is None:
        raise Http404
    back = redirect("approval-list" if "from-approvals" in request.POST else "export-list")
    approve = request.POST.get("decision") == "approve"
    if not approve and request.POST.get("decision") != "refuse":
        messages.error(request, _("Choose whether to approve or to refuse."))
        return back
    try:
        done = decide_export(export, approve=approve, by=user, at=timezone.now(), day=timezone.localdate())
    except ExportRefused as refused:
        messages.error(request, str(refused))
    else:
        said_ = _("Approved.") if approve else _("Refused.")
        messages.success(request, said_ if done else _("Somebody has decided already."))
    return back


@require_POST
@only(*READERS)
def fetch(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The file, for who asked for it; a POST, because each time is written down."""
    user = staff_of(request)
    export = ListExport.objects.filter(asked_by=user, uid=uid).select_related("branch").first()
    if export is None:
        raise Http404
    try:
        body = fetch_export(export, by=user, at=timezone.now())
    except ExportRefused as refused:
        messages.error(request, str(refused))
        return redirect("export-list")
    response = HttpResponse(body, content_type=TYPES[export.format])
    day = timezone.localdate(export.asked_at).isoformat()
    response["Content-Disposition"] = f'attachment; filename="clients-{day}-{str(export.uid)[:8]}.{export.format}"'
    response["Cache-Control"] = "no-store"
    return response


def _asked(user: Staff, data: QueryDict) -> tuple[Asked, list[tuple[str, str]]]:
    """What is to be taken out and the fields that say it again: chosen rows, else all that match."""
    on, cols = data.get("on", "")[:4000], data.get("cols", "")[:400]
    columns = read_columns(cols)
    if data.getlist("client") and not data.get("all"):
        chosen = chosen_of(user, data, today=timezone.localdate())
        return Asked(pinned(user, on), chosen.keys, columns), [*chosen.fields, ("cols", cols)]
    return Asked(pinned(user, on), None, columns), [("on", on), ("cols", cols)]


def waiting_exports(user: Staff, most: int) -> list[dict[str, Any]]:
    """What waits for a reader's decision, the longest waiting first."""
    waiting = ListExport.objects.waiting_for(user).select_related("asked_by", "branch").order_by("asked_at")
    return [_described(one, user) for one in waiting[:most]]


def _described(export: ListExport, user: Staff) -> dict[str, Any]:
    """A waiting export as who decides reads it: what is asked for, in words."""
    filters = Filters.read(QueryDict(export.query))
    return {
        "export": export,
        "columns": [COLUMNS[name].label for name in read_columns(export.columns)],
        "conditions": [
            [said(condition, user, filters.branch) for condition in group] for group in filters.all_groups()
        ],
        "text": bool(filters.text),
        "chosen": export.clients is not None,
    }
