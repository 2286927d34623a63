"""The detail of an audit row as a reader may see it: before and after side by side, personal values masked; to the admin
nothing that tells who a client is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clients.models import Client
from crm import access
from crm.models import AuditEvent, Staff
from crm.templatetags.audit_words import field_words

# What is no client's: the admin reads these rows whole, every other row without key, values and reason.
IMPERSONAL = (
    "",
    "clients_exchangerate",
    "clients_importbatch",
    "clients_rememberedmapping",
    "crm_branch",
    "crm_holiday",
    "crm_jobrun",
    "crm_leave",
    "crm_publication",
    "crm_staff",
    "segmentation_threshold",
    "segmentation_tierscheme",
    "servicing_callback",
    "servicing_callbacksample",
    "servicing_festival",
    "servicing_handover",
    "servicing_pledge",
    "servicing_serviceitem",
    "servicing_servicestandard",
)
_PERSONAL = re.compile(r"name|phone|identity|card|email|address|birthday|wecom|account|number$")
_DIGITS = re.compile(r"(?<![\w.-])\d{7,}(?![\w.-])")
_LONGEST, _LONGEST_KEY = 200, 19


@dataclass(frozen=True)
class Line:
    """One value of a detail, or a value before and after."""

    label: str
    after: str
    before: str | None = None


def is_impersonal(event: AuditEvent) -> bool:
    """Whether a row tells nothing about a client."""
    return event.table in IMPERSONAL and "client" not in event.detail


def names_in(user: Staff, events: Iterable[AuditEvent]) -> dict[int, str]:
    """The names of the clients whom events are about, by client: what people wrote may hold them. The admin, who reads
    nothing that was written about a client, needs none."""
    clients = [client for event in events if (client := client_of(event))]
    seen = Client.objects.visible_to(user).filter(pk__in=clients) if clients else Client.objects.none()
    return dict(seen.values_list("pk", "name"))


def client_of(event: AuditEvent) -> int | None:
    """The client whom an event is about, if it is about one."""
    told = event.key if event.table == "clients_client" else event.detail.get("client")
    return int(told) if str(told).isascii() and str(told).isdigit() and len(str(told)) < _LONGEST_KEY else None


def key_for(user: Staff, event: AuditEvent) -> str:
    """The key of what was changed, masked to the admin where it is a client's."""
    if user.is_admin and not is_impersonal(event):
        return access.MASK if event.key else ""
    return event.key


def reason_for(user: Staff, event: AuditEvent, name: str = "") -> str:
    """The reason as typed, the client's name in it masked; it may speak of the client otherwise, so the admin does not read
    it there."""
    if user.is_admin and not is_impersonal(event):
        return access.MASK if event.reason else ""
    return access.text_for(user, without_numbers(event.reason), name)


def without_numbers(text: str) -> str:
    """A text in which long numbers (phones, accounts, identities) are masked."""
    return _DIGITS.sub(lambda found: access.mask_tail(found[0]), text)


def lines_for(user: Staff, event: AuditEvent) -> list[Line]:
    """The detail, line by line; before and after of one field stand in one line."""
    hides = user.is_admin and not is_impersonal(event)
    about_staff = event.table in IMPERSONAL
    detail = dict(event.detail)
    before, after = detail.pop("before", None), detail.pop("after", None)
    lines = []
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        old, new = before or {}, after or {}
        for name in sorted({*old, *new}):
            told = [_said(name, side.get(name), hides=hides, masks=not about_staff) for side in (old, new)]
            if told[0] != told[1] or hides or name not in old or name not in new:
                lines.append(Line(field_words(name), told[1], told[0]))
    elif before is not None or after is not None:
        told = [_said("value", side, hides=hides, masks=not about_staff) for side in (before, after)]
        lines.append(Line(field_words("value"), told[1], told[0]))
    lines += [
        Line(field_words(name), _said(name, value, hides=hides, masks=not about_staff))
        for name, value in detail.items()
    ]
    return lines


def _said(name: str, value: Any, *, hides: bool, masks: bool) -> str:
    if value is None or value == "":
        return "—"
    if hides and name not in {"checksum"}:
        return access.MASK
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        text = "; ".join(
            f"{field_words(str(k))} {_said(str(k), v, hides=hides, masks=masks)}" for k, v in value.items()
        )
    elif isinstance(value, list):
        text = ", ".join(_said(name, one, hides=hides, masks=masks) for one in value[:20])
    elif masks and _PERSONAL.search(name) and isinstance(value, str):
        return access.mask_name(value) if "name" in name else access.mask_tail(value)
    else:
        text = str(value)
    text = without_numbers(text) if masks else text
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
