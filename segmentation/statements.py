"""The flow statement (C7): opening + new + returned + moved in − left − moved out = closing, of the whole branch or of one
group of its clients, in clients, net assets and measure; what does not add up is shown, never hidden."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from segmentation.flows import CAME, LEFT, STAYED, Amount, FlowSum

SHIFTED_IN, SHIFTED_OUT, CHANGE = "shifted_in", "shifted_out", "change"
LINES = (*CAME, *LEFT, SHIFTED_IN, SHIFTED_OUT, CHANGE)


@dataclass(frozen=True)
class Statement:
    """What lies between two nights: signed amounts per line of LINES. Clients who changed group come and go at what they
    were on the earlier night; what those who stayed won or lost since is the line `change`."""

    opening: Amount
    lines: Mapping[str, Amount]
    closing: Amount

    @property
    def difference(self) -> Amount:
        """By how much opening and lines miss the closing: nothing where the statement holds."""
        return self.closing - sum(self.lines.values(), self.opening)

    @property
    def holds(self) -> bool:
        return self.difference == Amount()

    @property
    def came(self) -> Amount:
        """Everybody who came from outside."""
        return sum((self.lines[kind] for kind in CAME), Amount())

    @property
    def left(self) -> Amount:
        """Everybody who left, as a negative amount."""
        return sum((self.lines[kind] for kind in LEFT), Amount())


def statement(flows: Iterable[FlowSum], opening: Amount, closing: Amount, group: str | None = None) -> Statement:
    """The statement of one group, or of all clients; opening and closing are told by the nights themselves, the lines by
    who stands in both, so that the identity is a check and not a definition. Over all clients whoever changed group is
    counted on both lines, which cancel."""
    lines = dict.fromkeys(LINES, Amount())
    for one in flows:
        from_here, to_here = group in (None, one.before), group in (None, one.after)
        if one.kind in CAME and to_here:
            lines[one.kind] += one.now
        elif one.kind in LEFT and from_here:
            lines[one.kind] -= one.was
        elif one.kind == STAYED:
            if one.before != one.after:
                lines[SHIFTED_IN] += one.was if to_here else Amount()
                lines[SHIFTED_OUT] -= one.was if from_here else Amount()
            if to_here:
                lines[CHANGE] += Amount(0, one.assets_after - one.assets_before, one.measure_after - one.measure_before)
    return Statement(opening, lines, closing)


def openings(flows: Iterable[FlowSum]) -> dict[str, Amount]:
    """What the groups were on the earlier night, as far as flows tell."""
    found: dict[str, Amount] = {}
    for one in flows:
        if one.kind not in CAME:
            found[one.before] = found.get(one.before, Amount()) + one.was
    return found


def closings(flows: Iterable[FlowSum]) -> dict[str, Amount]:
    """What the groups are on the later night, as far as flows tell."""
    found: dict[str, Amount] = {}
    for one in flows:
        if one.kind not in LEFT:
            found[one.after] = found.get(one.after, Amount()) + one.now
    return found
