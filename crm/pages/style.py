"""The living page of the design: every part in both languages and both themes, made of the same files as the pages."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from clients.models import Client
from crm.lib import formats
from crm.lib.charts import Chart
from crm.lib.http import only
from crm.models import Staff
from crm.pages.palette import Entry
from crm.templatetags.parts import change, figure, sparkline
from segmentation.models import Standing

LANGUAGES = (("zh-hans", "zh-CN", "中文"), ("en", "en", "English"))
THEMES = (("light", gettext_lazy("Light")), ("dark", gettext_lazy("Dark")))
DAY = date(2026, 11, 20)
# What is written in which colour on which: the page computes the contrast, a test asks for 4.5.
INKS = (
    *(("ink", "surface"), ("ink-2", "surface"), ("ink-3", "surface"), ("ink-3", "bg"), ("ink-3", "surface-2")),
    *(("accent", "surface"), ("on-accent", "accent"), ("accent-ink", "accent-soft"), ("up", "surface")),
    *(("down", "surface"), ("ok", "ok-soft"), ("bad", "bad-soft"), ("note", "note-soft"), ("risk-1-ink", "surface")),
    *(("risk-2-ink", "surface"), ("risk-3-ink", "surface"), ("risk-4-ink", "surface"), ("tier-vip-ink", "tier-vip")),
    *(("tier-key-ink", "tier-key"), ("tier-ord-ink", "tier-ord"), ("tier-small-ink", "surface")),
)
RAMPS = (
    ("risk-1", "risk-2", "risk-3", "risk-4"),
    ("c-1", "c-2", "c-3", "c-4"),
    ("bg", "surface", "surface-2", "surface-3"),
)
SAMPLES = (
    ("顾承远", "00310012", "vip", "high", 0.36, 92_400_00, -0.124),
    ("沈慕云", "00310288", "key", "raised", 0.27, 46_975_81, 0.021),
    ("邵明漪", "00316640", "ordinary", "watch", 0.11, 12_230_50, 0.004),
    ("钟可一", "00318201", "small", "low", 0.04, 5_435_22, 0.0),
)


class SampleForm(forms.Form):
    """A form that was sent with rubbish."""

    what = forms.CharField(
        max_length=200, label=gettext_lazy("Task"), widget=forms.TextInput(attrs={"class": "form-control"})
    )
    due = forms.DateField(
        label=gettext_lazy("Due on"),
        widget=forms.TextInput(attrs={"class": "form-control is-invalid"}),
        error_messages={"invalid": gettext_lazy("There is no such day; for example 2026-11-30.")},
    )
    risk = forms.ChoiceField(
        label=gettext_lazy("Risk level"),
        choices=[(f"C{n}", f"C{n}") for n in range(1, 6)],
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=gettext_lazy("Empty: as it is known."),
    )


@dataclass(frozen=True)
class Panel:
    """The parts in one language and theme."""

    key: str
    lang: str
    theme: str
    label: str
    body: SafeString


@dataclass(frozen=True)
class Sample:
    """A client of the invented rows, and how much the measure moved in 30 days."""

    client: Client
    standing: Standing
    number: str
    rate: float


def _sample(told: tuple[str, str, str, str, float, int, float]) -> Sample:
    name, number, tier, band, score, fen, rate = told
    client = Client(name=name, client_number=number, advisor=Staff(name="林知远"))
    standing = Standing(client=client, tier=tier, churn_band=band, churn_score=score, measure_fen=fen)
    return Sample(client, standing, number, rate)


@require_safe
@only("admin")
def style(request: HttpRequest) -> HttpResponse:
    """The page of the admin."""
    panels: list[Panel] = []
    for code, lang, word in LANGUAGES:
        with translation.override(code):
            for theme, theme_word in THEMES:
                key = f"{lang[:2]}-{theme}"
                body = render_to_string("crm/_style_parts.html", _samples(key, 1000 + 10 * len(panels)), request)
                panels.append(Panel(key, lang, theme, f"{word} · {theme_word}", body))
    return render(request, "crm/style.html", {"panels": panels, "heading": _("Parts and style")})


def _samples(key: str, at: int) -> dict[str, Any]:
    """What the parts are shown with: invented, in the language that holds."""
    rows = [_sample(told) for told in SAMPLES]
    form = SampleForm(
        {f"{key}-what": _("Send the mid-year outlook on paper"), f"{key}-due": "2026-11-31", f"{key}-risk": "C3"},
        prefix=key,
    )
    first, second = rows[:2]
    return {
        "key": key,
        "inks": INKS,
        "ramps": RAMPS,
        "rows": rows,
        "total_fen": sum(row[5] for row in SAMPLES),
        "shared": [41, 27, 21, 11],
        "form": form,
        "stats": _stats(),
        "chart": _chart(key),
        "tabs": [
            {"label": _("All"), "count": 1000, "href": f"#{key}", "on": True},
            {"label": _("Worth keeping"), "count": 18, "href": f"#{key}", "on": False},
        ],
        "chips": _chips(key),
        "among": Staff.Role.choices,
        "segments": [
            {"label": _("Clients"), "href": f"#{key}", "on": True},
            {"label": _("Net assets"), "href": f"#{key}", "on": False},
        ],
        "steps": [
            {"label": _("Upload"), "state": "done"},
            {"label": _("Dry run"), "state": "now"},
            {"label": _("Commit"), "state": ""},
        ],
        "facts": [(_("Client number"), second.number), (_("Net assets"), formats.summary(124_000_000)), (_("Phone"), None)],
        "entries": [
            Entry(first.client.name, "", f"#{key}", client=first.client, standing=first.standing, number=first.number, at=at),
            Entry(_("Log a contact"), "message-2", f"#{key}", key="c", at=at + 1),
        ],
        "trend": sparkline([3, 4, 4, 6, 5, 7, 9], _("Trend")),
    }  # fmt: skip


def _stats() -> list[dict[str, Any]]:
    trend = [54.1, 55.0, 53.8, 56.9, 58.2, 61.0, 63.6]
    return [
        {"label": _("Clients"), "figure": "1,000", "note": _("open on the day"), "as_of": DAY},
        {
            "label": _("Net commission, 12 months"),
            "figure": figure(6_357_000_00),
            "note": change(-0.032),
            "trend": sparkline(trend, _("Trend")),
        },
        {"label": _("Commission at risk"), "figure": figure(631_000_00), "note": formats.percent(0.1), "as_of": DAY},
        {"label": _("No numbers yet"), "figure": "", "note": _("the first nightly run is to come")},
    ]


def _chips(key: str) -> list[dict[str, Any]]:
    risk = {"name": _("Churn risk"), "op": "≥", "value": pgettext("risk", "Raised"), "remove": f"#{key}"}
    contact = {"name": _("Last trade"), "op": ">", "value": _("30 days"), "remove": f"#{key}"}
    return [{"name": _("Tier"), "op": "=", "value": _("VIP"), "remove": f"#{key}"}, {"any": [risk, contact]}]


def _chart(key: str) -> Chart:
    months = ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]
    figures = [
        (_("VIP"), [23.1, 22.4, 23.8, 25.2, 26.0, 17.9]),
        (pgettext("tier", "Key"), [14.2, 14.6, 13.9, 14.1, 14.4, 9.6]),
    ]
    return Chart(
        key=f"style-{key}",
        kind="bars",
        title=_("VIP clients carry the monthly commission"),
        subtitle=_("the title states the finding; the same numbers stand behind the switch"),
        data={
            "categories": months,
            "stacked": True,
            "series": [{"name": name, "values": values} for name, values in figures],
        },
        head=[_("Month"), *(name for name, _values in figures)],
        rows=[[month, *(formats.decimal(values[at]) for _name, values in figures)] for at, month in enumerate(months)],
        height="h180",
    )
