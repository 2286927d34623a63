"""Which columns are inside the net amount and which of them is the commission (F1): net = ∓(amount ± fees).

Brokers differ, so the rows decide. Every candidate rule is tried on every plain buy and sell; the one that most rows obey
is taken, the preset's own before others on a tie. A file is held when more than 5 % of its plain rows (and more than one)
break the best rule, or fewer than half obey it; otherwise the rows that break it are rejected one by one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

TOLERANCE_MINOR = 2  # 0.02 in the currency of the row
BROKEN_RATE = 0.05

_STAMP_TRANSFER = ("stamp_duty", "transfer_fee")


@dataclass(frozen=True)
class Rule:
    """`inside` columns add up to the fees in the net amount; `contained` ones are already part of an inside column.

    commission is a column, or 'rest' = what is left of the fees after stamp duty, transfer fee and levies.
    """

    inside: tuple[str, ...]
    commission: str
    contained: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How the rule is shown and stored: handling_fee+stamp_duty(brokerage)→brokerage."""
        within = f"({'+'.join(self.contained)})" if self.contained else ""
        return f"{'+'.join(self.inside)}{within}→{self.commission}"

    def only(self, present: set[str]) -> Rule | None:
        """The rule for a file that lacks some columns, None when its commission is not there."""
        inside = tuple(fee for fee in self.inside if fee in present)
        if not inside or (self.commission != "rest" and self.commission not in present):
            return None
        return Rule(inside, self.commission, tuple(fee for fee in self.contained if fee in present))

    @property
    def known(self) -> tuple[str, ...]:
        """All columns that the fees are made of."""
        return (*self.inside, *self.contained)

    def fees_sql(self) -> str:
        """Fees inside the net amount, minor units."""
        return "(" + " + ".join(f"coalesce({fee}, 0)" for fee in self.inside) + ")"

    def commission_sql(self) -> str:
        """Commission net of stamp duty, transfer fee and levies, minor units (F1)."""
        if self.commission != "rest":
            return f"coalesce({self.commission}, 0)"
        return "(" + " - ".join([self.fees_sql(), *(f"coalesce({fee}, 0)" for fee in self.contained)]) + ")"

    def levies_sql(self) -> str:
        """What of the fees is neither commission nor stamp duty nor transfer fee, minor units."""
        apart = [fee for fee in _STAMP_TRANSFER if fee in self.known]
        if self.commission == "rest":
            parts = [fee for fee in self.contained if fee not in _STAMP_TRANSFER]
            return "(" + " + ".join(f"coalesce({fee}, 0)" for fee in parts) + ")" if parts else "0"
        return (
            "(" + " - ".join([self.fees_sql(), self.commission_sql(), *(f"coalesce({fee}, 0)" for fee in apart)]) + ")"
        )

    def holds_sql(self, tolerance: str = str(TOLERANCE_MINOR)) -> str:
        """Does a plain row (columns side, amount, net and the fees) obey the rule within the tolerance (minor units)?"""
        expected = f"CASE WHEN side = 'buy' THEN amount + {self.fees_sql()} ELSE abs(amount - {self.fees_sql()}) END"
        inner = f" AND {self.levies_sql()} >= -{TOLERANCE_MINOR}" if self.contained else ""
        return f"(abs(abs(net) - ({expected})) <= {tolerance}{inner})"


def candidates(present: set[str], levies: Iterable[str], first: Rule | None = None) -> list[Rule]:
    """Rules that the columns of a file allow, the preset's own first, then by how common they are."""
    extra = tuple(fee for fee in levies if fee in present)
    rules = [first] if first else []
    bases = [base for base in ("handling_fee", "net_commission", "brokerage") if base in present]
    inner = tuple(base for base in ("brokerage", "net_commission") if base in present)
    for base in bases:
        rules += _additive(base, inner if base == "handling_fee" else (), extra)
    if "total_fees" in present:
        part = inner[-1] if inner else ("handling_fee" if "handling_fee" in present else "rest")
        rules.append(
            Rule(
                ("total_fees",),
                part,
                tuple(dict.fromkeys((*_parts(part), *_STAMP_TRANSFER, *(extra if part == "rest" else ())))),
            )
        )
    for base in bases:
        within = inner if base == "handling_fee" else ()
        rules.append(Rule((base,), within[-1] if within else "rest", (*within, *_STAMP_TRANSFER, *extra)))
    usable = [rule.only(present) for rule in rules]
    return list(dict.fromkeys(rule for rule in usable if rule))


def _parts(part: str) -> tuple[str, ...]:
    return () if part == "rest" else (part,)


def _additive(base: str, inner: tuple[str, ...], extra: tuple[str, ...]) -> list[Rule]:
    commission = inner[-1] if inner else base
    sums: list[tuple[str, ...]] = [_STAMP_TRANSFER, ("stamp_duty",)]
    for fee in extra:
        sums += [(*_STAMP_TRANSFER, fee), ("stamp_duty", fee)]
    if len(extra) > 1:
        sums += [(*_STAMP_TRANSFER, *extra), ("stamp_duty", *extra)]
    return [Rule((base, *fees), commission, inner) for fees in sums]


def choose_rule(rules: list[Rule], holding: list[int], plain: int) -> tuple[Rule, int, bool]:
    """The rule that most plain rows obey, how many do, and whether that is enough to take the file."""
    best = max(range(len(rules)), key=lambda at: (holding[at], -at))
    broken = plain - holding[best]
    enough = broken <= max(1, int(plain * BROKEN_RATE)) and holding[best] * 2 >= plain
    return rules[best], holding[best], enough
