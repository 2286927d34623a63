"""What people type about a complaint: one form per stage, and those of receiving, correcting, reassigning. What may not be is
decided by the nouns; a form only reads."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.lib.refusing_forms import RefusingForm
from crm.models import Branch, Staff
from servicing.complaints.receiving import Given
from servicing.complaints.stages import Acknowledged, Answered, CauseFound, FollowedUp, Improved, Said
from servicing.models import Complaint, ComplaintCall

_TEXT = {"class": "form-control", "autocomplete": "off"}
Choices = Sequence[tuple[object, Any]]
UNSAID: tuple[object, Any] = ("", "—")
TOLD_BY: Choices = [(value, label) for value, label in Complaint.How.choices if value not in {"link", "regulator"}]
APOLOGIES: Choices = [
    ("spoken", pgettext_lazy("apology", "spoken")),
    ("written", pgettext_lazy("apology", "in writing")),
    ("none", pgettext_lazy("apology", "none")),
]
SCORES: Choices = [
    ("", _("not asked")),
    (5, pgettext_lazy("satisfaction", "5 very satisfied")),
    (4, pgettext_lazy("satisfaction", "4 satisfied")),
    (3, pgettext_lazy("satisfaction", "3 neither")),
    (2, pgettext_lazy("satisfaction", "2 dissatisfied")),
    (1, pgettext_lazy("satisfaction", "1 very dissatisfied")),
]


def _words(label: Any, rows: int = 3, *, length: int = 2000, required: bool = True, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"class": "form-control", "rows": rows})
    return forms.CharField(label=label, max_length=length, required=required, widget=widget, **more)


def _line(label: Any, length: int = 200, *, required: bool = False, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=required, widget=forms.TextInput(attrs=_TEXT), **more
    )


def _choice(label: Any, choices: Choices, *, required: bool = True, **more: Any) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, choices=choices, required=required, widget=widget, **more)


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


def _people(people: Iterable[Staff], nobody: Any = None) -> list[tuple[object, Any]]:
    first = [] if nobody is None else [("", nobody)]
    return [*first, *((person.pk, f"{person.name} · {person.get_role_display()}") for person in people)]


class ActForm(RefusingForm):
    """A write to a complaint: `version` is the one that was read, so that a second editor is told."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}))


