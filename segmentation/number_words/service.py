"""Numbers of service: what is owed, by when, and how often."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from segmentation.number_words.number import Number, days


def _waiting(key: str, label: str | Promise) -> Number:
    return Number(key, label, "days", "openings", least=1, most=365, of_night=False)


def _reference(key: str, label: str | Promise) -> Number:
    return Number(key, label, "clients", "contacts", most=1000, of_night=False)


SERVICE = (
    Number("alert_floor", _("Net assets from which alerts are told (B9)"), "fen", "alerts", of_night=False),
    Number(
        "alert_concentration",
        _("Share of one security in net assets, from (B9)"),
        "e-4",
        "alerts",
        least=500,
        most=100_000,
        of_night=False,
    ),
    Number(
        "alert_drawdown",
        _("Fall from the highest day, from (B9)"),
        "e-4",
        "alerts",
        least=100,
        most=10_000,
        of_night=False,
    ),
    Number(
        "alert_drawdown_days",
        _("Days in which the highest day is sought"),
        "days",
        "alerts",
        least=5,
        most=365,
        of_night=False,
    ),
    Number("alert_level_floor", _("Holdings above the client's level, from (B9)"), "fen", "alerts", of_night=False),
    Number(
        "alert_maintenance",
        _("Maintenance ratio, up to (B9)"),
        "e-4",
        "alerts",
        least=10_000,
        most=100_000,
        of_night=False,
    ),
    Number("alert_step", _("How much further is worse (B9)"), "e-4", "alerts", least=100, most=10_000, of_night=False),
    *(
        Number(key, label, unit, "contacts", least=least, most=most, of_night=False)
        for key, label, unit, least, most in (
            ("relation_window", _("Days of contacts by which a relationship is judged"), "days", 30, 730),
            ("relation_cadence", _("Cadence where the standard has none"), "days", 1, 730),
            ("relation_share", _("Share of the owed contacts that keeps the cadence"), "%", 1, 100),
            ("relation_theirs", _("Conversations that a partner begins"), "contacts", 0, 100),
            ("relation_answer", _("Days after which a question counts as unanswered"), "days", 0, 60),
            ("response_minutes", _("Working minutes until the first answer"), "minutes", 1, 10_000),
            ("response_window", _("Days in which a question is timed"), "days", 1, 90),
            ("arrival_minutes", _("Minutes until an arriving client is received"), "minutes", 1, 240),
            ("workday_begins", _("Work begins, minutes after midnight"), "minutes", 0, 1439),
            ("workday_ends", _("Work ends, minutes after midnight"), "minutes", 1, 1440),
        )
    ),
    days("contact_window", _("Days in which contacts of an advisor count"), "contacts"),
    days("coverage_window", _("Days in which a client counts as reached"), "contacts"),
    days("contact_rest", _("Days of rest between two contacts"), "contacts"),
    days("contact_stale", _("Days after which a last contact is long ago"), "contacts"),
    Number(
        "urgency_open", _("Weight of an open task in the order of the day"), "%", "contacts", most=1000, of_night=False
    ),
    Number("urgency_today", _("Weight of a task that is due today"), "%", "contacts", most=1000, of_night=False),
    Number("urgency_overdue", _("Weight of an overdue task"), "%", "contacts", most=1000, of_night=False),
    Number(
        "round_horizon",
        _("Days ahead for which the night makes tasks"),
        "days",
        "contacts",
        least=1,
        most=60,
        of_night=False,
    ),
    Number(
        "expiry_notice",
        _("Days of notice before a rating or a document expires"),
        "days",
        "contacts",
        least=1,
        most=365,
        of_night=False,
    ),
    Number(
        "plan_review",
        _("Days between two reviews of a service plan, where no standard says so"),
        "days",
        "contacts",
        least=1,
        most=730,
        of_night=False,
    ),
    Number(
        "contact_week",
        _("Minutes a week that an advisor has for planned contacts"),
        "minutes",
        "contacts",
        least=1,
        most=6_000,
        of_night=False,
    ),
    Number("work_day", _("Minutes of a working day"), "minutes", "contacts", least=1, most=1_440, of_night=False),
    Number(
        "client_share",
        _("Share of working time for clients, aimed at (S10)"),
        "e-4",
        "contacts",
        most=10_000,
        of_night=False,
    ),
    Number(
        "appraisal_clients",
        _("Clients below whom no advisor is ranked (S11)"),
        "clients",
        "contacts",
        least=1,
        most=10_000,
        of_night=False,
    ),
    _waiting("opening_days_branch", _("Days until the branch is chosen")),
    _waiting("opening_days_form", _("Days until the form is filled in")),
    _waiting("opening_days_documents", _("Days until the documents are complete")),
    _waiting("opening_days_verification", _("Days until the identity is verified")),
    _waiting("opening_days_agreement", _("Days until the agreement is signed")),
    _waiting("opening_days_deposit", _("Days until the first deposit")),
    Number(
        "opening_retention",
        _("Days after which the data of people who did not become clients is hidden"),
        "days",
        "openings",
        least=1,
        most=3650,
        of_night=False,
    ),
    _reference("funnel_reference_a", _("Funnel A–D: reference of clients looking on")),
    _reference("funnel_reference_b", _("Funnel A–D: reference of clients choosing")),
    _reference("funnel_reference_c", _("Funnel A–D: reference of clients trading")),
    _reference("funnel_reference_d", _("Funnel A–D: reference of deals made")),
    Number(
        "callback_share",
        _("Share of last year's clients who are called back each year (L2)"),
        "e-4",
        "care",
        _("The year's sample keeps the share it was drawn with."),
        least=1,
        most=10_000,
        is_lawlike=True,
        of_night=False,
    ),
    Number(
        "callback_new_days",
        _("Days after the opening within which a new account is called back (L2)"),
        "days",
        "care",
        least=1,
        most=365,
        is_lawlike=True,
        of_night=False,
    ),
    Number(
        "callback_tries",
        _("Calls in vain after which a client counts as not reachable"),
        "tries",
        "care",
        least=1,
        most=20,
        of_night=False,
    ),
    Number(
        "callback_ahead",
        _("Days ahead for which call-backs have a caller"),
        "days",
        "care",
        least=1,
        most=365,
        of_night=False,
    ),
    Number(
        "anniversary_first", _("First anniversary that is greeted"), "years", "care", least=1, most=99, of_night=False
    ),
    Number(
        "anniversary_second", _("Second anniversary that is greeted"), "years", "care", least=1, most=99, of_night=False
    ),
    Number(
        "anniversary_every",
        _("Years between the anniversaries after it"),
        "years",
        "care",
        least=1,
        most=99,
        of_night=False,
    ),
)
