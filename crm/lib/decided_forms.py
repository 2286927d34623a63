"""What the forms of decided rows have in common: of the firm or of a branch, from a first day on, with who says why."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from crm.lib.refusals import Refused
from crm.lib.refusing_forms import RefusingForm
from crm.models import Branch

FIRM = "firm"
TEXT = {"class": "form-control", "autocomplete": "off"}


class DecidedForm(RefusingForm):
    """A row that takes over on its first day, saved after a look at what it means. `WORDS` are saved, not computed from;
    `ASIDE` are neither; `seen`: the latest row when the form was opened."""

    WORDS: ClassVar[tuple[str, ...]] = ("source",)
    ASIDE: ClassVar[tuple[str, ...]] = ("seen",)

    branch = forms.ChoiceField(label=gettext_lazy("Holds for"), widget=forms.Select(attrs={"class": "form-select"}))
    from_day = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    source = forms.CharField(
        label=gettext_lazy("Why, and who decided"), max_length=200, widget=forms.TextInput(attrs=TEXT)
    )
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, branches: Iterable[Branch], may_firm: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.branches = {branch.code: branch for branch in branches}
        scope = self.fields["branch"]
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101 (for the type checker)
        firm = [(FIRM, gettext_lazy("the whole firm"))] if may_firm else []
        scope.choices = [*firm, *((branch.code, branch.name) for branch in self.branches.values())]
        self.fields["from_day"].widget.attrs["min"] = today.isoformat()

    def row(self) -> Any:
        """The unsaved row of a form that is valid, but for its words."""
        raise NotImplementedError

    def check(self, row: Any) -> None:
        """Raises Refused, naming the field, where the noun cannot keep the row."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """What the noun refuses stands beside its field."""
        given = super().clean() or {}
        if not set(self.errors) - set(self.WORDS):
            try:
                self.check(self.row())
            except Refused as refused:
                self.refuse(refused)
        return given

    def pass_over_words(self) -> None:
        """For a preview, which computes from the numbers alone: what is missing for saving only is no error yet."""
        for name in self.WORDS:
            self.errors.pop(name, None)

    def scope(self) -> Branch | None:
        """The branch it holds for; None is the firm."""
        return self.branches.get(self.cleaned_data["branch"])

    def digest(self) -> str:
        """Stands for what was previewed: saving asks for the same."""
        values = {
            name: str(value) for name, value in self.cleaned_data.items() if name not in {*self.ASIDE, *self.WORDS}
        }
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]
