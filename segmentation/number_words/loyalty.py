"""The numbers of loyalty (S19): what the steps of the ladder ask for, and where the map is cut."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from segmentation.number_words.number import Number


def _count(key: str, label: str | Promise, unit: str, most: int, note: str | Promise = "") -> Number:
    return Number(key, label, unit, "loyalty", note, least=1, most=most, of_night=False)


_EVER = _("Points earned in all; spending takes no level away.")
LOYALTY = (
    _count(
        "loyalty_answer", _("Satisfied: an answer from"), "points", 5, _("The word after a complaint, from 1 to 5.")
    ),
    _count("loyalty_breadth", _("Trusting: uses at least"), "things", 20, _("Kinds of business, accounts, a plan.")),
    _count("loyalty_years", _("Loyal: with us for at least"), "years", 50),
    _count("loyalty_referrals", _("Core: has brought in at least"), "clients", 50),
    _count("loyalty_years_full", _("Years from which lasting is full"), "years", 50),
    _count("loyalty_breadth_full", _("Things used from which depending is full"), "things", 20),
    _count("loyalty_lasting_cut", _("Lasting from"), "points", 100, _("Where the map is cut, of 100 points.")),
    _count("referral_days", _("Days within which whom a client recommended is called"), "days", 90),
    _count("loyalty_depending_cut", _("Depending from"), "points", 100, _("Where the map is cut, of 100 points.")),
    Number(
        "points_cap",
        _("Points a client may earn in a year, at most"),
        "points",
        "loyalty",
        _("Points are off until compliance confirms a value; 0 switches them off again (S12)."),
        most=1_000_000,
        is_lawlike=True,
        of_night=False,
    ),
    _count("points_event", _("Points for attending an event"), "points", 10_000),
    _count("points_referral", _("Points for a referral that opened"), "points", 10_000),
    _count("points_survey", _("Points for answering a survey"), "points", 10_000),
    _count("points_year", _("Points for a year with us"), "points", 10_000),
    _count(
        "member_silver",
        _("Silver member from"),
        "points",
        1_000_000,
        _EVER,
    ),
    _count(
        "member_gold",
        _("Gold member from"),
        "points",
        1_000_000,
        _EVER,
    ),
)
