"""What people type about staff, and the words for what staffing refuses."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Branch, Staff
from crm.staffing import StaffRefused, Wanted

REFUSED = {
    "taken": _("Somebody else has this already."),
    "needs_branch": _("An advisor or manager belongs to at least one branch."),
    "owns_clients": _("This person has clients or account openings. Hand them over first, then change the role."),
    "owns_clients_in": _("This person has clients or account openings in %(branches)s. Hand them over first."),
    "owns_complaints": _(
        "Open complaints of this person: %(count)s. A manager or compliance gives them to somebody else first."
    ),
    "owns_ideas": _("Open ideas of visitors with this person: %(count)s. A manager gives them to somebody else first."),
    "oneself": _("Nobody does this to the own account. Ask another administrator."),
    "last_admin": _("This is the last administrator. Make another one first."),
    "ends_before": _("The day of the return lies after the first day."),
    "overlaps": _("There is a leave from %(start)s, back on %(back)s, already."),
}


def refuse(form: forms.Form, refused: StaffRefused) -> None:
    """Put a refusal beside its field."""
    error = forms.ValidationError(REFUSED[refused.code], params=refused.params)
    form.add_error(refused.field if refused.field in form.fields else None, error)


def _text(label: Any, length: int, *, required: bool = True, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=length, required=required, widget=widget, **more)


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def read_uid(text: str) -> UUID:
    """The number that the form was given, so that sending it twice does things once; a new one for rubbish."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


class StaffForm(forms.Form):
    """A member of staff (P2). `version` is what the form was opened with."""

    name = _text(pgettext_lazy("person", "Name"), 60)
    username = _text(
        _("User name"),
        60,
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", _("Small letters, digits, dot, dash and underscore only."))
        ],
        help_text=_("For the log-in: small letters and digits."),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (value, pgettext_lazy("any registration", "advisor") if value == Staff.Role.ADVISOR else word)
            for value, word in Staff.Role.choices
        ],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    branches = forms.ModelMultipleChoiceField(
        label=_("Branches"),
        queryset=Branch.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"class": "form-select", "data-select": ""}),
        help_text=_("Advisors and managers need one; administrators and compliance see all of them anyway."),
    )
    employee_code = _text(
        _("Employee code"), 30, required=False, help_text=_("The advisor code in the export files, if there is one.")
    )
    registration_number = _text(_("Registration number"), 30, required=False)
    registration_category = _text(
        _("Registration category"), 40, required=False, help_text=_("For example investment adviser.")
    )
    registration_status = forms.ChoiceField(
        label=_("Registration"),
        choices=Staff.Registration.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("Suspended or ended: no client can be given to this person."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["branches"]
        if isinstance(choice, forms.ModelMultipleChoiceField):
            choice.queryset = Branch.objects.order_by("code")

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        data = self.cleaned_data
        return Wanted(
            username=data["username"],
            name=data["name"],
            role=data["role"],
            branches=tuple(sorted(data["branches"], key=lambda branch: branch.code)),
            employee_code=data["employee_code"] or None,
            registration_number=data["registration_number"],
            registration_category=data["registration_category"],
            registration_status=data["registration_status"],
        )


def initial_of(wanted: Wanted, version: int) -> dict[str, Any]:
    """The form of a person as stored."""
    return wanted.fields() | {"branches": [branch.pk for branch in wanted.branches], "version": version}


class LeaveForm(forms.Form):
    """Days away."""

    from_day = _day(_("First day away"))
    until_day = _day(_("Back on"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, back = data.get("from_day"), data.get("until_day")
        if start and back and back <= start:
            self.add_error("until_day", REFUSED["ends_before"])
        return data


class LeavingForm(forms.Form):
    """The last day of somebody who leaves."""

    left_on = _day(_("Last day"), help_text=_("Log-in and sessions end at once."))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["left_on"].widget.attrs["max"] = today.isoformat()

    def clean_left_on(self) -> date:
        """Today or earlier: until the last day the person works here."""
        day: date = self.cleaned_data["left_on"]
        if day > self._today:
            raise forms.ValidationError(_("The last day is today or earlier: access ends at once."))
        return day


class PasswordForm(forms.Form):
    """The password that an invited person chooses, typed twice."""

    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a sentence is easier to remember than a word."),
    )
    again = forms.CharField(
        label=_("The same again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_password(self) -> str:
        """By the validators of the settings."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self._person)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "password" in data and "again" in data and data["password"] != data["again"]:
            self.add_error("again", _("Both differ."))
        return data
