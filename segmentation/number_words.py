"""What each number that people decided means: its words, unit and ends, by topic."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_MOST = 10**15
# Unit as stored → how many stored units make one unit that people type.
SCALES = {"fen": 100, "fen a year": 100, "e-4": 100, "e-3": 10, "e-2 a year": 100, "e-1": 10}


@dataclass(frozen=True)
class Number:
    """What a key means: `least` and `most` in stored units; `is_lawlike`: it needs compliance; `of_night`: it decides the
    result of a night, so that another value makes another run."""

    key: str
    label: str | Promise
    unit: str
    topic: str = "others"
    help: str | Promise = ""
    least: int = 0
    most: int = _MOST
    is_lawlike: bool = False
    of_night: bool = True

    @property
    def scale(self) -> int:
        return SCALES.get(self.unit, 1)

    def typed(self, value: int) -> Decimal:
        """A stored value as people type it: yuan for fen, per cent for e-4."""
        return Decimal(value) / self.scale

    def stored(self, typed: Decimal) -> int | None:
        """What is stored for a typed value, None where it has finer parts than are kept."""
        whole = typed * self.scale
        return int(whole) if whole == int(whole) else None


TOPICS = {
    "dormancy": pgettext_lazy("numbers", "Dormancy"),
    "churn": pgettext_lazy("numbers", "Churn"),
    "behaviour": pgettext_lazy("numbers", "Behaviour"),
    "market": pgettext_lazy("numbers", "Market regimes"),
    "alerts": pgettext_lazy("numbers", "Risk alerts"),
    "economy": pgettext_lazy("numbers", "Costs and scenarios"),
    "work": pgettext_lazy("numbers", "Lists, exports and contacts"),
    "openings": pgettext_lazy("numbers", "Account openings"),
    "complaints": pgettext_lazy("numbers", "Complaints"),
    "installation": pgettext_lazy("numbers", "Installation"),
    "others": pgettext_lazy("numbers", "Others"),
}


def _days(key: str, label: str | Promise, topic: str, note: str | Promise = "") -> Number:
    return Number(key, label, "days", topic, note, least=1, most=3650)


def _waiting(key: str, label: str | Promise) -> Number:
    return Number(key, label, "days", "openings", least=1, most=365, of_night=False)


def _reference(key: str, label: str | Promise) -> Number:
    return Number(key, label, "clients", "work", most=1000, of_night=False)


def _share(key: str, label: str | Promise, topic: str) -> Number:
    return Number(key, label, "e-4", topic, most=10_000)


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


NUMBERS = (
    Number(
        "dormancy_floor",
        _("Floor of assets for a dormant client"),
        "fen",
        "dormancy",
        _("Below it a silent client is empty (R2)."),
    ),
    _days("dormancy_silence", _("Days without a trade until dormant"), "dormancy", _("Rule R2.")),
    _days("cooling_default", _("Days until cooling, with fewer than three own gaps"), "dormancy", _("Rule R2.")),
    Number(
        "regulatory_dormancy",
        _("Days until a regulatory dormant account"),
        "days",
        "dormancy",
        _("A rule of the law: it is off until compliance confirms a value."),
        least=1,
        most=36500,
        is_lawlike=True,
    ),
    Number("band_high", _("Churn score: high from"), "e-4", "churn", least=1, most=10_000),
    Number("band_raised", _("Churn score: raised from"), "e-4", "churn", least=1, most=10_000),
    Number("band_watch", _("Churn score: watch from"), "e-4", "churn", least=1, most=10_000),
    Number("churn_horizon", _("Days that a churn score looks ahead"), "days", "churn", least=1, most=730),
    Number("churn_lead", _("Trading days left out before them"), "trading days", "churn", most=60),
    Number("churn_asset_floor", _("Floor of assets for a churn score"), "fen", "churn"),
    Number("behaviour_floor", _("Floor of assets for a habit"), "fen", "behaviour"),
    Number(
        "position_points",
        _("Month-ends that make a habit of positions (B1)"),
        "month-ends",
        "behaviour",
        least=1,
        most=120,
    ),
    _share("position_band_floor", _("Least width of a habit of positions, either side (B1)"), "behaviour"),
    _share("result_flat", _("Result that counts as flat, of mean assets (B2)"), "behaviour"),
    _days("result_days", _("Days that a result needs (B2)"), "behaviour"),
    Number("deep_loss", _("Loss that is deep, of mean assets (R1)"), "e-4", "behaviour", least=1, most=10_000),
    Number("horizon_high", _("Turnover of a high-frequency client, from (B4)"), "e-2 a year", "behaviour"),
    Number("horizon_short", _("Turnover of a short-term client, from (B4)"), "e-2 a year", "behaviour"),
    Number("horizon_medium", _("Turnover of a medium-term client, from (B4)"), "e-2 a year", "behaviour"),
    Number("overtrading_turnover", _("Turnover that is a sign of over-trading, from (B7)"), "e-2 a year", "behaviour"),
    Number("programme_trades", _("Trades of a day that no hand makes (B4)"), "trades a day", "behaviour", least=1),
    Number(
        "programme_days",
        _("Such days in six months for programme trading (B4)"),
        "days",
        "behaviour",
        least=1,
        most=184,
    ),
    Number(
        "preference_p", _("Chance below which a preference is shown (B5)"), "e-4", "behaviour", least=1, most=10_000
    ),
    Number("preference_trades", _("Trades that a preference needs (B5)"), "trades", "behaviour", least=1),
    _share("regime_strong", _("Position in a strong market, from (B8)"), "market"),
    _share("regime_range", _("Position in a range (B8)"), "market"),
    _share("regime_weak", _("Position in a weak market, to (B8)"), "market"),
    _share("regime_tolerance", _("Distance from the reference that is no gap (B8)"), "market"),
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
    Number("service_cost_vip", _("Cost of serving a VIP client (C6)"), "fen a year", "economy"),
    Number("service_cost_key", _("Cost of serving a key client (C6)"), "fen a year", "economy"),
    Number("service_cost_ordinary", _("Cost of serving an ordinary client (C6)"), "fen a year", "economy"),
    Number("service_cost_small", _("Cost of serving a small client (C6)"), "fen a year", "economy"),
    Number(
        "reputation_factor",
        _("Damage to the name, on top of the value of a lost client (C3)"),
        "e-3",
        "economy",
        of_night=False,
    ),
    Number("complaint_rate", _("Dissatisfied clients who complain (C4)"), "e-3", "economy", most=1000, of_night=False),
    Number("replacing_low_from", _("Replacing a client, low estimate, from (C5)"), "e-1", "economy", of_night=False),
    Number("replacing_low_to", _("Replacing a client, low estimate, to (C5)"), "e-1", "economy", of_night=False),
    Number(
        "replacing_usual_from", _("Replacing a client, usual estimate, from (C5)"), "e-1", "economy", of_night=False
    ),
    Number("replacing_usual_to", _("Replacing a client, usual estimate, to (C5)"), "e-1", "economy", of_night=False),
    Number("replacing_high", _("Replacing a client, high estimate (C5)"), "e-1", "economy", of_night=False),
    Number("halved_churn_from", _("Profit when churn is halved, from (C9)"), "e-3", "economy", of_night=False),
    Number("halved_churn_to", _("Profit when churn is halved, to (C9)"), "e-3", "economy", of_night=False),
    *(
        Number(key, label, unit, "work", least=least, most=most, of_night=False)
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
    _days("contact_window", _("Days in which contacts of an advisor count"), "work"),
    _days("coverage_window", _("Days in which a client counts as reached"), "work"),
    _days("contact_rest", _("Days of rest between two contacts"), "work"),
    _days("contact_stale", _("Days after which a last contact is long ago"), "work"),
    Number("urgency_open", _("Weight of an open task in the order of the day"), "%", "work", most=1000, of_night=False),
    Number("urgency_today", _("Weight of a task that is due today"), "%", "work", most=1000, of_night=False),
    Number("urgency_overdue", _("Weight of an overdue task"), "%", "work", most=1000, of_night=False),
    Number(
        "round_horizon",
        _("Days ahead for which the night makes tasks"),
        "days",
        "work",
        least=1,
        most=60,
        of_night=False,
    ),
    Number(
        "expiry_notice",
        _("Days of notice before a rating or a document expires"),
        "days",
        "work",
        least=1,
        most=365,
        of_night=False,
    ),
    Number(
        "plan_review",
        _("Days between two reviews of a service plan"),
        "days",
        "work",
        least=1,
        most=730,
        of_night=False,
    ),
    Number(
        "contact_week",
        _("Minutes a week that an advisor has for planned contacts"),
        "minutes",
        "work",
        least=1,
        most=6_000,
        of_night=False,
    ),
    Number("work_day", _("Minutes of a working day"), "minutes", "work", least=1, most=1_440, of_night=False),
    Number(
        "client_share",
        _("Share of working time for clients, aimed at (S10)"),
        "e-4",
        "work",
        most=10_000,
        of_night=False,
    ),
    Number(
        "appraisal_clients",
        _("Clients below whom no advisor is ranked (S11)"),
        "clients",
        "work",
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
        "work",
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
        "work",
        least=1,
        most=365,
        is_lawlike=True,
        of_night=False,
    ),
    Number(
        "callback_tries",
        _("Calls in vain after which a client counts as not reachable"),
        "tries",
        "work",
        least=1,
        most=20,
        of_night=False,
    ),
    Number(
        "callback_ahead",
        _("Days ahead for which call-backs have a caller"),
        "days",
        "work",
        least=1,
        most=365,
        of_night=False,
    ),
    Number(
        "anniversary_first", _("First anniversary that is greeted"), "years", "work", least=1, most=99, of_night=False
    ),
    Number(
        "anniversary_second", _("Second anniversary that is greeted"), "years", "work", least=1, most=99, of_night=False
    ),
    Number(
        "anniversary_every",
        _("Years between the anniversaries after it"),
        "years",
        "work",
        least=1,
        most=99,
        of_night=False,
    ),
    Number("contact_hour_cost", _("Cost of an hour of an advisor"), "fen", "economy", of_night=False),
    Number(
        "bulk_clients", _("Clients of one step of bulk work"), "clients", "work", least=1, most=100_000, of_night=False
    ),
    Number(
        "export_rows_assets",
        _("Rows with amounts that are exported without a second person (L5)"),
        "rows",
        "work",
        of_night=False,
    ),
    Number(
        "export_rows_others",
        _("Other rows that are exported without a second person (L5)"),
        "rows",
        "work",
        of_night=False,
    ),
    Number(
        "export_rows_most", _("Rows of one export at most"), "rows", "work", least=1, most=1_000_000, of_night=False
    ),
    Number(
        "export_days",
        _("Days in which an approved export is fetched"),
        "days",
        "work",
        least=1,
        most=365,
        of_night=False,
    ),
    Number(
        "reveal_daily_limit",
        _("Personal values that one person may see in a day"),
        "values",
        "work",
        most=10_000,
        of_night=False,
    ),
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
    *(
        Number(f"message_cap_{channel}", label, "messages", "work", most=100, of_night=False)
        for channel, label in (
            ("sms", _("SMS to one client at most (S15)")),
            ("wecom", _("WeCom messages to one client at most (S15)")),
            ("email", _("E-mails to one client at most (S15)")),
            ("letter", _("Letters to one client at most (S15)")),
        )
    ),
    Number("message_cap_days", _("Within so many days"), "days", "work", least=1, most=365, of_night=False),
    Number(
        "message_quiet_from",
        _("Quiet hours begin, minutes after midnight"),
        "minutes",
        "work",
        _("1260 is 21:00."),
        most=1439,
        of_night=False,
    ),
    Number(
        "message_quiet_until",
        _("Quiet hours end, minutes after midnight"),
        "minutes",
        "work",
        _("510 is 8:30."),
        most=1439,
        of_night=False,
    ),
    Number(
        "message_second_person",
        _("Clients of a sending without a second person"),
        "clients",
        "work",
        most=100_000,
        of_night=False,
    ),
    Number("disk_free_low", _("Free disk: please look below"), "%", "installation", most=100, of_night=False),
    Number("facts_late", _("Facts: late after"), "trading days", "installation", most=250, of_night=False),
)
BY_KEY = {number.key: number for number in NUMBERS}
NOT_OF_NIGHT = tuple(number.key for number in NUMBERS if not number.of_night)
