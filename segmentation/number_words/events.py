"""The numbers of education events (S13)."""

from django.utils.translation import gettext_lazy as _

from segmentation.number_words.number import Number

EVENTS = (
    Number(
        "event_invite_days",
        _("Working days for inviting a client to an event"),
        "working days",
        "events",
        _("An invitation is due by the end of registration in any case."),
        most=30,
        of_night=False,
    ),
    Number(
        "event_follow_up_days",
        _("Working days for asking a client after an event"),
        "working days",
        "events",
        most=30,
        of_night=False,
    ),
    Number(
        "event_least_clients",
        _("Clients a side below which the effect of an event cannot be told"),
        "clients",
        "events",
        least=5,
        most=1_000,
        of_night=False,
    ),
)