class StageForm(ActForm):
    """What a stage must say to be left."""

    def __init__(self, *args: Any, people: Sequence[Staff] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "remedy_owner" in self.fields:
            self.fields["remedy_owner"].choices = _people(people, "—")  # type: ignore[attr-defined]

    def said(self) -> Said:
        """What a valid form says."""
        raise NotImplementedError


class AcknowledgedForm(StageForm):
    how = _choice(_("How the client was told"), TOLD_BY)
    words = _words(_("What we said"), 2, length=500)

    def said(self) -> Said:
        return Acknowledged(self.cleaned_data["how"], self.cleaned_data["words"])


class CauseForm(StageForm):
    talk = _words(_("What the client says"))
    cause = _choice(_("Root cause"), [UNSAID, *Complaint.Cause.choices[1:]])
    root_cause = _words(_("How it came to this"), 2, length=1000)

    def said(self) -> Said:
        given = self.cleaned_data
        return CauseFound(given["talk"], given["cause"], given["root_cause"])


class AnswerForm(StageForm):
    solution = _words(_("What is done for the client"), 2, length=1000)
    how = _choice(_("How the answer was given"), TOLD_BY)
    answer = _words(_("The answer in its words"))
    apology = _choice(_("Apology"), [UNSAID, *APOLOGIES])
    no_apology = _line(_("Why none"))

    def said(self) -> Said:
        given = self.cleaned_data
        return Answered(given["solution"], given["how"], given["answer"], given["apology"], given["no_apology"])


class FollowUpForm(StageForm):
    left_out = _line(
        _("It ends without a satisfied client, because"), help_text=_("Empty where the last call says satisfied.")
    )

    def said(self) -> Said:
        return FollowedUp(self.cleaned_data["left_out"])


class ImproveForm(StageForm):
    lesson = _words(_("What we learn from it"), 2, length=1000)
    remedy = _line(_("Corrective action"), 300)
    remedy_owner = _choice(_("Who does it"), [], required=False)
    remedy_due = _day(_("Done by"))
    no_remedy = _line(_("Why no action"))
    satisfaction = _choice(_("How satisfied is the client?"), SCORES, required=False)
    not_asked = _line(_("Why not asked"))

    def said(self) -> Said:
        given = self.cleaned_data
        due: date | None = given["remedy_due"]
        return Improved(
            given["lesson"],
            given["remedy"],
            int(given["remedy_owner"]) if given["remedy_owner"] else None,
            due.isoformat() if due else "",
            given["no_remedy"],
            int(given["satisfaction"]) if given["satisfaction"] else None,
            given["not_asked"],
        )


STAGE_FORMS: dict[str, type[StageForm]] = {
    "received": AcknowledgedForm,
    "cause": CauseForm,
    "answer": AnswerForm,
    "follow_up": FollowUpForm,
    "improve": ImproveForm,
}


class GivenForm(RefusingForm):
    """What a complaint says. `people`: who may be complained about."""

    about = _choice(_("Person complained about"), [], required=False)
    category = _choice(_("What it is about"), [UNSAID, *Complaint.Category.choices])
    severity = _choice(_("How grave"), Complaint.Severity.choices, initial=Complaint.Severity.SERIOUS)
    text = _words(_("What happened"), 5)

    def __init__(self, *args: Any, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["about"].choices = _people(people, _("no person"))  # type: ignore[attr-defined]

    def given(self, text: str | None = None) -> Given:
        """What a valid form says; `text` where the form has none."""
        said = self.cleaned_data
        words = said["text"] if text is None else text
        return Given(said["category"], said["severity"], words, self.people.get(said["about"]))


class ReceiveForm(GivenForm):
    """A complaint by phone, visit or letter; from a client page it is known whose it is."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}))
    how = _choice(_("How it came"), Complaint.How.choices[1:], initial=Complaint.How.PHONE)
    received_at = forms.DateTimeField(
        label=_("When it came"),
        required=False,
        help_text=_("Empty: just now."),
        widget=forms.DateTimeInput(attrs={"class": "form-control", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    branch = _choice(_("Branch"), [])
    client_number = _line(_("Client number"), 30, help_text=_("Empty where it is not known who calls."))
    caller = _line(_("Name the caller gave"), 60)
    caller_phone = _line(_("Phone of the caller"), 20)

    field_order = (
        *("uid", "how", "received_at", "branch", "client_number", "caller", "caller_phone"),
        *("about", "category", "severity", "text"),
    )

    def __init__(self, *args: Any, branches: Sequence[Branch], has_client: bool, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branches = {branch.code: branch for branch in branches}
        self.fields["branch"].choices = [(branch.code, branch.name) for branch in branches]  # type: ignore[attr-defined]
        self.fields["received_at"].widget.attrs["max"] = timezone.localtime(now).strftime("%Y-%m-%dT%H:%M")
        if has_client:
            for name in ("branch", "client_number", "caller", "caller_phone"):
                del self.fields[name]
        elif len(branches) == 1:
            self.fields["branch"].widget = forms.HiddenInput()
            self.fields["branch"].initial = branches[0].code


class CorrectForm(GivenForm, ActForm):
    """What a complaint says, put right. Who reads names masked cannot change what names stand in."""

    client_number = _line(_("Client number"), 30)
    field_order = ("version", "client_number", "about", "category", "severity", "text")

    def __init__(self, *args: Any, sees_names: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sees_names:
            del self.fields["client_number"], self.fields["text"]


class OwnerForm(ActForm):
    """Another owner."""

    owner = _choice(_("Owner"), [])

    def __init__(self, *args: Any, people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["owner"].choices = _people(people)  # type: ignore[attr-defined]


class CallForm(RefusingForm):
    """A follow-up call."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    outcome = _choice(_("The client is"), [UNSAID, *ComplaintCall.Outcome.choices])
    note = _line(_("Note"), 500)


class ReopenForm(ActForm):
    """Why a closed complaint is open again."""

    why = _line(_("Why it is open again"), required=True)


class OfficerForm(RefusingForm):
    """Who receives the complaints of a branch, from a day on."""

    branch = _choice(_("Branch"), [])
    staff = _choice(_("Complaint officer"), [])
    from_day = forms.DateField(
        label=_("First day"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, branches: Sequence[Branch], people: Sequence[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branches = {branch.code: branch for branch in branches}
        self.people = {str(person.pk): person for person in people}
        self.fields["branch"].choices = [(branch.code, branch.name) for branch in branches]  # type: ignore[attr-defined]
        self.fields["staff"].choices = _people(people)  # type: ignore[attr-defined]


class PublicForm(forms.Form):
    """What a client writes on the phone, without a log-in."""

    category = _choice(_("What is it about?"), [UNSAID, *Complaint.Category.choices])
    about_advisor = forms.BooleanField(
        label=_("It is about the person who looks after me"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    text = _words(
        _("What happened?"),
        7,
        length=1000,
        help_text=_("At most 1,000 characters. Please no passwords or card numbers."),
    )
