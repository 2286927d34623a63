"""What the ledgers say about a client's night, as sentences: tier, risk and state, each with its reason from stored rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from crm.lib import formats
from crm.templatetags.parts import RISKS
from reactivation import dormancy
from segmentation import reasons
from segmentation.models import Dormancy, StateChange, Tier, TierMove
from segmentation.querysets import BANDS


@dataclass(frozen=True)
class Change:
    """One change of a client: kind tier, risk or state; from and to as codes; `why` in one sentence."""

    kind: str
    before: str
    after: str
    why: str
    title: str


def tier_change(move: TierMove) -> Change:
    """A move between tiers (T7), with why: the client's own value, others, another scheme, or a person."""
    words = dict(Tier.choices)
    known = words.get(move.from_tier)
    told = _("Tier {before} → {after}") if known else _("Tier: {after}")
    title = told.format(before=known, after=words[move.to_tier])
    return Change("tier", move.from_tier, move.to_tier, why_moved(move), title)


def why_moved(move: TierMove) -> str:
    """Why the tier changed, with the numbers that decided it."""
    ranks = {"before": formats.count(move.from_rank), "after": formats.count(move.rank)}
    values = {"before": formats.exact(move.from_measure_fen), "after": formats.exact(move.measure_fen)}
    match move.why:
        case TierMove.Why.FIRST:
            return _("First night: rank {after}").format(**ranks)
        case TierMove.Why.OWN:
            told = _("Own value {before} → {after}").format(**values)
            return told + _(", rank {before} → {after}").format(**ranks)
        case TierMove.Why.SCHEME:
            return _("The scheme changed; own value {after}, rank {rank}").format(**values, rank=ranks["after"])
        case TierMove.Why.PIN:
            return _("Set by hand, or the end of it; computed rank {after}").format(**ranks)
        case _:
            told = _("Others moved, rank {before} → {after}").format(**ranks)
            return told + _("; own value {after}").format(**values)


def risk_change(change: StateChange) -> Change:
    """A change of the churn band, with the first reason of that night."""
    words = {code: word for code, (_level, word) in RISKS.items()}
    title = _("Churn risk {before} → {after}").format(
        before=words.get(change.before, _("not scored")), after=words.get(change.after, _("not scored"))
    )
    return Change("risk", change.before, change.after, first_reason(change.detail), title)


def state_change(change: StateChange) -> Change:
    """A change of the dormancy state (R2), with its reason."""
    words = dict(Dormancy.choices)
    title = _("{before} → {after}").format(
        before=words.get(change.before, change.before), after=words.get(change.after, change.after)
    )
    return Change("state", change.before, change.after, why_state(change.detail), title)


def change_of(row: StateChange) -> Change:
    """A row of the ledger of states and bands."""
    return risk_change(row) if row.subject == StateChange.Subject.BAND else state_change(row)


def has_risen(change: Change) -> bool:
    """Whether a change of risk is one for the worse."""
    return change.kind == "risk" and change.before in BANDS and change.after in BANDS[BANDS.index(change.before) + 1 :]


def why_state(reason: Mapping[str, Any]) -> str:
    """The sentence of a stored state; empty where nothing was stored."""
    try:
        return dormancy.sentence(reason)
    except KeyError:
        return ""


@dataclass(frozen=True)
class Said:
    """A reason as a sentence; a protective one speaks for the client staying."""

    sentence: str
    is_protective: bool


def said_of(stored: Iterable[Mapping[str, Any]]) -> list[Said]:
    """The stored churn reasons; one that this version does not know is left out, never half said."""
    said = []
    for reason in stored:
        try:
            said.append(Said(reasons.sentence(reason), reasons.BY_CODE[reason["code"]].protective))
        except (KeyError, TypeError):
            continue
    return said


def sentences(stored: Iterable[Mapping[str, Any]]) -> list[str]:
    """The sentences alone."""
    return [said.sentence for said in said_of(stored)]


def first_reason(stored: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> str:
    """The first of the churn reasons, or nothing."""
    return next(iter(sentences(stored if isinstance(stored, Sequence) else [])), "")
