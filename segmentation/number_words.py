"""What each number that people decided means: its words, unit and ends, by topic."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from segmentation.concession_numbers import CONCESSION_NUMBERS
from segmentation.number import Number

TOPICS = {
    "dormancy": pgettext_lazy("numbers", "Dormancy"),
    "churn": pgettext_lazy("numbers", "Churn"),
    "behaviour": pgettext_lazy("numbers", "Behaviour"),
    "market": pgettext_lazy("numbers", "Market regimes"),
    "economy": pgettext_lazy("numbers", "Costs and scenarios"),
    "work": pgettext_lazy("numbers", "Lists, exports and contacts"),
    "concessions": pgettext_lazy("numbers", "Fee concessions and gifts"),
    "installation": pgettext_lazy("numbers", "Installation"),
    "others": pgettext_lazy("numbers", "Others"),
}


def _days(key: str, label: str | Promise, topic: str, note: str | Promise = "") -> Number:
    return Number(key, label, "days", topic, note, least=1, most=3650)


def _share(key: str, label: str | Promise, topic: str) -> Number:
    return Number(key, label, "e-4", topic, most=10_000)


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
    *CONCESSION_NUMBERS,
    Number("disk_free_low", _("Free disk: please look below"), "%", "installation", most=100, of_night=False),
    Number("facts_late", _("Facts: late after"), "trading days", "installation", most=250, of_night=False),
)
BY_KEY = {number.key: number for number in NUMBERS}
NOT_OF_NIGHT = tuple(number.key for number in NUMBERS if not number.of_night)
