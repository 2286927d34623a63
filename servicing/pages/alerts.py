"""Risk alerts: the list of what stands, and one alert with what was said about it."""

from datetime import date
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access import name_for, sees_names
from crm.lib.http import asked_page, only, staff_of
from crm.lib.keyset import Order
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.alerts.lines import lines_of
from servicing.alerts.noting import NOTE_LENGTH, NotedMeanwhile, acknowledge_alert, reopen_alert
from servicing.models import Contact, RiskAlert
from servicing.pages.answers import done, named, refuse

ROWS, TALKS = 50, 5
NEWEST = Order("seen_from", parse=date.fromisoformat, descending=True)


class TalkField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the last contacts with the client."""

    def label_from_instance(self, talk: Contact) -> str:
        """When and how it was."""
        return f"{timezone.localtime(talk.happened_at):%m-%d %H:%M} {talk.get_channel_display()}"


class NoteForm(forms.Form):
    """What was said about an alert, and in which contact if it was logged."""

    note = forms.CharField(
        label=gettext_lazy("What was said"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4, "autofocus": True}),
    )
    contact = TalkField(
        label=gettext_lazy("In this contact"),
        queryset=Contact.objects.none(),
        required=False,
        empty_label=gettext_lazy("not logged"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: object, alert: RiskAlert, user: Staff, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        talks = Contact.objects.visible_to(user).standing().of_client(alert.client)
        recent = list(talks.values_list("pk", flat=True)[:TALKS])
        self.fields["contact"].queryset = talks.filter(pk__in=recent)  # type: ignore[attr-defined]


@require_safe
@only("advisor", "manager", "compliance")
def alert_list(request: HttpRequest) -> HttpResponse:
    """The alerts of a state, the latest first, of one kind or all."""
    user = staff_of(request)
    state = _one_of(RiskAlert.State.values, request.GET.get("state", "")) or RiskAlert.State.OPEN.value
    kind = _one_of(RiskAlert.Kind.values, request.GET.get("kind", ""))
    rows = RiskAlert.objects.visible_to(user).filter(state=state, **({"kind": kind} if kind else {}))
    told = rows.select_related("client__advisor", "client__branch", "acknowledged_by")
    page, links = asked_page(request, told, NEWEST, size=ROWS)
    context = {
        "lines": lines_of(page.rows, user),
        "state": state,
        "states": [
            _choice(label, state=value, kind=kind, on=value == state) for value, label in RiskAlert.State.choices
        ],
        "kinds": [
            _choice(label, state=state, kind=value, on=value == kind)
            for value, label in [("", _("all")), *RiskAlert.Kind.choices]
        ],
        "sees_names": sees_names(user),
        "may_note": not user.is_compliance,
        "shows_advisor": not user.is_advisor,
        **links,
    }
    return render(request, "servicing/alert_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only("advisor", "manager", "compliance")
def alert_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert; while it is open, whoever serves the client notes what was said."""
    user, alert = staff_of(request), _alert_of(request, pk)
    if request.method == "POST" and user.is_compliance:
        raise Http404
    form = NoteForm(request.POST or None, alert=alert, user=user, initial={"note": alert.note}, auto_id="alert-%s")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            acknowledge_alert(alert, said["note"], by=user, at=timezone.now(), contact=said["contact"])
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        except NotedMeanwhile:
            alert = _alert_of(request, pk)
        else:
            words = _("Noted: {kind}, {name}").format(kind=alert.get_kind_display(), name=named(alert.client))
            return done(request, alert.client, words, undo=reverse("reopen-alert", args=[pk]))
    may_note = alert.state == RiskAlert.State.OPEN and not user.is_compliance
    context = {
        "line": lines_of([alert], user)[0],
        "name": name_for(user, alert.client.name, alert.client.client_number),
        "form": form if may_note or form.is_bound else None,
        "form_action": request.path if may_note else "",
        "may_note": may_note,
        "draft": f"{user.pk}:alert:{pk}",
    }
    return render(request, "servicing/_alert.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@only("advisor", "manager")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """The undo of noting, by whoever noted."""
    alert = _alert_of(request, pk)
    if not reopen_alert(alert, by=staff_of(request), at=timezone.now()):
        return refuse(request, alert.client, _("This alert was noted by somebody else, or is over."))
    return done(request, alert.client, _("Open again: {title}, {name}").format(
        title=alert.get_kind_display(), name=named(alert.client)
    ))  # fmt: skip


def _alert_of(request: HttpRequest, pk: int) -> RiskAlert:
    rows = RiskAlert.objects.visible_to(staff_of(request)).select_related("client__branch", "acknowledged_by", "branch")
    found: RiskAlert | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _one_of(values: list[str], asked: str) -> str:
    return asked if asked in values else ""


def _choice(label: object, *, state: str, kind: str, on: bool) -> dict[str, object]:
    return {"label": label, "href": _address(state=state, kind=kind), "on": on}


def _address(**pairs: str) -> str:
    said = {name: value for name, value in pairs.items() if value and (name, value) != ("state", "open")}
    return "?" + urlencode(said)
