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
from crm.pages.audit import codes
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
_TURNED = ("state", "due")  # what a plain `before` is the former value of
_STAFF = ("owner", "staff", "to")


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


def lines_for(user: Staff, event: AuditEvent, people: Mapping[int, str] | None = None) -> list[Line]:
    """The detail, line by line; before and after of one field stand in one line. `people`: names of staff by id."""
    hides, masks = user.is_admin and not is_impersonal(event), event.table not in IMPERSONAL
    speaker = _Speaker(event.table, hides, masks, people or {}, str(event.detail.get("key", "")))
    detail = dict(event.detail)
    before, after = detail.pop("before", None), detail.pop("after", None)
    lines: list[Line] = []
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        old, new = before or {}, after or {}
        for name in sorted({*old, *new}):
            told = [speaker.said(name, side.get(name)) for side in (old, new)]
            if told[0] != told[1] or speaker.hides or name not in old or name not in new:
                lines.append(Line(field_words(name), told[1], told[0]))
    elif before is not None:  # of what is told beside it
        name = next((one for one in _TURNED if one in detail), "state")
        lines.append(Line(field_words(name), speaker.said(name, detail.pop(name, after)), speaker.said(name, before)))
    plain = [Line(field_words(name), speaker.said(name, value)) for name, value in detail.items()]
    return plain + lines if "key" in detail else lines + plain


@dataclass(frozen=True)
class _Speaker:
    """How the details of a row are said: nothing but digests where it `hides` them, personal values where it `masks` them;
    `key`: of which number a value is."""

    table: str
    hides: bool
    masks: bool
    people: Mapping[int, str]
    key: str

    def said(self, name: str, value: Any) -> str:
        """A value in words."""
        if value is None or value == "":
            return "—"
        if self.hides and name != "checksum":
            return access.MASK
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if name in _STAFF and value in self.people:
            return self.people[value]
        if name == "value" and (number := codes.number_words(self.key, value)):
            return number
        text = codes.told(self.table, name, value) or self._plain(name, value)
        text = without_numbers(text) if self.masks else text
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

    def _plain(self, name: str, value: Any) -> str:
        if isinstance(value, Mapping):
            return "; ".join(f"{field_words(str(k))} {self.said(str(k), v)}" for k, v in value.items())
        if isinstance(value, list):
            return ", ".join(self.said(name, one) for one in value[:20])
        if self.masks and _PERSONAL.search(name) and isinstance(value, str):
            return access.mask_name(value) if "name" in name else access.mask_tail(value)
        return str(value)
