"""May this product be offered to this client (L1)? The one rule that every push asks: messages, campaigns, events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import Background, Client

CLIENT_LEVELS, PRODUCT_LEVELS = ("C1", "C2", "C3", "C4", "C5"), ("R1", "R2", "R3", "R4", "R5")
REASONS: Mapping[str, str | Promise] = {
    "fits": _("The risk of the product is within the client's level."),
    "professional": _("Professional investors are not held to a level."),
    "warned": _("Above the client's level: asked for by the client, with a written warning on record."),
    "unrated": _("The product has no risk level."),
    "missing": _("The client has no valid risk assessment."),
    "expired": _("The client's risk assessment has expired."),
    "lowest": _("The client is of the lowest category: nothing above R1."),
    "unwarned": _("Above the client's level: without a written warning on record the client's wish is not met."),
    "above": _("The risk of the product is above the client's level."),
}
_PASSES = {"fits", "professional", "warned"}


@dataclass(frozen=True)
class Investor:
    """What the rule asks about a client: level C1–C5 ("" for none) and the first day on which it holds no more, ordinary or
    professional, and whether of the lowest category (P3)."""

    level: str
    expires_on: date | None
    is_professional: bool = False
    is_lowest: bool = False


@dataclass(frozen=True)
class Verdict:
    """Whether it may be, with a code for counts."""

    code: str

    @property
    def passes(self) -> bool:
        return self.code in _PASSES

    @property
    def reason(self) -> str:
        """Why, in the reader's language."""
        return str(REASONS[self.code])


def investor_of(client: Client) -> Investor:
    """A client as the rule sees one; read with `select_related("background")` it costs no query."""
    card: Background | None = getattr(client, "background", None)
    return Investor(client.risk_level, client.risk_expires_on, client.is_professional, bool(card and card.is_lowest))


def judge(investor: Investor, product: str, day: date, *, asked: bool = False, warned: bool = False) -> Verdict:
    """The matrix C1–C5 × R1–R5 of L1. `asked`: the client asked for it, we did not push it; `warned`: the written warning is
    on record. A rating without an end counts as missing, one that ends today as expired."""
    if product not in PRODUCT_LEVELS:
        code = "unrated"
    elif investor.is_lowest and product != "R1":
        code = "lowest"
    elif investor.is_professional:
        code = "professional"
    elif investor.level not in CLIENT_LEVELS or investor.expires_on is None:
        code = "missing"
    elif investor.expires_on <= day:
        code = "expired"
    elif PRODUCT_LEVELS.index(product) <= CLIENT_LEVELS.index(investor.level):
        code = "fits"
    elif asked:
        code = "warned" if warned else "unwarned"
    else:
        code = "above"
    return Verdict(code)
