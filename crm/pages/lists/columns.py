"""The columns of the client list: what stands in a cell on the screen and in an exported file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import DateTimeField, Max, Value
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clients.models import ClientTag
from crm import access
from crm.lib import formats
from crm.models import Staff
from crm.templatetags.parts import RISKS, TIERS, icon, risk, tier
from segmentation.models import Dormancy, Standing
from servicing.models import Contact

Cell = str | SafeString


@dataclass(frozen=True)
class Shown:
    """What the cells of a page need besides its rows: who reads, the day of the numbers, today, and what was read for all
    rows together."""

    user: Staff
    as_of: date
    today: date
    contacts: Mapping[int, date] = field(default_factory=dict)
    tags: Mapping[int, Sequence[str]] = field(default_factory=dict)

    @property
    def sees_names(self) -> bool:
        """Whether names stand in clear."""
        return access.sees_names(self.user)


@dataclass(frozen=True)
class Column:
    """A column. `cell` draws it, `said` is its plain value in a file; `reads` names what is read for all rows at once."""

    name: str
    label: str | Promise
    cell: Callable[[Standing, Shown], Cell]
    said: Callable[[Standing, Shown], str | int | float | None]
    sort: str = ""
    unit: str | Promise = ""
    is_right: bool = False
    is_small: bool = False  # shown on the phone too
    is_money: bool = False  # counts as assets where it is taken out (L5)
    style: str = ""
    reads: str = ""

    @cached_property
    def opening(self) -> str:
        """Where a cell of it begins."""
        classes = f"{self.style}{' r' if self.is_right else ''}{'' if self.is_small else ' hide-s'}".strip()
        return f'<td class="{classes}">'


def name_said(row: Standing, shown: Shown) -> str:
    """The name of the client as the reader may see it."""
    return row.client.name if shown.sees_names else access.mask_name(row.client.name)


def _yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / 100


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _tier(row: Standing, _shown: Shown) -> Cell:
    pin = _pin() if row.tier_reason == "pin" else ""
    return format_html('{} <span class="m">{}</span>{}', tier(row.tier), formats.count(row.rank), pin)


def _pin() -> Cell:
    by_hand = _("set by hand")
    return format_html(' <span class="m" title="{}">{}</span>', by_hand, icon("pin", by_hand))


def _risk_said(row: Standing, _shown: Shown) -> str:
    if row.churn_band not in RISKS:
        return ""
    share = f" {formats.percent(row.churn_score)}" if row.churn_score is not None else ""
    return f"{RISKS[row.churn_band][1]}{share}"


def _contact(row: Standing, shown: Shown) -> Cell:
    return formats.ago(shown.contacts.get(row.client_id), shown.today)


def _tags(row: Standing, shown: Shown) -> Cell:
    names = shown.tags.get(row.client_id, ())
    return format_html_join(" ", '<span class="tag">{}</span>', ((name,) for name in names))


def _advisor(row: Standing, _shown: Shown) -> str:
    return row.client.advisor.name if row.client.advisor else ""


def cells_of(row: Standing, shown: Shown, columns: Sequence[Column]) -> SafeString:
    """The cells of a row. There are hundreds on a page: a loop in a template takes five times as long."""
    return mark_safe(  # noqa: S308 (every cell is escaped here)
        "".join(f"{one.opening}{conditional_escape(one.cell(row, shown))}</td>" for one in columns)
    )


_STATES = {state.value: state.label for state in Dormancy}  # lazy words: looked up once, not for every row
COLUMNS = {
    one.name: one
    for one in (
        Column(
            "number",
            gettext_lazy("Client number"),
            lambda row, shown: row.client.client_number,
            lambda row, shown: row.client.client_number,
            sort="number",
            style="m2",
        ),
        Column(
            "tier",
            gettext_lazy("Tier · rank"),
            _tier,
            lambda row, shown: f"{TIERS[row.tier][1]} {row.rank}",
            sort="rank",
            is_small=True,
        ),
        Column(
            "risk",
            gettext_lazy("Churn risk"),
            lambda row, shown: risk(row.churn_band, row.churn_score),
            _risk_said,
            sort="risk",
            is_small=True,
        ),
        Column(
            "risk_money",
            gettext_lazy("Commission at risk"),
            lambda row, shown: formats.yuan_whole(row.at_risk_fen),
            lambda row, shown: _yuan(row.at_risk_fen),
            sort="risk_money",
            unit=pgettext_lazy("money", "yuan"),
            is_right=True,
            is_small=True,
            is_money=True,
            style="b",
        ),
        Column(
            "measure",
            gettext_lazy("measure of the scheme"),
            lambda row, shown: formats.yuan(row.measure_fen),
            lambda row, shown: _yuan(row.measure_fen),
            sort="measure",
            unit=pgettext_lazy("money", "yuan"),
            is_right=True,
            is_money=True,
        ),
        Column(
            "assets",
            gettext_lazy("Net assets"),
            lambda row, shown: formats.wan(row.net_assets_fen),
            lambda row, shown: _yuan(row.net_assets_fen),
            sort="assets",
            unit=pgettext_lazy("money", "10k yuan"),
            is_right=True,
            is_money=True,
        ),
        Column(
            "to_next",
            gettext_lazy("Lacks to the next tier"),
            lambda row, shown: formats.yuan(row.to_next_fen),
            lambda row, shown: _yuan(row.to_next_fen),
            sort="to_next",
            unit=pgettext_lazy("money", "yuan"),
            is_right=True,
            is_money=True,
        ),
        Column(
            "state",
            gettext_lazy("State"),
            lambda row, shown: str(_STATES[row.dormancy]),
            lambda row, shown: str(_STATES[row.dormancy]),
        ),
        Column(
            "active",
            gettext_lazy("Last trade"),
            lambda row, shown: formats.day_short(row.last_active_on, shown.as_of),
            lambda row, shown: _iso(row.last_active_on),
            sort="active",
            style="m2",
        ),
        Column(
            "contact",
            gettext_lazy("Last contact"),
            _contact,
            lambda row, shown: _iso(shown.contacts.get(row.client_id)),
            sort="contact",
            reads="contacts",
        ),
        Column(
            "tags",
            gettext_lazy("Tags"),
            _tags,
            lambda row, shown: _("、").join(shown.tags.get(row.client_id, ())),
            reads="tags",
        ),
        Column(
            "advisor", gettext_lazy("Advisor"), lambda r, s: _advisor(r, s) or formats.NOTHING, _advisor, style="m2"
        ),
        Column(
            "branch",
            gettext_lazy("Branch"),
            lambda row, shown: row.client.branch.name,
            lambda row, shown: row.client.branch.name,
            style="m2",
        ),
        Column(
            "kind",
            pgettext_lazy("client", "Kind"),
            lambda row, shown: row.client.get_kind_display(),
            lambda row, shown: row.client.get_kind_display(),
        ),
        Column(
            "risk_level",
            gettext_lazy("Risk level"),
            lambda row, shown: row.client.risk_level or formats.NOTHING,
            lambda row, shown: row.client.risk_level,
        ),
        Column(
            "risk_expires",
            gettext_lazy("Risk assessment expires"),
            lambda row, shown: formats.day(row.client.risk_expires_on),
            lambda row, shown: _iso(row.client.risk_expires_on),
        ),
        Column(
            "opened",
            gettext_lazy("Opened"),
            lambda row, shown: formats.day(row.client.opened_on),
            lambda row, shown: _iso(row.client.opened_on),
            sort="opened",
        ),
        Column(
            "source",
            gettext_lazy("Source"),
            lambda row, shown: row.client.source or formats.NOTHING,
            lambda row, shown: row.client.source,
        ),
        Column(
            "occupation",
            gettext_lazy("Occupation"),
            lambda row, shown: row.client.occupation or formats.NOTHING,
            lambda row, shown: row.client.occupation,
        ),
    )
}
USUAL = ("number", "tier", "risk", "risk_money", "measure", "assets", "state", "active", "contact", "tags")


def read_columns(text: str) -> tuple[str, ...]:
    """The columns that a text names, in its order; unknown ones are left out."""
    return tuple(dict.fromkeys(name for name in text.split(",") if name in COLUMNS))


def usual_columns(user: Staff, *, branches: int) -> tuple[str, ...]:
    """The columns of somebody who has chosen none."""
    advisor = () if user.is_advisor else ("advisor",)
    return USUAL + advisor + (("branch",) if branches > 1 else ())


def shown_for(user: Staff, rows: Iterable[Standing], columns: Sequence[str], *, as_of: date, today: date) -> Shown:
    """What the cells of these rows need, each thing read once for all of them."""
    reads = {COLUMNS[name].reads for name in columns}
    keys = [row.client_id for row in rows]
    contacts, tags = _read_of(keys, reads) if keys else ({}, {})
    return Shown(user, as_of, today, contacts, tags)


def _read_of(clients: Sequence[int], reads: set[str]) -> tuple[dict[int, date], dict[int, list[str]]]:
    """Days of the last contacts and names of tags, in one query: rows of both kinds, one under the other."""
    contacts = Contact.objects.standing().filter(client__in=clients).order_by().values("client")
    tags = ClientTag.objects.filter(client__in=clients).order_by()
    asked = {
        "contacts": contacts.annotate(last=Max("happened_at")).values_list("client", "last", Value("")),
        "tags": tags.values_list("client", Value(None, DateTimeField()), "tag__name"),
    }
    parts = [rows for name, rows in asked.items() if name in reads]
    days, names = dict[int, date](), dict[int, list[str]]()
    for client, at, name in parts[0].union(*parts[1:], all=True) if parts else ():
        if at is not None:
            days[client] = timezone.localdate(at)
        else:
            names.setdefault(client, []).append(name)
    return days, {client: sorted(of_client) for client, of_client in names.items()}
