"""The columns of the client list: what stands in a cell on the screen and in an exported file."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.lib import formats
from crm.models import Staff
from crm.pages.lists.column import Cell, Column, Shown, read_of
from crm.templatetags.parts import RISKS, TIERS, icon, risk, tier
from segmentation.models import Dormancy, Standing


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
    contacts, tags = read_of(keys, reads) if keys else ({}, {})
    return Shown(user, as_of, today, contacts, tags)
