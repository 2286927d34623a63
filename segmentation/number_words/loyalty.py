"""The numbers of loyalty (S19): what the steps of the ladder ask for, and where the map is cut."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from segmentation.number_words.number import Number


def _count(key: str, label: str | Promise, unit: str, most: int, note: str | Promise = "") -> Number:
    return Number(key, label, unit, "loyalty", note, least=1, most=most, of_night=False)


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
)
