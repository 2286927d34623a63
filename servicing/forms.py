"""What people type about a contact or a task. What may not be is decided by the nouns; a form only reads."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.calendar import worked_from, working_days
from crm.lib.refusing_forms import RefusingForm
from servicing.contacts import Due, Said
from servicing.models import Contact, Stage, TextVersion
from servicing.texts.deciding import scripts_for

_DAY = timedelta(days=1)
_TEXT = {"class": "form-control", "autocomplete": "off"}


def due_choices(today: date) -> list[tuple[str, date]]:
    """The due days that are offered, all of them worked (S5): the next one, in three trading days, after the weekend."""
    working = working_days(today + _DAY, today + 40 * _DAY)  # longer than any closure
    trading = [day for day in working if day.weekday() < 5]
    monday = today + (7 - today.weekday()) * _DAY
    later = worked_from(monday, working)
    words = {
        working[0]: _("next working day"),
        trading[2]: _("+3 trading days"),
        later: _("next Monday") if later == monday else _("after the holiday"),
    }
    if working[0] == today + _DAY:
        words[working[0]] = _("tomorrow")
    return [(str(word), day) for day, word in words.items()]


def _day_input(today: date | None = None) -> forms.DateInput:
    least = {"min": today.isoformat()} if today else {}
    return forms.DateInput(attrs={"class": "form-control", "type": "date", **least}, format="%Y-%m-%d")


class ScriptField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """The script that was talked by. Offered are those in force; one that another took the place of meanwhile, and the one
    that stands in the contact, are taken as well."""

    def __init__(self) -> None:
        widget = forms.Select(attrs={"class": "form-select"})
        super().__init__(TextVersion.objects.none(), label=_("Script"), required=False, widget=widget)

    def offer(self, branch: int, at: datetime, *, chosen: int | None) -> None:
        """Offer what a branch may talk by."""
        said = TextVersion.objects.once_approved().for_branch(branch).filter(text__kind="script")
        self.queryset = said.select_related("text")
        offered = scripts_for(branch, at)
        if chosen and chosen not in {script.pk for script in offered}:
            offered += said.select_related("text").filter(pk=chosen)
        self.choices = [("", _("no script")), *((script.pk, script.text.name) for script in offered)]


class ContactForm(RefusingForm):
    """A contact with what came of it. `uid` is made when the form is opened, so that a double click records it once."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}), required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=Contact.Channel.choices, widget=forms.RadioSelect)
    direction = forms.ChoiceField(label=_("Direction"), choices=Contact.Direction.choices, widget=forms.RadioSelect)
    happened_at = forms.DateTimeField(
        label=_("When"),
        required=False,
        widget=forms.DateTimeInput(attrs={"class": "form-control", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    mood = forms.ChoiceField(label=_("Mood"), choices=Contact.Mood.choices, required=False, widget=forms.RadioSelect)
    summary = forms.CharField(
        label=_("What was said"),
        max_length=2000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4, "autofocus": True}),
    )
    promise = forms.CharField(label=_("Promise"), max_length=200, required=False, widget=forms.TextInput(attrs=_TEXT))
    promise_due = forms.DateField(label=_("due"), required=False, widget=_day_input())
    next_step = forms.CharField(
        label=_("Next step"), max_length=120, required=False, widget=forms.TextInput(attrs=_TEXT)
    )
    step_due = forms.DateField(label=_("due"), required=False, widget=_day_input())
    stage = forms.ChoiceField(
        label=_("Stage"), choices=[("", _("as before")), *Stage.choices], required=False, widget=forms.RadioSelect
    )

    script = ScriptField()

    def __init__(self, *args: Any, now: datetime, branch: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now.replace(second=0, microsecond=0)
        scripts = self.fields["script"]
        assert isinstance(scripts, ScriptField)  # noqa: S101 (for the type checker)
        scripts.offer(branch, now, chosen=self.initial.get("script"))
        today = timezone.localdate(now)
        for name in ("promise_due", "step_due"):
            self.fields[name].widget.attrs["min"] = today.isoformat()
        self.fields["happened_at"].widget.attrs["max"] = timezone.localtime(now).strftime("%Y-%m-%dT%H:%M")

    @staticmethod
    def fresh(now: datetime, channel: str = "") -> dict[str, Any]:
        """What a new form begins with: a call that we made, or what went by another channel, just now."""
        start = now.replace(second=0, microsecond=0)
        begun = {"uid": uuid4(), "channel": channel or "phone", "direction": "out", "mood": "", "stage": ""}
        return {**begun, "happened_at": start}

    def clean(self) -> dict[str, Any]:
        """A day without a text, or a text without a day, is half of something."""
        given = super().clean() or {}
        for text, day in (("promise", "promise_due"), ("next_step", "step_due")):
            if text in self.errors or day in self.errors:
                continue
            if given.get(text) and not given.get(day) and day in self.fields:
                self.add_error(day, _("Choose a day."))
            if given.get(day) and not given.get(text):
                self.add_error(text, _("Say what is due then, or leave the day empty."))
        return given

    @property
    def said(self) -> Said:
        """What the contact says, of a valid form."""
        given = self.cleaned_data
        return Said(
            given["happened_at"] or self.now,
            given["channel"],
            given["direction"],
            given["summary"],
            given["mood"],
            given["next_step"],
            given["script"].pk if given["script"] else None,
        )

    @property
    def uid_or_new(self) -> UUID:
        """The form's own uid; one without (sent by something else than our page) gets its own."""
        return self.cleaned_data["uid"] or uuid4()

    def due(self, text: str, day: str) -> Due | None:
        """A promise or next step with its day, None where the fields are empty."""
        return Due(self.cleaned_data[text], self.cleaned_data[day]) if self.cleaned_data[text] else None


class EditContactForm(ContactForm):
    """A recorded contact: what was said. Its promise and task are settled or withdrawn on their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("promise", "promise_due", "step_due", "stage"):
            del self.fields[name]


class TaskForm(RefusingForm):
    """Something to do for a client by a day."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-draft-keep": ""}), required=False)
    title = forms.CharField(
        label=pgettext_lazy("task", "What to do"),
        max_length=120,
        widget=forms.TextInput(attrs={**_TEXT, "autofocus": True}),
    )
    reason = forms.CharField(label=_("Why"), max_length=200, required=False, widget=forms.TextInput(attrs=_TEXT))
    due_on = forms.DateField(label=_("Due"), widget=_day_input())


class DayForm(forms.Form):
    """A day to postpone to."""

    due_on = forms.DateField(label=_("Due"))


class RowForm(forms.Form):
    """A row of today's work names itself, so that the same click twice is one."""

    uid = forms.UUIDField()
