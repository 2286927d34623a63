"""Numbers of complaints: by when each stage is left."""

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from segmentation.number_words.number import Number


def _complaint_timers() -> Iterator[Number]:
    """Working days from the receipt of a complaint by which each stage is left, by severity (S9)."""
    stages = {
        "received": _("Complaint: acknowledged ({severity})"),
        "cause": _("Complaint: cause found ({severity})"),
        "answer": _("Complaint: answered ({severity})"),
        "follow_up": _("Complaint: client satisfied ({severity})"),
        "improve": _("Complaint: analysed and closed ({severity})"),
    }
    severities = {
        "minor": pgettext_lazy("severity", "minor"),
        "serious": pgettext_lazy("severity", "serious"),
        "grave": pgettext_lazy("severity", "grave"),
    }
    note = _("Working days from the receipt (S9).")
    for stage, label in stages.items():
        for severity, word in severities.items():
            key, words = f"complaint_{stage}_{severity}", format_lazy(label, severity=word)
            yield Number(key, words, "working days", "complaints", note, least=1, most=250, of_night=False)


COMPLAINTS = (
    *_complaint_timers(),
    Number(
        "complaint_escalation",
        _("Complaint: working days overdue until compliance is told"),
        "working days",
        "complaints",
        _("The manager is told at once."),
        least=1,
        most=60,
        of_night=False,
    ),
    Number(
        "complaint_answer_law",
        _("Complaint forwarded by the regulator: answered"),
        "working days",
        "complaints",
        _("A rule of the law: it is off until compliance confirms a value."),
        least=1,
        most=250,
        is_lawlike=True,
        of_night=False,
    ),
    Number(
        "complaint_link_days",
        _("Days in which a link for complaining is open"),
        "days",
        "complaints",
        least=1,
        most=90,
        of_night=False,
    ),
)
