"""How numbers, money, days and masked values are written, in the language of the reader. Nothing measured is "—"."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext

NOTHING = "—"
MINUS = "−"  # U+2212: as wide as the plus
Rate = float | Decimal | int

# Steps of a summary per language: fen in the unit, decimals, and the figure at which the next unit takes over.
CHINESE_STEPS = ((100, 0, 10_000), (1_000_000, 1, 10_000), (10_000_000_000, 2, None))
ENGLISH_STEPS = ((100, 0, 1_000_000), (100_000_000, 2, 1_000), (100_000_000_000, 2, None))


def is_chinese() -> bool:
    """Whether the reader reads Chinese."""
    return (get_language() or "zh").startswith("zh")


def fixed(amount: int, per: int, decimals: int) -> str:
    """Write amount / per with that many decimals, half up away from zero, thousands separated, minus as U+2212."""
    scaled = (abs(amount) * 10**decimals * 2 + per) // (2 * per)
    whole, rest = divmod(scaled, 10**decimals)
    text = f"{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")
    return f"{MINUS}{text}" if amount < 0 and scaled else text


def decimal(value: Rate | None, decimals: int = 1) -> str:
    """A plain figure with that many decimals, half up."""
    if value is None:
        return NOTHING
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{exact:,.{decimals}f}".replace("-", MINUS) if exact else f"{abs(exact):.{decimals}f}"


def plus(text: str) -> str:
    """The sign that a change always carries; zero has none."""
    return text if text.startswith(MINUS) or not text.strip("0.,%") or text == NOTHING else f"+{text}"


def count(value: int | None) -> str:
    """1,000."""
    return NOTHING if value is None else fixed(value, 1, 0)


def clients(number: int | None) -> str:
    """The unit behind a number of clients."""
    return npgettext("counted", "client", "clients", number or 0)


def signed(value: int | None) -> str:
    """+4, −3, 0."""
    return plus(count(value))


def yuan(fen: int | None) -> str:
    """Full yuan for a table, without sign of currency: 46,975.81."""
    return NOTHING if fen is None else fixed(fen, 100, 2)


def yuan_whole(fen: int | None) -> str:
    """Whole yuan for a table: 46,976."""
    return NOTHING if fen is None else fixed(fen, 100, 0)


def yuan_signed(fen: int | None) -> str:
    """A movement of money in yuan, always with its sign: +1,230.50."""
    return plus(yuan(fen))


def exact(fen: int | None) -> str:
    """Money in a sentence or at a boundary, exact to the fen: ¥1,230.50."""
    return NOTHING if fen is None else f"{MINUS if fen < 0 else ''}¥{fixed(abs(fen), 100, 2)}"


def stake(fen: int | None) -> str:
    """Money at stake in a row: ¥30,603."""
    return NOTHING if fen is None else f"{MINUS if fen < 0 else ''}¥{fixed(abs(fen), 100, 0)}"


def wan(fen: int | None) -> str:
    """万元 (ten thousand yuan) with one decimal, for a column whose header says so: 638.4."""
    return NOTHING if fen is None else fixed(fen, 1_000_000, 1)


def _unit(fen_per_unit: int) -> str:
    return {
        100: pgettext("money", "yuan"),
        1_000_000: pgettext("money", "10k yuan"),
        10_000_000_000: pgettext("money", "100m yuan"),
        100_000_000: pgettext("money", "m yuan"),
        100_000_000_000: pgettext("money", "bn yuan"),
    }[fen_per_unit]


def summary_parts(fen: int | None) -> tuple[str, str]:
    """Figure and unit of a sum, by size: (635.7, 万元), (11.84, 亿元), (9,866, 元); English counts in millions."""
    if fen is None:
        return NOTHING, ""
    for per, decimals, limit in CHINESE_STEPS if is_chinese() else ENGLISH_STEPS:
        # the unit is chosen after rounding, so that nothing is ever 10,000.0 万元
        rounded = (abs(fen) * 10**decimals * 2 + per) // (2 * per)
        if limit is None or rounded < limit * 10**decimals:
            return fixed(fen, per, decimals), _unit(per)
    raise AssertionError("the last step has no limit")


def summary(fen: int | None) -> str:
    """635.7 万元."""
    return " ".join(summary_parts(fen)).strip()


def summary_signed(fen: int | None) -> str:
    """+21.4 万元."""
    figure, unit = summary_parts(fen)
    return f"{plus(figure)} {unit}".strip()


def minor(amount: int | None, currency: str = "CNY") -> str:
    """Money in its own currency, which is named unless it is CNY: 1,230.50 HKD."""
    if amount is None:
        return NOTHING
    return yuan(amount) if currency == "CNY" else f"{yuan(amount)} {currency}"


def price(value_e4: int | None) -> str:
    """A price kept in 1/10,000, with two to four decimals: 41.05, 118.4205."""
    if value_e4 is None:
        return NOTHING
    text = fixed(value_e4, 10_000, 4)
    return text[:-2] + text[-2:].rstrip("0")


def quantity(value_e2: int | None) -> str:
    """A quantity kept in 1/100: 2,000, or 300.50 where there are fractions."""
    return NOTHING if value_e2 is None else fixed(value_e2, 100, 2 if value_e2 % 100 else 0)


def percent(rate: Rate | None, decimals: int = 0) -> str:
    """36% of a rate between 0 and 1."""
    return NOTHING if rate is None else f"{decimal(Decimal(str(rate)) * 100, decimals)}%"


def change(rate: Rate | None, decimals: int = 1) -> str:
    """+2.1%, −3.2%, 0.0%."""
    return plus(percent(rate, decimals))


def points(rate: Rate | None, decimals: int = 1) -> str:
    """A difference of two shares, in percentage points: +1.6."""
    return NOTHING if rate is None else plus(decimal(Decimal(str(rate)) * 100, decimals))


def day(value: date | datetime | None) -> str:
    """2026-11-20."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return value.strftime("%Y-%m-%d")


