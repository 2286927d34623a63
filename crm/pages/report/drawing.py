"""Charts on paper: the same numbers that the screen draws with ECharts, as SVG with its colours in attributes, because
neither a printer nor WeasyPrint runs a script or reads a style from outside."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from crm.lib import formats
from crm.lib.charts import Chart

WIDTH, HEIGHT = 340, 190
LEFT, RIGHT, TOP, BOTTOM = 42, 8, 14, 22
SHADES = ("#1d2f78", "#4a6ae0", "#88a0f0", "#b3bdcd")
FONTS = "Inter Variable, Inter, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
INK, GREY, GRID, BAND = "#151a23", "#5f6877", "#d5dae2", "#e9eefc"


def draw(chart: Chart) -> SafeString:
    """A chart of the kinds step and lorenz as SVG."""
    return _KINDS[chart.kind](chart)


def _frame(chart: Chart, body: Iterable[SafeString]) -> SafeString:
    return format_html(
        '<svg class="rp-chart" viewBox="0 0 {} {}" role="img" aria-label="{}" font-family="{}" '
        'xmlns="http://www.w3.org/2000/svg">{}</svg>',
        WIDTH,
        HEIGHT,
        chart.title,
        FONTS,
        format_html_join("", "{}", ((part,) for part in body)),
    )


def _text(x: float, y: float, words: str, *, anchor: str = "start", colour: str = GREY, size: float = 8) -> SafeString:
    return format_html(
        '<text x="{}" y="{}" font-size="{}" text-anchor="{}" fill="{}">{}</text>',
        _n(x),
        _n(y),
        size,
        anchor,
        colour,
        words,
    )


def _line(x1: float, y1: float, x2: float, y2: float, *, colour: str = GRID, dashed: bool = False) -> SafeString:
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="0.7"{}></line>',
        *(_n(value) for value in (x1, y1, x2, y2)),
        colour,
        format_html(' stroke-dasharray="{}"', "3 2") if dashed else "",
    )


def _n(value: float) -> str:
    return f"{value:.1f}"


def _across(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _up(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _step(chart: Chart) -> SafeString:
    """T10: width = clients, height = average, so that the area is the sum."""
    blocks: list[dict[str, Any]] = list(chart.data["blocks"])
    people = sum(block["count"] for block in blocks) or 1
    top = max((block["average"] for block in blocks), default=0) or 1
    body, begun = [], 0
    for quarter in range(5):
        value = top * quarter / 4
        body += [
            _line(LEFT, _up(quarter / 4), WIDTH - RIGHT, _up(quarter / 4)),
            _text(LEFT - 4, _up(quarter / 4) + 3, formats.stake(round(value * 100)), anchor="end", size=7),
        ]
    for at, block in enumerate(blocks):
        share = max(block["average"], 0) / top
        x, width = _across(begun / people), block["count"] / people * (WIDTH - LEFT - RIGHT)
        body.append(
            format_html(
                '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"></rect>',
                _n(x),
                _n(_up(share)),
                _n(width),
                _n(_up(0) - _up(share)),
                SHADES[at % len(SHADES)],
            )
        )
        begun += block["count"]
    words = [f"{block['label']} {block['caption']} · {block['text']}" for block in blocks]
    body += [_text(WIDTH - RIGHT, TOP + 8 + 12 * at, told, anchor="end", colour=INK) for at, told in enumerate(words)]
    body += [
        _text(LEFT, HEIGHT - 8, "0"),
        _text(WIDTH - RIGHT, HEIGHT - 8, formats.count(people), anchor="end"),
        _text(_across(0.5), HEIGHT - 8, str(chart.data["x_name"]), anchor="middle"),
    ]
    return _frame(chart, body)


def _lorenz(chart: Chart) -> SafeString:
    """T9: the share of the value that the best clients bring, cumulated."""
    places = [(_across(x / 100), _up(y / 100)) for x, y in chart.data["points"]]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    body = [
        part
        for fifth in range(6)
        for part in (
            _line(LEFT, _up(fifth / 5), WIDTH - RIGHT, _up(fifth / 5)),
            _text(LEFT - 4, _up(fifth / 5) + 3, f"{fifth * 20}%", anchor="end", size=7),
            _text(_across(fifth / 5), HEIGHT - 8, str(fifth * 20), anchor="middle", size=7),
        )
    ]
    body += [
        format_html(
            '<polygon points="{},{} {} {},{}" fill="{}"></polygon>', LEFT, _up(0), line, WIDTH - RIGHT, _up(0), BAND
        ),
        _line(LEFT, _up(0), WIDTH - RIGHT, _up(1), colour=GREY, dashed=True),
        format_html('<polyline points="{}" fill="none" stroke="{}" stroke-width="1.4"></polyline>', line, SHADES[0]),
    ]
    for mark in chart.data["marks"]:
        x, y = _across(mark["x"] / 100), _up(mark["y"] / 100)
        body += [
            format_html('<circle cx="{}" cy="{}" r="2.4" fill="{}"></circle>', _n(x), _n(y), SHADES[0]),
            _text(x + 8, y + 10, mark["text"], colour=INK),
        ]
    body.append(_text(WIDTH - RIGHT, _up(0) - 5, str(chart.data["x_name"]), anchor="end", size=7))
    return _frame(chart, body)


_KINDS: dict[str, Callable[[Chart], SafeString]] = {"step": _step, "lorenz": _lorenz}
