"""What people type about materials. What may not be is decided by the nouns; the forms only read."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.lib.refusing_forms import RefusingForm
from segmentation.models import Tier
from servicing.materials.files import KeptFile
from servicing.materials.writing import NOTICES, Heading, Wording
from servicing.models import Material, MaterialShare, MaterialVersion
from servicing.models.versions import Risk
from servicing.pages import version_forms
from servicing.pages.version_forms import SavingForm, area, select, text_input


class HeadingForm(version_forms.HeadingForm):
    """What a new material is about, and for whom."""

    title = forms.CharField(label=pgettext_lazy("material", "Title"), max_length=80, widget=text_input())
    topic = forms.ChoiceField(label=pgettext_lazy("material", "Topic"), choices=Material.Topic.choices, widget=select())
    knowledge = forms.ChoiceField(
        label=gettext_lazy("For which knowledge level"),
        choices=Material.Knowledge.choices,
        required=False,
        widget=select(),
    )
    tier = forms.ChoiceField(
        label=gettext_lazy("For which tier"),
        choices=[("", pgettext_lazy("tier", "every tier")), *Tier.choices],
        required=False,
        widget=select(),
    )
    product_risk = forms.ChoiceField(
        label=gettext_lazy("Product risk"),
        choices=Risk.choices,
        required=False,
        widget=select(),
        help_text=gettext_lazy("It is given only to clients whose risk level it suits."),
    )

    def heading(self) -> Heading:
        """The heading of a valid form."""
        told = self.cleaned_data
        names = ("title", "topic", "language", "knowledge", "tier", "product_risk")
        return Heading(branch=self.scope(), **{name: told[name] for name in names})


class MaterialForm(SavingForm):
    """What a version says; a new one keeps the file of the one before, unless another one or none is wanted."""

    body = forms.CharField(label=pgettext_lazy("material", "Text"), max_length=20_000, required=False, widget=area(14))
    risk_notice = forms.CharField(
        label=gettext_lazy("Risk notice"),
        max_length=1000,
        widget=area(4),
        initial=NOTICES["zh"],
        help_text=gettext_lazy("Readers confirm it before the material opens."),
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Last valid day"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )
    file = forms.FileField(
        label=gettext_lazy("Attached PDF"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": "application/pdf,.pdf"}),
    )
    drop_file = forms.BooleanField(label=gettext_lazy("Without the file"), required=False)

    def wording(self, file: KeptFile) -> Wording:
        """The wording of a valid form, with its file as it was kept."""
        told = self.cleaned_data
        return Wording(told["body"], told["risk_notice"], told["valid_until"], file)


class ShareForm(RefusingForm):
    """Which material goes to a client, and how; `uid` makes a double click one link."""

    uid = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid4)
    version = forms.ChoiceField(label=gettext_lazy("Material"), widget=select())
    channel = forms.ChoiceField(
        label=gettext_lazy("How the link goes"), choices=MaterialShare.Channel.choices, widget=forms.RadioSelect
    )

    def __init__(
        self, *args: Any, fitting: Sequence[MaterialVersion], others: Sequence[MaterialVersion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._versions = {str(one.pk): one for one in (*fitting, *others)}
        groups = [
            (gettext_lazy("Meant for this client"), [(str(one.pk), one.material.title) for one in fitting]),
            (gettext_lazy("Others"), [(str(one.pk), one.material.title) for one in others]),
        ]
        choice = self.fields["version"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 (for the type checker)
        choice.choices = [(label, rows) for label, rows in groups if rows]

    def chosen(self) -> MaterialVersion:
        """The version of a valid form."""
        return self._versions[self.cleaned_data["version"]]


class ConfirmForm(forms.Form):
    """The risk notice of a version (its number) was read; `uid` makes a double click one opening."""

    uid = forms.UUIDField(widget=forms.HiddenInput())
    number = forms.IntegerField(widget=forms.HiddenInput(), min_value=1, max_value=2**31)


class RequireForm(forms.Form):
    """Whether staff must have read it."""

    required = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
