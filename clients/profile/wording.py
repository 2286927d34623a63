"""What a column of a card is called, and how its value is written, for history and for two versions side by side."""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients.models import Account, Client
from clients.models.cards import CHANNELS
from clients.profile.kinds import CONSENT, CardKind
from crm import access
from crm.lib import formats

_HIDDEN = {"name", "form_of_address", "wecom_id", "email", "address", "birthday"}


def label(kind: CardKind | None, column: str) -> str:
    """The word of a column; of the client's own columns where there is no kind."""
    return str(capfirst(_label(kind, column)))


def _label(kind: CardKind | None, column: str) -> str:
    if kind is None:
        return _person_labels()[column]
    channel, _bar, part = column.partition("_")
    if kind is CONSENT and channel in CHANNELS:
        word = str(CHANNELS[channel])
        return {"on": _("{channel}: day"), "source": _("{channel}: source")}.get(part, "{channel}").format(channel=word)
    return str(getattr(kind.field(column), "verbose_name", column))


def _person_labels() -> dict[str, str]:
    return {
        "form_of_address": _("form of address"),
        "birthday": _("birthday"),
        "birthday_calendar": _("calendar of the birthday"),
        "occupation": _("occupation"),
        "education": _("education"),
        "email": _("e-mail address"),
        "address": _("postal address"),
    }


def written(kind: CardKind | None, column: str, value: Any, *, accounts: Mapping[int, str], sees_names: bool) -> str:
    """A value as people read it; sealed values and, for masked roles, names and addresses are hidden."""
    if value is None or value == "":
        return formats.NOTHING
    if column == "phone_sealed" or (column in _HIDDEN and not sees_names):
        return access.MASK
    if column == "account_id":
        return accounts.get(int(value), access.MASK)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column in _AMOUNTS:
        return _AMOUNTS[column](int(value))
    field = kind.field(column) if kind else Client._meta.get_field(column)
    choices = dict(getattr(field, "flatchoices", None) or ())
    return value.strftime("%H:%M") if isinstance(value, time) else str(choices.get(value, value))


def rate(value_e6: int) -> str:
    """A commission rate as it is spoken of: 2.5 per 10,000 (万分之 2.5), exact."""
    return pgettext("commission rate", "%(rate)s per 10,000") % {"rate": _plain(value_e6, 100)}


def share(value_e4: int) -> str:
    """A share kept in 1/10,000: 61.25%."""
    return f"{_plain(value_e4, 100)}%"


def _plain(value: int, per: int) -> str:
    whole, rest = divmod(value, per)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)


def account_names(client: Client) -> dict[int, str]:
    """The accounts of a client as a card may call them: kind and the last four characters."""
    return {account.pk: account_name(account) for account in client.accounts.named().order_by("family", "pk")}


def account_name(account: Account) -> str:
    """Fund account ••••8801."""
    return f"{account.get_kind_display()} {access.mask_tail(account.number)}"


_AMOUNTS: dict[str, Callable[[int], str]] = {
    "elsewhere_fen": formats.exact,
    "minimum_fen": formats.exact,
    "rate_e6": rate,
    "wallet_share_e4": share,
    "loss_line_e4": share,
}
