"""What the codes in the detail of an audit row mean. Most are values of a column with choices, of the table that the row is
about or of one that hangs on it; the others are named here."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Field
from django.utils.dateparse import parse_datetime

from clients.pages.words import KIND_LABELS
from clients.profile.kinds import KINDS
from clients.profile.wording import label
from crm.lib import formats
from crm.models import Holiday
from crm.pages.lists.columns import COLUMNS
from crm.pages.numbers import UNITS, typed_words
from crm.pages.timeline import corrections
from crm.templatetags.audit_words import field_words
from segmentation.models import Horizon, Tier
from segmentation.number_words import BY_KEY
from servicing.callbacks.questions import FINDINGS
from servicing.competence.words import subject_words
from servicing.items.words import called, rule_words
from servicing.models import Contact, Guest, Paper
from servicing.quarters import Quarter

# Tables on which others hang whose columns a detail names, too.
ALSO = {
    "servicing_complaint": ("servicing_complaintcall", "servicing_complaintescalation"),
    "servicing_materialversion": ("servicing_material",),
    "servicing_textversion": ("servicing_messagetext",),
}
_CARDS = {kind.model._meta.db_table: kind for kind in KINDS.values()}
Words = Callable[[Any], str]


def _of(words: Mapping[str, Any]) -> Words:
    return lambda code: str(words.get(code, code))


def _columns(names: str) -> str:
    return formats.listed(str(COLUMNS[name].label) if name in COLUMNS else name for name in names.split(","))


def _holiday(told: str) -> str:
    kind, _space, name = told.partition(" ")
    return f"{dict(Holiday.Kind.choices).get(kind, kind)} {name}".strip()


def _moment(told: str) -> str:
    moment = parse_datetime(told)
    return formats.moment(moment) if moment and moment.tzinfo else told


def _quarter(name: str) -> str:
    found = Quarter.named(name)
    return found.words if found else name


# By table and name of the detail; without a table, wherever it stands.
CODED: Mapping[tuple[str, str], Words] = {
    ("", "card"): lambda name: str(KINDS[name].title) if name in KINDS else name,
    ("", "channels"): _of(dict(Contact.Channel.choices)),
    ("", "expires_at"): _moment,
    ("", "horizon"): _of(dict(Horizon.choices)),
    ("", "quarter"): _quarter,
    ("", "rule"): rule_words,
    ("", "tier"): _of(dict(Tier.choices)),
    ("", "until"): _moment,
    ("clients_importbatch", "kind"): _of(KIND_LABELS),
    ("clients_rememberedmapping", "kind"): _of(KIND_LABELS),
    ("crm_holiday", ""): _holiday,
    ("crm_listchoice", "columns"): _columns,
    ("crm_listexport", "columns"): _columns,
    ("crm_monthlyreport", "language"): _of(dict(settings.LANGUAGES)),
    ("segmentation_threshold", "key"): lambda key: str(BY_KEY[key].label) if key in BY_KEY else key,
    ("servicing_callbackfinding", "question"): _of(FINDINGS),
    ("servicing_guest", "state"): _of(dict([*Guest.State.choices, *Guest.Attendance.choices])),
    ("servicing_paperrequirement", "needs"): _of(dict(Paper.Kind.choices)),
    ("servicing_paperrequirement", "subject"): subject_words,
    ("servicing_serviceitem", "code"): called,
}


def told(table: str, name: str, value: Any) -> str | None:
    """What a value of a detail means in the reader's language; None where it stands for itself."""
    if name == "fields" and isinstance(value, list):
        return formats.listed(dict.fromkeys(column_words(table, column) for column in value))
    for key in ((table, name), (table, ""), ("", name)):
        if key in CODED and isinstance(value, dict if name == "rule" else str):
            return CODED[key](value)
    words = choices_of(table).get(name, {})
    return str(words[value]) if isinstance(value, str) and value in words else None


def number_words(key: str, value: Any) -> str:
    """A value of a decided number as people type it, with its unit; empty where it is none."""
    number = BY_KEY.get(key)
    return f"{typed_words(number, value)} {UNITS.get(number.unit, '')}".strip() if number and type(value) is int else ""


@cache
def choices_of(table: str) -> Mapping[str, Mapping[str, Any]]:
    """The columns with choices that a detail of a table may name, each with its words by code."""
    found: dict[str, Mapping[str, Any]] = {}
    for one in (table, *ALSO.get(table, ())):
        for name, field in _columns_of(one).items():
            if field.flatchoices:
                found.setdefault(name, dict(field.flatchoices))
    return found


def column_words(table: str, column: str) -> str:
    """What a column of a table is called, where a detail says which ones were changed."""
    if table in _CARDS:
        return label(_CARDS[table], column)
    if table == "clients_client" and column in corrections.FIELDS:
        return str(corrections.FIELDS[column])
    name = "phone" if column.startswith("phone_") else column.removesuffix("_id")
    field = _columns_of(table).get(name)
    words = str(field.verbose_name) if field else ""
    return words if words != name.replace("_", " ") and words else field_words(name)


@cache
def _columns_of(table: str) -> Mapping[str, "Field[Any, Any]"]:
    """The columns of a table by name; none of a table that is no longer there."""
    model = next((model for model in apps.get_models() if model._meta.db_table == table), None)
    return {field.name: field for field in model._meta.fields} if model else {}
