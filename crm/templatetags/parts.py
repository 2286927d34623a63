"""The small marks of the pages: icon, tier chip, risk word with its four bars, change, bars as SVG (no inline style)."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy

from crm.lib import formats

register = template.Library()

TIERS = {
    "vip": ("v", gettext_lazy("VIP")),
    "key": ("k", pgettext_lazy("tier", "Key")),
    "ordinary": ("o", pgettext_lazy("tier", "Ordinary")),
    "small": ("s", pgettext_lazy("tier", "Small")),
}
RISKS = {
    "low": (1, pgettext_lazy("risk", "Low")),
    "watch": (2, pgettext_lazy("risk", "Watch")),
    "raised": (3, pgettext_lazy("risk", "Raised")),
    "high": (4, pgettext_lazy("risk", "High")),
}
MATCHES = {
    "exact": (3, pgettext_lazy("match", "sure")),
    "synonym": (2, pgettext_lazy("match", "high")),
    "guess": (1, pgettext_lazy("match", "please confirm")),
    "none": (0, pgettext_lazy("match", "none")),
}
_ICON = '<svg class="ic" {}><use href="{}#{}"></use></svg>'
RISK_BARS = ((0, 8, 4), (4.33, 5.5, 6.5), (8.66, 3, 9), (13, 0, 12))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One icon of the sprite (static/img/icons.txt); a label makes it speak, else a word stands beside it."""
    if not label:
        return _mute_icon(name)
    return format_html(_ICON, format_html('role="img" aria-label="{}"', label), static("icons.svg"), name)


@cache
def _mute_icon(name: str) -> SafeString:
    return format_html(_ICON, mark_safe('aria-hidden="true"'), static("icons.svg"), name)


@register.simple_tag
def tier(code: str | None, label: str = "") -> SafeString | str:
    """The chip of a tier; the label is the configured word, else the usual short one."""
    return _tier_chip(code, str(label), get_language()) if code else formats.NOTHING


@lru_cache(maxsize=256)  # a list shows the same few chips in every row
def _tier_chip(code: str, label: str, _language: str | None) -> SafeString:
    letter, word = TIERS.get(code, ("o", code))
    return format_html('<span class="tier {}">{}</span>', letter, label or word)


@register.simple_tag
def options(pairs: Iterable[tuple[object, str]], chosen: object = None) -> SafeString:
    """The choices of a select: value and word. There may be hundreds; a loop in a template takes ten times as long."""
    return format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((value, mark_safe(" selected") if value == chosen else "", word) for value, word in pairs),
    )


@cache
def _risk_bars(level: int) -> SafeString:
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="3" height="{}" rx="1"{}></rect>',
        ((x, y, height, mark_safe(' class="f"') if at < level else "") for at, (x, y, height) in enumerate(RISK_BARS)),
    )
    return format_html('<svg viewBox="0 0 16 12" aria-hidden="true">{}</svg>', bars)


@register.simple_tag
def risk(band: str | None, score: formats.Rate | None = None, *, big: bool = False) -> SafeString | str:
    """Churn risk: four bars, a word, and the percentage where there is one. Never red or green."""
    if band not in RISKS:
        return formats.NOTHING
    share = format_html(" <span>{}</span>", formats.percent(score)) if score is not None else ""
    size = " big" if big else ""
    return format_html(
        '<span class="risk k{}{}">{}{}</span>', RISKS[band][0], size, _risk_word(band, get_language()), share
    )


@lru_cache(maxsize=16)
def _risk_word(band: str, _language: str | None) -> SafeString:
    level, word = RISKS[band]
    return format_html("{}<b>{}</b>", _risk_bars(level), word)


@register.simple_tag
def match(confidence: str) -> SafeString:
    """How sure the reader of export files is of a column: three bars and a word."""
    level, word = MATCHES[confidence]
    bars = format_html_join(
        "",
        '<rect x="{}" width="9" height="5" rx="1"{}></rect>',
        ((10.5 * at, mark_safe(' class="f"') if at < level else "") for at in range(3)),
    )
    ask = " ask" if level <= 1 else ""
    return format_html(
        '<span class="match{}"><svg viewBox="0 0 30 5" aria-hidden="true">{}</svg>{}</span>', ask, bars, word
    )


def _coloured(text: str) -> SafeString | str:
    """Market colours for a written change: up, down, or muted where nothing moved."""
    if text == formats.NOTHING:
        return text
    way = "up" if text.startswith("+") else "down" if text.startswith(formats.MINUS) else "m"
    return format_html('<span class="{}">{}</span>', way, text)


@register.simple_tag
def change(rate: formats.Rate | None, decimals: int = 1) -> SafeString | str:
    """+2.1% in the colour of the market (prices, assets and commission only)."""
    return _coloured(formats.change(rate, decimals))


