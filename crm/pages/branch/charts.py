"""The charts of the branch page: each title is a sentence with a number, each chart a table of the same numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crm.lib import formats
from crm.lib.charts import Chart
from crm.models import Publication
from crm.pages.branch.nights import Chosen
from crm.pages.branch.statements import clients_address
from crm.pages.list_filters import address_of_list
from crm.templatetags.parts import TIERS
from segmentation.concentration import Point, Share, Step
from segmentation.flows import Flow
from segmentation.models import Tier

SHADES = {tier: at for at, tier in enumerate(Tier.values, start=1)}


def _word(tier: str) -> str:
    return str(TIERS[tier][1])


def steps(found: Sequence[Step], measure: str, keep: Mapping[str, Any]) -> Chart:
    """The step chart (T10): width = clients, height = average per client, area = the sum."""
    total, people = sum(step.value_fen for step in found), sum(step.client_count for step in found)
    average = total // people if people else 0
    return Chart(
        key="steps",
        kind="step",
        title=_steps_title(found),
        subtitle=_("step chart: width = clients, height = {measure} per client (yuan), area = {total}").format(
            measure=measure, total=formats.summary(total)
        ),
        data={
            "blocks": [
                {
                    "label": f"{_word(step.tier)}",
                    "caption": ngettext("{n} client", "{n} clients", step.client_count).format(
                        n=formats.count(step.client_count)
                    ),
                    "count": step.client_count,
                    "average": step.average_fen / 100,
                    "text": _("{average} each · {sum}, {share} of all").format(
                        average=formats.stake(step.average_fen),
                        sum=formats.summary(step.value_fen),
                        share=formats.percent(step.value_fen / total if total > 0 else None, 1),
                    ),
                    "shade": SHADES[step.tier],
                }
                for step in found
            ],
            "line": {"value": average / 100, "label": _("all: {average}").format(average=formats.stake(average))},
            "x_name": _("clients, by rank"),
            "links": [[address_of_list(**keep, tiers=(step.tier,), sort="-measure") for step in found]],
        },
        head=[_("Tier"), _("Clients"), _("Per client") + " " + _yuan(), _("Sum") + " " + _yuan(), _("Share")],
        rows=[
            [
                _word(step.tier),
                formats.count(step.client_count),
                formats.yuan(step.average_fen),
                formats.yuan(step.value_fen),
                formats.percent(step.value_fen / total if total > 0 else None, 1),
            ]
            for step in found
        ],
        height="h284",
    )


def _yuan() -> str:
    return pgettext("money", "yuan")


def _steps_title(found: Sequence[Step]) -> str:
    first, last = found[0], found[-1]
    if not first.client_count:
        return _("No client brings enough to be VIP")
    told = ngettext("{n} VIP client brings {amount}", "{n} VIP clients bring {amount} each", first.client_count).format(
        n=formats.count(first.client_count), amount=formats.stake(first.average_fen)
    )
    if last.average_fen <= 0:
        return told
    times = formats.count(round(first.average_fen / last.average_fen))
    return told + _(", {times} times a small client").format(times=times)


def lorenz(points: Sequence[Point], share: Share, found: Sequence[Step], measure: str) -> Chart | None:
    """The cumulated curve with the 80/20 reading (T9); nothing where there is nothing to share."""
    if not points or share.rate is None:
        return None
    marks = [
        {
            "x": 20,
            "y": round(share.rate * 100, 2),
            "text": _("top 20 % → {share}").format(share=formats.percent(share.rate, 1)),
            "main": True,
        }
    ]
    for point in points:
        if abs(point.clients_rate - 0.1) < 0.005:
            marks.append(
                {
                    "x": 10,
                    "y": round(point.value_rate * 100, 2),
                    "text": _("top 10 % → {share}").format(share=formats.percent(point.value_rate, 1)),
                    "main": False,
                }
            )
            break
    vip = found[0]
    people = sum(step.client_count for step in found)
    if vip.client_count and share.total_fen > 0:
        marks.append(
            {
                "x": round(100 * vip.client_count / people, 2),
                "y": round(100 * vip.value_fen / share.total_fen, 2),
                "text": _("VIP → {share}").format(share=formats.percent(vip.value_fen / share.total_fen, 1)),
                "main": False,
            }
        )
    idle = sum(1 for point in points if point.value_rate >= 0.99999)
    return Chart(
        key="lorenz",
        kind="lorenz",
        title=_("20 % of the clients bring {share} of {measure}").format(
            share=formats.percent(share.rate), measure=measure
        ),
        subtitle=ngettext(
            "cumulated, best first: {n} client brings {sum} of {total}",
            "cumulated, best first: {n} clients bring {sum} of {total}",
            share.client_count,
        ).format(
            n=formats.count(share.client_count),
            sum=formats.summary(share.value_fen),
            total=formats.summary(share.total_fen),
        )
        + (_("; the last {percent} % add nothing").format(percent=idle - 1) if idle > 1 else ""),
        data={
            "points": [[round(p.clients_rate * 100, 2), round(p.value_rate * 100, 2)] for p in points],
            "marks": marks,
            "x_name": _("clients, cumulated %"),
        },
        head=[_("Top share of clients"), _("Share of the sum")],
        rows=[
            [formats.percent(p.clients_rate, 0), formats.percent(p.value_rate, 1)]
            for at, p in enumerate(points)
            if at in {1, 2, 3, 5} or at % 10 == 0
        ],
        height="h284",
    )


def moves(flows: Sequence[Flow], earlier: Publication, night: Publication, found: Chosen | None = None) -> Chart:
    """Who moved between tiers (Sankey, movers only; those who stayed are counted in the subtitle). Where the page is told,
    every band and every row of the table opens its clients."""
    rank = {tier: at for at, tier in enumerate([*Tier.values, ""])}
    moved = sorted((f for f in flows if f.from_tier != f.to_tier), key=lambda f: (rank[f.from_tier], rank[f.to_tier]))
    stayed = {f.from_tier: f.count for f in flows if f.from_tier == f.to_tier}
    up = sum(f.count for f in moved if f.from_tier and f.to_tier and rank[f.to_tier] < rank[f.from_tier])
    down = sum(f.count for f in moved if f.from_tier and f.to_tier and rank[f.to_tier] > rank[f.from_tier])
    came = sum(f.count for f in moved if not f.from_tier)
    left = sum(f.count for f in moved if not f.to_tier)
    title = ngettext(
        "{n} client changed tier: {up} up, {down} down", "{n} clients changed tier: {up} up, {down} down", up + down
    )
    links = [clients_address(found, before=f.from_tier, after=f.to_tier) if found else "" for f in moved]
    return Chart(
        key="moves",
        kind="sankey",
        title=title.format(n=up + down, up=up, down=down)
        + (_("; {came} came, {left} left").format(came=came, left=left) if came or left else ""),
        subtitle=_("{earlier} → {later}, movers only; unchanged {stayed} ({parts})").format(
            earlier=formats.day(earlier.as_of),
            later=formats.day(night.as_of),
            stayed=formats.count(sum(stayed.values())),
            parts=" · ".join(formats.count(stayed.get(tier, 0)) for tier in Tier.values),
        ),
        data={
            "nodes": _nodes(moved),
            "flows": [[f"l-{f.from_tier}", f"r-{f.to_tier}", f.count] for f in moved],
            "links": [links] if found else [],
        },
        head=[_("From"), _("To"), _("Clients")],
        rows=[
            [_side(f.from_tier, _("new")), _side(f.to_tier, _("left")), _linked(formats.count(f.count), href)]
            for f, href in zip(moved, links, strict=True)
        ],
        height="h320",
    )


def _linked(text: str, href: str) -> str:
    return format_html('<a href="{}">{}</a>', href, text) if href else text


def _side(tier: str, outside: str) -> str:
    return _word(tier) if tier else outside


def _nodes(moved: Sequence[Flow]) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = []
    for side, mark, outside in (("left", "l", _("new")), ("right", "r", _("left"))):
        for tier in [*Tier.values, ""]:
            count = sum(f.count for f in moved if (f.from_tier if side == "left" else f.to_tier) == tier)
            if not count:
                continue
            sign = formats.MINUS if side == "left" and tier else "+" if tier else ""
            word = _side(tier, outside)
            nodes.append(
                {
                    "id": f"{mark}-{tier}",
                    "label": f"{word} {sign}{count}",
                    "word": word,
                    "side": side,
                    "shade": SHADES.get(tier),
                }
            )
    return nodes
