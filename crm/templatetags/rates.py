"""An exchange rate as it is written."""

from django import template

register = template.Library()


@register.filter
def rate(rate_e6: int) -> str:
    """Millionths as a number with four decimals at least: 915600 → 0.9156."""
    text = f"{rate_e6 // 1_000_000}.{rate_e6 % 1_000_000:06d}"
    return text[:-2] if text.endswith("00") else text
