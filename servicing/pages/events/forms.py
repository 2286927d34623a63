"""What people type about an event and its guests. What may not be is decided by the nouns; the forms only read."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.models import Background, ProductRisk
from clients.pages.profile_fields import ScaledField
from crm.lib.refusing_forms import RefusingForm
from crm.models import Branch, Staff
from servicing.events.answering import HIGHEST, Answers
from servicing.events.planning import Plan, plan_of
from servicing.models import Event, Guest

YUAN = 10_000_000  # more than an event of a branch costs
SEATS = 1_000  # more than any hall of a branch holds; the printed list is one page of the database
_TEXT = {"class": "form-control", "autocomplete": "off"}
_SCORES = [(score, str(score)) for score in range(1, HIGHEST + 1)]
_LEVELS = [pair for pair in Background.Knowledge.choices if pair[0]]


def _line(label: Any, length: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, widget=forms.TextInput(attrs=_TEXT), **more)


def _choice(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.Select(attrs={"class": "form-select"}), **more)


def _moment(label: Any) -> forms.DateTimeField:
    attrs = {"class": "form-control", "type": "datetime-local"}
    return forms.DateTimeField(label=label, widget=forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M"))


def _money(label: Any, **more: Any) -> ScaledField:
    widget = forms.TextInput(attrs={**_TEXT, "inputmode": "decimal"})
    return ScaledField(label=label, decimals=2, most=YUAN, required=False, widget=widget, **more)


class EventForm(RefusingForm):
    """An event: what, where, when, for how many. `seen` is the version that was read, for a plan that is changed."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}))
    seen = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}), required=False)
    branch = _choice(gettext_lazy("Branch"), [])
    title = _line(pgettext_lazy("event", "Title"), 80)
    topic = _choice(pgettext_lazy("event", "Topic"), Event.Topic.choices)
    kind = _choice(pgettext_lazy("event", "Kind"), Event.Kind.choices)
    place = _line(pgettext_lazy("event", "Place"), 120, help_text=gettext_lazy("A room, an address, or a link."))
    starts_at = _moment(pgettext_lazy("event", "Begins"))
    ends_at = _moment(pgettext_lazy("event", "Ends"))
    closes_at = _moment(gettext_lazy("Registration until"))
    host = _choice(gettext_lazy("Host"), [])
    quota = forms.IntegerField(
        label=gettext_lazy("Seats"), min_value=1, max_value=SEATS, widget=forms.NumberInput(attrs=_TEXT)
    )
    product_risk = _choice(
        gettext_lazy("Risk level of what is presented"),
        [("", gettext_lazy("no product is presented")), *ProductRisk.LEVELS],
        required=False,
        help_text=gettext_lazy("With a level only clients whom it suits are invited (L1)."),
    )
    budget_fen = _money(gettext_lazy("Budget, yuan"), help_text=gettext_lazy("Room, speaker, print, gifts, travel."))

    def __init__(self, *args: Any, branches: Sequence[Branch], people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branches = {branch.code: branch for branch in branches}
        self.people = {str(person.pk): person for person in people}
        self.fields["branch"].choices = [(branch.code, branch.name) for branch in branches]  # type: ignore[attr-defined]
        self.fields["host"].choices = [(key, person.name) for key, person in self.people.items()]  # type: ignore[attr-defined]
        if len(branches) == 1:
            self.fields["branch"].widget = forms.HiddenInput()
            self.fields["branch"].initial = branches[0].code

    @staticmethod
    def fresh(user: Staff, now: datetime) -> dict[str, Any]:
        """What a new plan begins with: an afternoon in two weeks, registration until the evening before."""
        day = timezone.localdate(now) + timedelta(days=14)
        zone = timezone.get_current_timezone()
        starts_at = datetime.combine(day, time(15), zone)
        return {
            "uid": uuid4(), "host": user.pk, "quota": 30, "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=90),
            "closes_at": datetime.combine(day - timedelta(days=1), time(17), zone),
        }  # fmt: skip

    @staticmethod
    def of(event: Event) -> dict[str, Any]:
        """What the form of a plan begins with."""
        told = vars(plan_of(event))
        return {**told, "host": event.host_id, "uid": event.uid, "seen": event.version, "branch": event.branch.code}

    def where(self) -> Branch:
        """The branch of a valid form."""
        return self.branches[self.cleaned_data["branch"]]

    def plan(self) -> Plan:
        """The plan of a valid form."""
        told = {name: self.cleaned_data[name] for name in Plan.__dataclass_fields__}
        return Plan(**{**told, "host": self.people[told["host"]]})


class CancelForm(RefusingForm):
    """Why an event is cancelled."""

    why = _line(pgettext_lazy("event", "Why it is cancelled"), 200)


class CostForm(RefusingForm):
    """What an event has cost; `seen` is the sum that the editor read, in fen."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    cost_fen = _money(gettext_lazy("Actual cost, yuan"))


class AnswersForm(RefusingForm):
    """What a client said afterwards; who did not come is asked only what is known now."""

    seen = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}))
    knowledge = forms.ChoiceField(
        label=gettext_lazy("How much the client knows now"), choices=_LEVELS, widget=forms.RadioSelect
    )
    expected = forms.TypedChoiceField(
        label=gettext_lazy("What the client had hoped for, 1–5"), choices=_SCORES, coerce=int, widget=forms.RadioSelect
    )
    perceived = forms.TypedChoiceField(
        label=gettext_lazy("What it was in the client's eyes, 1–5"),
        choices=_SCORES,
        coerce=int,
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=pgettext_lazy("event", "Remark"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )

    def __init__(self, *args: Any, guest: Guest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if guest.attendance != Guest.Attendance.CAME:
            del self.fields["expected"], self.fields["perceived"]

    @staticmethod
    def of(guest: Guest) -> dict[str, Any]:
        """What the form begins with: what stands, else the level that was known before."""
        return {
            "seen": guest.answers, "knowledge": guest.knowledge_after or guest.knowledge_before, "remark": guest.remark,
            "expected": guest.expected, "perceived": guest.perceived,
        }  # fmt: skip

    def said(self) -> Answers:
        """The answers of a valid form."""
        told = self.cleaned_data
        return Answers(told["knowledge"], told.get("expected"), told.get("perceived"), told["remark"].strip())
