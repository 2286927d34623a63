"""What a person may say about a file: corrections of what was found, columns, field policy, reasons."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.export_files.detection import DELIMITERS
from clients.export_files.inspection import Inspection
from clients.export_files.kinds import Kind
from clients.export_files.registry import KINDS
from clients.imports.client_rows import FIELDS
from clients.pages.words import DELIMITER_LABELS, KIND_LABELS
from crm.models import Branch

ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5")
POLICIES = (("overwrite", _("overwrite")), ("fill", _("fill blanks")), ("never", _("never")))
YES_NO = (("", ""), ("yes", _("yes")), ("no", _("no")))
FOUND = ("", _("as found"))


def _select(**attrs: object) -> forms.Select:
    return forms.Select(attrs={"class": "form-select", **attrs})


def _input(kind: type[forms.Widget] = forms.TextInput, **attrs: object) -> forms.Widget:
    return kind(attrs={"class": "form-control", "autocomplete": "off", **attrs})


class CorrectionForm(forms.Form):
    """Corrections of what was found and answers to what the file does not say. A field that is not sent stays as it is."""

    kind = forms.ChoiceField(
        label=_("Kind of file"),
        required=False,
        choices=[FOUND, *((k, KIND_LABELS[k]) for k in KINDS)],
        widget=_select(),
    )
    encoding = forms.ChoiceField(
        label=_("Encoding"), required=False, choices=[FOUND, *((e, e.upper()) for e in ENCODINGS)], widget=_select()
    )
    delimiter = forms.ChoiceField(
        label=_("Delimiter"),
        required=False,
        choices=[FOUND, *((f"c{ord(d)}", DELIMITER_LABELS[d]) for d in DELIMITERS)],
        widget=_select(),
    )
    header_line = forms.IntegerField(
        label=_("Line of the header"),
        required=False,
        min_value=1,
        max_value=1000,
        widget=_input(forms.NumberInput, min="1", max="1000", inputmode="numeric"),
    )
    sheet = forms.CharField(label=_("Sheet"), required=False, max_length=100, widget=_input())
    day = forms.DateField(
        label=_("Day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
        help_text=_("of a file without dates"),
    )
    account = forms.RegexField(
        r"^[0-9A-Za-z]{1,40}$",
        label=_("Account"),
        required=False,
        widget=_input(),
        help_text=_("of a file of one account that names none"),
        error_messages={"invalid": _("An account number has letters and digits only.")},
    )
    branch = forms.ChoiceField(
        label=_("Branch"), required=False, widget=_select(), help_text=_("of rows that name none")
    )
    create_unknown = forms.ChoiceField(required=False, choices=YES_NO)
    replace_days = forms.ChoiceField(required=False, choices=YES_NO)

    def __init__(self, *args: Any, branches: Sequence[Branch] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].choices = [("", "—"), *((b.code, b.name) for b in branches)]  # type: ignore[attr-defined]
        self._branches = {b.code: b for b in branches}

    def clean_delimiter(self) -> str:
        """The character itself; a TAB does not survive a form."""
        code = str(self.cleaned_data["delimiter"])
        return chr(int(code[1:])) if code else ""

    def clean_branch(self) -> Branch | None:
        """The branch of the chosen code."""
        return self._branches.get(self.cleaned_data["branch"])

    def clean_day(self) -> Any:
        """Exports began with computers and none speaks of the next century."""
        day = self.cleaned_data["day"]
        if day is not None and not 1990 <= day.year <= 2099:
            raise ValidationError(_("This is not a day of an export."))
        return day

    def overrides(self) -> dict[str, Any]:
        """Corrections of the reading; a field sent empty means "as found"."""
        names = ("kind", "encoding", "delimiter", "sheet", "header_line")
        return {name: self.cleaned_data[name] or None for name in names if name in self.data}

    def answers(self) -> dict[str, Any]:
        """What the file does not say: day, account, branch, and the two permissions; a field sent empty takes it back."""
        given: dict[str, Any] = {n: self.cleaned_data[n] for n in ("day", "account", "branch") if n in self.data}
        for name in ("create_unknown", "replace_days"):
            if self.cleaned_data[name]:
                given[name] = self.cleaned_data[name] == "yes"
        return given


def columns_given(kind: Kind, found: Inspection, data: Any) -> dict[str, str]:
    """Column index → field, of the columns whose field a person changed; raises ValidationError where two fields name one
    column or a column is not in the file."""
    indexes = {str(column.index) for column in found.columns}
    chosen: dict[str, str] = {}
    for field in kind.fields:
        index = data.get(f"column_{field.name}", "")
        if not index:
            continue
        if index not in indexes:
            raise ValidationError(_("This column is not in the file."))
        if index in chosen:
            raise ValidationError(_("One column cannot be two fields."))
        chosen[index] = field.name
    asked = {f.name for f in kind.fields if f"column_{f.name}" in data}
    changed = dict(chosen.items())
    for column in found.columns:
        if column.field in asked and str(column.index) not in chosen:
            changed[str(column.index)] = ""
    same = {str(column.index): column.field for column in found.columns}
    return {index: name for index, name in changed.items() if same.get(index) != name}


def kind_named(name: str) -> Kind | None:
    """A kind of file by its name, None for an unknown one."""
    return KINDS.get(name)


class PolicyForm(forms.Form):
    """Per field of the client file: overwrite what is known, fill blanks only, or never touch it."""

    def __init__(self, *args: Any, labels: dict[str, str], policy: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            self.fields[f"policy_{name}"] = forms.ChoiceField(
                label=labels.get(name, name),
                choices=POLICIES,
                initial=policy.get(name, "overwrite"),
                widget=forms.Select(attrs={"class": "form-select sm"}),
            )

    def policy(self) -> dict[str, str]:
        """Field → policy, without those that overwrite as usual."""
        named = {name.removeprefix("policy_"): value for name, value in self.cleaned_data.items()}
        return {name: value for name, value in named.items() if value != "overwrite"}


class ReasonForm(forms.Form):
    """Why full values leave the house; the reason goes into the audit trail."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=4,
        max_length=200,
        widget=_input(required="", placeholder=_("for example: to correct and import again")),
    )
