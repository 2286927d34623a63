"""What was changed about the client by files or persons, masked; and, for compliance, who looked at or did what."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.imports.masking import masked
from clients.models import Account, Client, FactChange
from clients.models.people import State
from crm.access import mask_name, text_for
from crm.lib import formats
from crm.models import AuditEvent, Staff
from crm.pages.timeline.events import Event
from crm.pages.timeline.sources import Found, Rows

# Stored column → its word; what is not here (search keys, digests, provenance) is no news to a reader.
FIELDS: dict[str, str | Lazy] = {
    "name": gettext_lazy("name"),
    "form_of_address": gettext_lazy("form of address"),
    "identity_type": gettext_lazy("identity document"),
    "identity_sealed": gettext_lazy("identity number"),
    "identity_expires_on": gettext_lazy("expiry of the document"),
    "phone_sealed": gettext_lazy("phone"),
    "email": gettext_lazy("e-mail"),
    "address": gettext_lazy("address"),
    "birthday": gettext_lazy("birthday"),
    "birthday_calendar": gettext_lazy("calendar of the birthday"),
    "occupation": gettext_lazy("occupation"),
    "education": gettext_lazy("education"),
    "source": pgettext_lazy("client", "source"),
    "risk_level": gettext_lazy("risk level"),
    "risk_expires_on": gettext_lazy("expiry of the risk level"),
    "is_professional": gettext_lazy("professional investor"),
    "state": pgettext_lazy("client", "state"),
    "opened_on": gettext_lazy("opened on"),
    "closed_on": gettext_lazy("closed on"),
    "advisor_id": gettext_lazy("advisor"),
    "is_restricted": gettext_lazy("restricted"),
    "is_unscored": gettext_lazy("not scored"),
    "custodian_bank": gettext_lazy("custodian bank"),
    "card_sealed": gettext_lazy("bank card"),
    "currency": gettext_lazy("currency"),
    "is_main": gettext_lazy("main account"),
    "parent_number": gettext_lazy("fund account above"),
}
# Shown as they are; every other value is masked, and a sealed one is not shown at all.
OPEN = frozenset(
    {
        *("identity_type", "identity_expires_on", "birthday_calendar", "occupation", "education", "source"),
        *("risk_level", "risk_expires_on", "is_professional", "state", "opened_on", "closed_on", "is_restricted"),
        *("is_unscored", "custodian_bank", "currency", "is_main"),
    }
)
ACTIONS: dict[str, str | Lazy] = {
    "reveal": gettext_lazy("Value shown"),
    "pin-tier": gettext_lazy("Tier set by hand"),
    "lift-pin": gettext_lazy("What was set by hand was lifted"),
    "accept-identity": gettext_lazy("Contradiction decided: new value taken"),
    "refuse-identity": gettext_lazy("Contradiction decided: old value kept"),
}
REVEALED: dict[str, str | Lazy] = {
    "phone": gettext_lazy("phone"),
    "identity": gettext_lazy("identity number"),
    "number": gettext_lazy("account number"),
    "card": gettext_lazy("bank card"),
}


def corrections_of(client: Client, *, names: bool) -> Rows:
    """Changes of the client's own row and of its accounts."""
    rows = FactChange.objects.of_client(client).select_related("staff")

    def tell(found: Sequence[Found]) -> list[Event]:
        advisors = _advisors(one.row for one in found)
        return [_correction(one, advisors, names=names) for one in found]

    return Rows("correction", "data", rows, "at", tell, by_moment=True)


def _correction(one: Found, advisors: Mapping[int, str], *, names: bool) -> Event:
    row: FactChange = one.row
    said = [_changed(column, before, after, advisors, names=names) for column, before, after in changed_columns(row)]
    what = _("Account corrected") if row.table == Account._meta.db_table else _("Client data corrected")
    if row.is_undo:
        what = _("Correction taken back")
    by = row.staff.name if row.staff else _("by a file")
    return Event(one.place, "database", what, "\n".join(said), (), by)


def changed_columns(row: FactChange) -> list[tuple[str, Any, Any]]:
    """The columns whose value differs, as far as a reader knows them by name."""
    before, after = row.before or {}, row.after or {}
    pairs = ((column, before.get(column), after[column]) for column in FIELDS if column in after)
    return [(column, old, new) for column, old, new in pairs if _text(old) != _text(new)]


def _changed(column: str, before: Any, after: Any, advisors: Mapping[int, str], *, names: bool) -> str:
    label = FIELDS[column]
    if column.endswith("_sealed"):
        return _("{field}: changed").format(field=label)
    values = [_shown(column, value, advisors, names=names) for value in (before, after)]
    return _("{field}: {before} → {after}").format(field=label, before=values[0], after=values[1])


def _shown(column: str, value: Any, advisors: Mapping[int, str], *, names: bool) -> str:
    text = _text(value)
    if column == "advisor_id":
        return advisors.get(int(text), formats.NOTHING) if text else formats.NOTHING
    if not text:
        return formats.NOTHING
    if column == "state":
        return str(dict(State.choices).get(text, text))
    if column.startswith("is_"):
        return _("yes") if text in {"1", "True", "true"} else _("no")
    if column in {"name", "form_of_address"}:
        return text if names else mask_name(text)
    return text if column in OPEN else masked(column, text)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _advisors(rows: Iterable[FactChange]) -> dict[int, str]:
    told = [value for row in rows for column, *pair in changed_columns(row) if column == "advisor_id" for value in pair]
    keys = {int(value) for value in told if value}
    return dict(Staff.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}


def audit_of(client: Client, user: Staff) -> Rows:
    """Who looked at a value or did something to this client: for compliance."""
    about = {"clients_client": [client.pk], "clients_account": [account.pk for account in client.accounts.all()]}
    about["segmentation_tierpin"] = list(client.tier_pins.values_list("pk", flat=True))
    rows = AuditEvent.objects.visible_to(user).about(about).select_related("actor")
    return Rows("audit", "audit", rows, "at", partial(_audited, client, user), by_moment=True)


def _audited(client: Client, user: Staff, found: Sequence[Found]) -> list[Event]:
    return [_action(one, text_for(user, one.row.reason, client.name)) for one in found]


def _action(one: Found, reason: str) -> Event:
    row: AuditEvent = one.row
    title = str(ACTIONS.get(row.action, row.action))
    field = REVEALED.get(str(row.detail.get("field", "")), "")
    icon = "eye" if row.action == "reveal" else "history"
    who = row.actor.name if row.actor else ""
    return Event(one.place, icon, f"{title} · {field}" if field else title, reason, (), who)
