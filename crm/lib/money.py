"""Money is integer minor units; rounding is half up, away from zero, and never a float."""

from decimal import ROUND_HALF_UP, Decimal


def to_fen(minor: int, rate_e6: int) -> int:
    """Convert minor units at a rate in millionths (CNY per 1 unit) to fen, half up (T2)."""
    sign = -1 if minor < 0 else 1
    return sign * ((abs(minor) * rate_e6 + 500_000) // 1_000_000)


def round_half_up(value: Decimal) -> int:
    """Round a Decimal to an integer, halves away from zero: the counts of T2."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def to_fen_sql(minor: str, rate_e6: str) -> str:
    """The DuckDB expression of `to_fen` for two columns."""
    return f"CAST(sign({minor}) * ((abs({minor})::HUGEINT * {rate_e6} + 500000) // 1000000) AS BIGINT)"
