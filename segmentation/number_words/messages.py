"""Numbers of messages: how many, when, and who else must agree."""

from django.utils.translation import gettext_lazy as _

from segmentation.number_words.number import Number

MESSAGES = (
    *(
        Number(f"message_cap_{channel}", label, "messages", "messages", most=100, of_night=False)
        for channel, label in (
            ("sms", _("SMS to one client at most (S15)")),
            ("wecom", _("WeCom messages to one client at most (S15)")),
            ("email", _("E-mails to one client at most (S15)")),
            ("letter", _("Letters to one client at most (S15)")),
        )
    ),
    Number("message_cap_days", _("Within so many days"), "days", "messages", least=1, most=365, of_night=False),
    Number(
        "message_quiet_from",
        _("Quiet hours begin, minutes after midnight"),
        "minutes",
        "messages",
        _("1260 is 21:00."),
        most=1439,
        of_night=False,
    ),
    Number(
        "message_quiet_until",
        _("Quiet hours end, minutes after midnight"),
        "minutes",
        "messages",
        _("510 is 8:30."),
        most=1439,
        of_night=False,
    ),
    Number(
        "message_second_person",
        _("Clients of a sending without a second person"),
        "clients",
        "messages",
        most=100_000,
        of_night=False,
    ),
)
