"""Numbers of the house: costs, exports, the installation."""

from django.utils.translation import gettext_lazy as _

from segmentation.number_words.number import Number

HOUSE = (
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
    Number("disk_free_low", _("Free disk: please look below"), "%", "installation", most=100, of_night=False),
    Number("facts_late", _("Facts: late after"), "trading days", "installation", most=250, of_night=False),
)