@register.simple_tag
def change_money(fen: int | None) -> SafeString | str:
    """+21.4 万元 in the colour of the market."""
    return _coloured(formats.summary_signed(fen))


@register.simple_tag
def figure(fen: int | None) -> SafeString | str:
    """A sum for a stat: the figure, and its unit smaller."""
    number, unit = formats.summary_parts(fen)
    return format_html("{}<small>{}</small>", number, unit) if unit else number


def _part(rate: formats.Rate | None, whole: float) -> float:
    return round(max(0.0, min(1.0, float(rate or 0))) * whole, 1)


@register.simple_tag
def bar(rate: formats.Rate | None, width: int = 40, kind: str = "") -> SafeString:
    """A bar of at most `width` px for a share between 0 and 1; the figure is printed beside it by the page."""
    return format_html(
        '<svg class="bar {}" width="{}" height="6" aria-hidden="true"><rect width="{}" height="6" rx="2"></rect></svg>',
        kind,
        width,
        _part(rate, width),
    )


@register.simple_tag
def meter(rate: formats.Rate | None, width: int = 56, kind: str = "") -> SafeString:
    """A share of a whole, for a table: 56 px, crimson with kind="bad"."""
    return format_html(
        '<svg class="meter {}" width="{}" height="6" aria-hidden="true"><rect class="bg" width="{}" height="6" rx="3">'
        '</rect><rect class="fg" width="{}" height="6" rx="3"></rect></svg>',
        kind,
        width,
        width,
        _part(rate, width),
    )


@register.simple_tag
def progress_bar(rate: formats.Rate | None, label: str = "") -> SafeString:
    """A progress bar over the whole width, with its value for assistive technology."""
    return format_html(
        '<svg class="pg" viewBox="0 0 1000 6" preserveAspectRatio="none" role="progressbar" aria-label="{}" '
        'aria-valuemin="0" aria-valuemax="100" aria-valuenow="{}"><rect class="bg" width="1000" height="6"></rect>'
        '<rect class="fg" width="{}" height="6"></rect></svg>',
        label or gettext("Progress"),
        int(_part(rate, 100)),
        _part(rate, 1000),
    )


@register.simple_tag
def shares(counts: Sequence[int], kind: str = "risk", label: str = "") -> SafeString:
    """One bar cut by counts, in the four colours of risk or (kind="c") of the tiers."""
    total = sum(counts) or 1
    cuts, at = [], 0.0
    for number, value in enumerate(counts, start=1):
        width = value * 1000 / total
        cuts.append((round(at, 1), round(max(width - 2, 0), 1), kind, number))
        at += width
    rects = format_html_join("", '<rect x="{}" width="{}" height="12" class="{}{}"></rect>', cuts)
    spoken = label or " · ".join(formats.count(value) for value in counts)
    return format_html(
        '<svg class="shares" viewBox="0 0 1000 12" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        spoken,
        rects,
    )


@register.simple_tag
def versus(share: formats.Rate, base: formats.Rate, *, significant: bool = False) -> SafeString:
    """A client's share as a bar with the branch's base rate as an upright line; deep only where the difference is sure."""
    return format_html(
        '<svg viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true"><rect class="bg" y="5.5" width="1000" '
        'height="1"></rect><rect class="fg{}" y="3" width="{}" height="6"></rect><rect class="base" x="{}" width="8" '
        'height="12"></rect></svg>',
        " sig" if significant else "",
        _part(share, 1000),
        _part(base, 992),
    )


@register.simple_tag
def sparkline(values: Iterable[float | int | None], label: str = "") -> SafeString | str:
    """A small line without axes, from the first value to the last; nothing for fewer than two values."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = 200 / (len(known) - 1)
    line = " ".join(f"{at * step:.1f},{37 - (value - low) / span * 32:.1f}" for at, value in enumerate(known))
    return format_html(
        '<svg class="spark" viewBox="0 0 200 40" preserveAspectRatio="none" {}><polygon class="ar" '
        'points="0,40 {} 200,40"></polygon><polyline class="ln" points="{}"></polyline></svg>',
        format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"'),
        line,
        line,
    )


@register.simple_tag(takes_context=True)
def masked(context: Mapping[str, object], text: str, reveal_url: str = "") -> SafeString | str:
    """A value already masked, with the eye that asks for a reason (a drawer) where the reader may reveal it."""
    if not text:
        return formats.NOTHING
    if not reveal_url or not context.get("may_reveal", True):
        return format_html('<span class="masked">{}</span>', text)
    return format_html(
        '<span class="masked">{}<a class="icb" href="{}" data-drawer title="{}">{}</a></span>',
        text,
        reveal_url,
        gettext("Show"),
        icon("eye-off", gettext("Show")),
    )
