"""What a published standing says about the lines around it, and the name of a client as the reader may see it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clients.models import Client
from crm.access import mask_name
from crm.lib import formats
from segmentation.models import Standing, Tier

register = template.Library()
ORDER = (Tier.VIP, Tier.KEY, Tier.ORDINARY, Tier.SMALL)


@register.simple_tag
def to_next(standing: Standing) -> SafeString | str:
    """What is missing to the next tier, exact to the fen (T8); nothing for the highest."""
    at = ORDER.index(Tier(standing.computed_tier))
    if standing.to_next_fen is None or at == 0:
        return ""
    return _sentence(_("lacks {amount} to {tier}"), standing.to_next_fen, ORDER[at - 1])


@register.simple_tag
def above_lower(standing: Standing) -> SafeString | str:
    """How far the client is above the line of its own tier (T8); nothing for the lowest."""
    if standing.above_lower_fen is None or standing.computed_tier == Tier.SMALL:
        return ""
    return _sentence(_("only {amount} above the line of {tier}"), standing.above_lower_fen, standing.computed_tier)


@register.simple_tag
def nearest(standing: Standing) -> SafeString | str:
    """The nearer of both lines."""
    up, down = standing.to_next_fen, standing.above_lower_fen
    if up is None or (down is not None and down < up):
        return above_lower(standing) or to_next(standing)
    return to_next(standing)


def _sentence(text: str, fen: int, tier: str) -> SafeString:
    amount = format_html('<b class="num">{}</b>', formats.exact(fen))
    return format_html(str(conditional_escape(text)), amount=amount, tier=Tier(tier).label)


@register.simple_tag
def name_of(client: Client, *, sees_names: bool = False) -> str:
    """The client's name, masked unless the reader's role sees names; the number where there is no name."""
    name = client.name if sees_names else mask_name(client.name)
    return name or client.client_number


@register.simple_tag
def sides_of(sides: Mapping[int, tuple[str, str]], client: int) -> tuple[str, str]:
    """The tiers of a client on the earlier and the later night."""
    return sides.get(client, ("", ""))


@register.filter
def last_counted(cells: Iterable[Any]) -> int | None:
    """Clients of the latest night among the cells of a branch that published any."""
    counts = [cell.run.counts.get("clients") for cell in cells if cell.run is not None]
    return next((count for count in reversed(counts) if count is not None), None)


@register.filter
def unlocalized(value: float) -> str:
    """A number as SVG writes it, whatever the language."""
    return f"{value:g}"
