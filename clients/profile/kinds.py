"""The kinds of cards as data: what a person edits, and what makes two rows the same. Editing, history and undo are
written once over these."""

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Field

from clients.models import (
    Background,
    CloseContact,
    CommissionRate,
    Consent,
    HouseholdLink,
    Need,
    PreferenceCard,
    TradingPermission,
)
from clients.models.cards import CHANNELS, Card


@dataclass(frozen=True, eq=False)
class CardKind:
    """One kind of card: its name in addresses and history, the columns a person edits, and the natural key under which a
    second row would be the same one. A single card is one per client: it is emptied, not withdrawn."""

    name: str
    model: type[Card]
    columns: tuple[str, ...]
    natural: tuple[str, ...]
    fixed: tuple[str, ...] = ()  # set when the row is made; not edited and not told in the history

    @property
    def is_single(self) -> bool:
        return self.natural == ("client_id",)

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name)

    def values_of(self, row: Card) -> dict[str, Any]:
        """What the row says, column by column."""
        return {column: getattr(row, column) for column in self.columns}

    def blank(self) -> dict[str, Any]:
        """What a row says that says nothing."""
        return {column: self.field(column).get_default() for column in self.columns}

    def field(self, column: str) -> "Field[Any, Any]":
        """The field behind a column; `account_id` and `account` are one."""
        name = column.removesuffix("_id") if column in {"account_id", "client_id", "other_id"} else column
        return cast("Field[Any, Any]", self.model._meta.get_field(name))

    def restored(self, stored: dict[str, Any]) -> dict[str, Any]:
        """Values as the history keeps them (JSON), back in their own types."""
        return {column: self.field(column).to_python(value) for column, value in stored.items()}


PREFERENCES = CardKind(
    "preferences", PreferenceCard, ("seat", "drink", "call_time", "hobbies", "taboos"), ("client_id",)
)
BACKGROUND = CardKind(
    "background",
    Background,
    (
        *("knowledge", "service_model", "is_strategic", "is_lowest", "loss_line_e4", "wecom_id"),
        *("elsewhere_fen", "wallet_share_e4", "elsewhere_on", "elsewhere_source"),
    ),
    ("client_id",),
)
CONSENT = CardKind(
    "consent",
    Consent,
    (*(f"{name}{part}" for name in CHANNELS for part in ("", "_on", "_source")), "quiet_from", "quiet_until"),
    ("client_id",),
)
CONTACT = CardKind(
    "contact",
    CloseContact,
    ("name", "relation", "phone_sealed", "can_tell", "may_contact", "powers"),
    ("uid",),
    fixed=("uid",),
)
HOUSEHOLD = CardKind(
    "household", HouseholdLink, ("relation", "note"), ("client_id", "other_id"), fixed=("client_id", "other_id")
)
NEED = CardKind("need", Need, ("kind", "strength", "source", "note", "noted_on"), ("client_id", "kind", "noted_on"))
PERMISSION = CardKind(
    "permission",
    TradingPermission,
    ("account_id", "board", "granted_on", "ended_on", "source"),
    ("client_id", "account_id", "board", "granted_on"),
)
RATE = CardKind(
    "rate",
    CommissionRate,
    ("account_id", "product", "rate_e6", "minimum_fen", "basis", "from_day"),
    ("account_id", "product", "from_day"),
)

KINDS = {kind.name: kind for kind in (PREFERENCES, BACKGROUND, CONSENT, CONTACT, HOUSEHOLD, NEED, PERMISSION, RATE)}
