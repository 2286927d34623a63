"""What every form of a card does: its fields are taken from the model, and every field sends along what the editor saw, so
that of two editors each keeps what the other did not touch."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any, ClassVar

from django import forms
from django.forms.models import fields_for_model
from django.http import QueryDict
from django.utils.translation import gettext as _

from clients.models import Account
from clients.profile.kinds import KINDS
from clients.profile.opening import Opened
from crm.models import Staff

FIRST_DAY = date(1900, 1, 1)
DASHES = "---------"  # what Django writes where nothing is chosen yet
UNSEEN = {"phone", "forget_phone", "other", "uid"}  # what is not sent along: it was not shown


class CardForm(forms.Form):
    """The form of a card. `columns` are those of the model; a subclass may declare a field itself."""

    card: ClassVar[str]
    may_be_ahead: ClassVar[frozenset[str]] = frozenset()  # days that may lie in the future

    def __init__(self, data: Mapping[str, Any] | None, *, opened: Opened, user: Staff, today: date) -> None:
        self.opened, self.client, self.user, self.today = opened, opened.client, user, today
        self.warning = ""  # what happened meanwhile
        self.versions: Sequence[object] = ()  # the columns in which somebody else's text differs
        super().__init__(data, initial=self.seen(opened), auto_id="card-%s")
        model, names = self.made_of()
        made = fields_for_model(model, [name for name in names if name not in self.fields]) or {}
        own = {name: field for name, field in self.fields.items() if name not in names}
        self.fields = {**{name: self.fields.get(name) or made[name] for name in names}, **own}
        self.prepare()
        for name, field in self.fields.items():
            _dress(field)
            field.show_hidden_initial = name not in UNSEEN

    def made_of(self) -> tuple[Any, list[str]]:
        """The model behind the form and the names of its fields."""
        kind = KINDS[self.card]
        return kind.model, [kind.field(column).name for column in kind.columns if column != "phone_sealed"]

    def prepare(self) -> None:
        """What a subclass does to its fields before they are dressed."""

    def seen(self, opened: Opened) -> dict[str, Any]:
        """What the editor sees, by field."""
        return {column.removesuffix("_id"): value for column, value in opened.values.items()}

    def clean(self) -> dict[str, Any]:
        """Days are neither before 1900 nor, where they tell what happened, ahead."""
        for name, value in list(self.cleaned_data.items()):
            if not isinstance(value, date):
                continue
            if value < FIRST_DAY:
                self.add_error(name, _("Please check the year."))
            elif value > self.today and name not in self.may_be_ahead:
                self.add_error(name, _("This day has not come yet."))
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """What was typed, by column of the table."""
        found = {}
        for name, value in self.cleaned_data.items():
            found["account_id" if name == "account" else name] = value.pk if isinstance(value, Account) else value
        return found

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields as they stand on the form, with a heading for each group."""
        return [("", [field for field in self if not field.is_hidden])]

    def over(self, now: Opened) -> "CardForm":
        """The same text over what the card says now: what this editor did not touch is theirs, the rest stays typed."""
        theirs = self.seen(now)
        data = QueryDict(mutable=True)
        data.update({name: value for name, value in self.data.items() if isinstance(value, str)})
        for name, field in self.fields.items():
            if name in UNSEEN:
                continue
            data[f"initial-{name}"] = _typed(field, theirs.get(name), hidden=True)
            if name not in self.changed_data:
                data[name] = _typed(field, theirs.get(name))
                if isinstance(field, forms.BooleanField) and not theirs.get(name):
                    del data[name]
        return type(self)(data, opened=now, user=self.user, today=self.today)


def _typed(field: forms.Field, value: Any, *, hidden: bool = False) -> str:
    shown = field.prepare_value(value)
    if isinstance(shown, bool):
        return str(shown) if hidden else "on"
    if isinstance(shown, time):
        return shown.strftime("%H:%M")
    return "" if shown is None else str(shown)


def _dress(field: forms.Field) -> None:
    widget = field.widget
    if isinstance(field, forms.DateField | forms.TimeField):
        kind, form = (forms.TimeInput, "%H:%M") if isinstance(field, forms.TimeField) else (forms.DateInput, "%Y-%m-%d")
        field.widget = widget = kind(attrs={"type": "time" if kind is forms.TimeInput else "date"}, format=form)
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = field.empty_label if field.empty_label != DASHES else _("please choose")
    elif isinstance(field, forms.ChoiceField):
        field.choices = [(value, _("please choose") if word == DASHES else word) for value, word in field.choices]  # type: ignore[misc,union-attr]
    if isinstance(widget, forms.CheckboxInput):
        widget.attrs["class"] = "form-check-input"
    elif not widget.is_hidden:
        widget.attrs["class"] = "form-select" if isinstance(widget, forms.Select) else "form-control"
        widget.attrs.setdefault("autocomplete", "off")
