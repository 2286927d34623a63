"""The words of the drawer: titles of the cards, and two versions of one side by side."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.models import CloseContact
from clients.pages.card_form import CardForm
from clients.profile.kinds import KINDS
from clients.profile.opening import PERSON, Opened
from clients.profile.wording import account_names, label, written


@dataclass(frozen=True)
class Versions:
    """One column in which two editors differ: what is saved now, and what this editor typed ("" where they left it)."""

    label: str
    theirs: str
    mine: str


def title_of(card: str, *, is_new: bool = False) -> str:
    """The title of the drawer."""
    if is_new and not KINDS[card].is_single:
        return {
            "contact": _("Add a close contact"),
            "household": _("Link a client of the household"),
            "need": _("Add a need"),
            "permission": _("Add a trading permission"),
            "rate": _("Add a commission rate"),
        }[card]
    return {
        PERSON: _("Personal details"),
        "preferences": _("Preferences card"),
        "background": _("How to serve"),
        "consent": _("Consent to be contacted"),
        "contact": _("Close contact"),
        "household": _("Household"),
        "need": _("Needs"),
        "permission": _("Trading permissions"),
        "rate": _("Commission rates"),
    }[card]


def both_versions(form: CardForm, now: Opened) -> list[Versions]:
    """The columns in which what was typed differs from what is saved now; who edits reads names."""
    accounts = account_names(now.client) if "account_id" in now.values else {}
    typed = form.values()
    found = []
    for column, theirs in now.values.items():
        if column not in typed or typed[column] == theirs:
            continue
        name = column.removesuffix("_id")
        is_mine = name in form.changed_data or column == CloseContact.phone_sealed.field.name
        said = [
            written(now.kind, column, value, accounts=accounts, sees_names=True) for value in (theirs, typed[column])
        ]
        found.append(Versions(label(now.kind, column), said[0], said[1] if is_mine else ""))
    return found
