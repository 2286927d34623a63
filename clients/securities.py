"""The register of instruments: which code meant which instrument on which day (F5)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from clients.models import Instrument, InstrumentCode

BEIJING_RECODED_ON = date(2025, 10, 9)  # 北交所 moved its shares to 920xxx, keeping the last three digits
_CLOSE = timedelta(days=400)  # a share that had not traded for longer before the move is not recognised by its digits


class Seen(NamedTuple):
    """A code as the rows of a file show it."""

    market: str
    code: str
    name: str
    instrument_class: str
    first_day: date
    last_day: date


def register(seen: Iterable[Seen]) -> int:
    """Enter codes that nobody has seen, from the first day they stand in a row; a 北交所 code of 920xxx continues the
    instrument of the same name whose old code ends alike. An earlier day than the known one moves the start back.
    Returns how many codes were new."""
    rows = sorted(seen, key=lambda s: (s.first_day, s.market, s.code))
    codes = InstrumentCode.objects.filter(code__in={row.code for row in rows}).order_by("-from_day")
    known = {(code.market, code.code): code for code in codes}  # of several, the earliest
    for row in rows:
        entry = known.get((row.market, row.code))
        if entry and row.first_day < entry.from_day:
            InstrumentCode.objects.filter(pk=entry.pk).update(from_day=row.first_day)
    # Of two rows for one code the first is the earliest.
    new = {(row.market, row.code): row for row in reversed(rows) if (row.market, row.code) not in known}
    alone = [row for row in new.values() if row.market != "bj"]
    _enter(alone, Instrument.objects.bulk_create(_instrument(row) for row in alone))
    for row in sorted((row for row in new.values() if row.market == "bj"), key=lambda s: (s.first_day, s.code)):
        found = _continued(row) or Instrument.objects.create(name=row.name[:60], instrument_class=row.instrument_class)
        _enter([row], [found])
    return len(new)


def _instrument(row: Seen) -> Instrument:
    return Instrument(name=row.name[:60], instrument_class=row.instrument_class)


def _enter(rows: Sequence[Seen], instruments: Sequence[Instrument]) -> None:
    InstrumentCode.objects.bulk_create(
        InstrumentCode(instrument=instrument, market=row.market, code=row.code, from_day=row.first_day)
        for row, instrument in zip(rows, instruments, strict=True)
    )


def _continued(row: Seen) -> Instrument | None:
    alike = InstrumentCode.objects.filter(market="bj", code__endswith=row.code[-3:], instrument__name=row.name)
    if row.code.startswith("920"):
        earlier = alike.exclude(code__startswith="920").filter(from_day__lt=BEIJING_RECODED_ON)
        found = earlier.order_by("-from_day").first()
    else:  # the old code is seen after the new one: files come in any order
        found = alike.filter(code__startswith="920", from_day__gte=BEIJING_RECODED_ON - _CLOSE).first()
    return found.instrument if found else None


def codes_of(market: str, code: str) -> list[str]:
    """Every code that the instrument of a code has had, the given one included: what a history is looked up by."""
    instruments = InstrumentCode.objects.filter(market=market, code=code).values("instrument")
    codes = InstrumentCode.objects.filter(instrument__in=instruments, market=market).values_list("code", flat=True)
    return sorted({code, *codes})
