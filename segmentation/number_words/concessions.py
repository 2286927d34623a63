"""The numbers of fee concessions and gifts (S12): a floor per product class, the cap of gifts, and what an effect needs."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clients.models import CommissionRate
from segmentation.number_words.number import Number


def _floor(product: str, word: str | Promise) -> Number:
    note = _("Nothing below it can be asked for; without a confirmed floor nothing at all (S12).")
    return Number(
        f"fee_floor_{product}",
        word,
        "e-6",
        "concessions",
        note,
        least=1,
        most=1_000_000,
        is_lawlike=True,
        of_night=False,
    )


CONCESSIONS = (
    *(
        _floor(code, format_lazy(_("Floor of the commission rate: {product}"), product=word))
        for code, word in CommissionRate.Product.choices
    ),
    Number(
        "gift_cap",
        _("Gifts per client and year, at most"),
        "fen",
        "concessions",
        _("Gifts are off until compliance confirms a value (S12)."),
        is_lawlike=True,
        of_night=False,
    ),
    Number(
        "concession_days", _("Days of a concession at most"), "days", "concessions", least=1, most=1_100, of_night=False
    ),
    Number(
        "concession_notice",
        _("Days before the end of a concession to talk about it"),
        "days",
        "concessions",
        least=1,
        most=90,
        of_night=False,
    ),
    Number(
        "concession_likes",
        _("Like clients that a concession is compared with"),
        "clients",
        "concessions",
        least=2,
        most=30,
        of_night=False,
    ),
    Number(
        "concession_least_likes",
        _("Like clients below which its effect cannot be told"),
        "clients",
        "concessions",
        least=2,
        most=30,
        of_night=False,
    ),
    Number(
        "concession_least_months",
        _("Months below which its effect cannot be told"),
        "months",
        "concessions",
        least=1,
        most=12,
        of_night=False,
    ),
)