def day_short(value: date | None, as_of: date | None = None) -> str:
    """11-20 in the year of as_of, the full day otherwise."""
    text = day(value)
    return text[5:] if value is not None and as_of is not None and value.year == as_of.year else text


def weekday(value: date | None) -> str:
    """周三 / Wed."""
    if value is None:
        return ""
    words = (
        pgettext("weekday", "Mon"),
        pgettext("weekday", "Tue"),
        pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"),
        pgettext("weekday", "Fri"),
        pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    )
    return words[value.weekday()]


def moment(value: datetime | None) -> str:
    """A moment on the clock of Shanghai: 2026-11-21 01:52."""
    return NOTHING if value is None else timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def moment_short(value: datetime | None) -> str:
    """11-21 01:52."""
    return moment(value)[5:] if value is not None else NOTHING


def ago(value: date | None, as_of: date) -> str:
    """63 天前, counted from as_of."""
    if value is None:
        return NOTHING
    days = (as_of - value).days
    if days <= 0:
        return gettext("today")
    return ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": count(days)}


def duration(seconds: float | None) -> str:
    """1.9 秒, 41 秒, 6 分 41 秒, 2 小时 5 分."""
    if seconds is None:
        return NOTHING
    if seconds < 10:
        return gettext("%(seconds)s s") % {"seconds": decimal(seconds, 1)}
    whole = int(seconds + 0.5)
    if whole < 60:
        return gettext("%(seconds)s s") % {"seconds": whole}
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return gettext("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": rest}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


def listed(words: Iterable[str]) -> str:
    """Things of one kind beside each other: 手机、电话 / mobile, phone."""
    return ("、" if is_chinese() else ", ").join(words)


def size(value: int | None) -> str:
    """Bytes as 231 kB or 2.9 MB."""
    if value is None:
        return NOTHING
    for per, word in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if value >= per:
            return f"{fixed(value, per, 1 if value < 100 * per else 0)} {word}"
    return f"{value} B"
