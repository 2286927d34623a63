"""Words of behaviour as a page says them: position against the reference, result, turnover. Never advice."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clients.models import Trade
from crm.lib import formats
from segmentation.models import Behaviour, MarketRegime
from segmentation.models.words import KINDS
from segmentation.regimes import Reference, whole_percent


def share_words(reference: Reference) -> str:
    """≥ 75% in a strong market, 50% in a range, ≤ 25% in a weak one."""
    share = formats.percent(reference.share_e4 / 10_000)
    signs = {MarketRegime.Level.STRONG: f"≥ {share}", MarketRegime.Level.WEAK: f"≤ {share}"}
    return signs.get(MarketRegime.Level(reference.regime.level), share)


def market_words(regime: MarketRegime) -> str:
    """The regime as it stands in a sentence: strong market."""
    words = {
        MarketRegime.Level.STRONG: _("strong market"),
        MarketRegime.Level.RANGE: _("range market"),
        MarketRegime.Level.WEAK: _("weak market"),
    }
    return words[MarketRegime.Level(regime.level)]


def position_words(position_e4: int | None) -> str:
    """A position in whole percent."""
    return formats.NOTHING if position_e4 is None else f"{whole_percent(position_e4)}%"


def position_title(position_e4: int | None, reference: Reference | None) -> str:
    """The finding about a position: above, below or near the reference of the market."""
    if position_e4 is None:
        return _("No position: no net assets on the day")
    words = {"now": position_words(position_e4)}
    if reference is None:
        return _("Position {now}; no market regime is set to compare it with").format(**words)
    words |= {"market": market_words(reference.regime), "share": share_words(reference)}
    texts = {
        "above": _("Position {now}, above the {market}'s reference of {share}"),
        "below": _("Position {now}, below the {market}'s reference of {share}"),
        "": _("Position {now}, near the {market}'s reference of {share}"),
    }
    return texts[reference.side_of(position_e4)].format(**words)


def habit_words(row: Behaviour) -> str:
    """The own habit: mean and usual width of twelve months."""
    if row.position_mean_e4 is None or row.position_spread_e4 is None:
        return formats.NOTHING
    low = max(row.position_mean_e4 - row.position_spread_e4, 0)
    return _("mean {mean}, mostly {low} to {high}").format(
        mean=position_words(row.position_mean_e4),
        low=position_words(low),
        high=position_words(row.position_mean_e4 + row.position_spread_e4),
    )


def turnover_words(row: Behaviour) -> str:
    """13.3 times a year, or that there was no trade."""
    if row.turnover_e2 is None:
        return formats.NOTHING
    if row.turnover_e2 == 0:
        return _("no trade in six months")
    return _("{times} times a year").format(times=formats.decimal(row.turnover_e2 / 100))


def behaviour_title(row: Behaviour) -> str:
    """The finding about turnover and result."""
    if not row.horizon:
        return _("Too little held or traded to tell a horizon")
    told = {"horizon": row.get_horizon_display(), "turnover": turnover_words(row)}
    if not row.result:
        return _("Trades {horizon}, {turnover}").format(**told)
    return _("Trades {horizon}, {turnover}; {result} over the period").format(result=row.get_result_display(), **told)


def habits_title(sure: Sequence[str]) -> str:
    """The finding about kinds and channels: what is surely preferred."""
    if sure:
        return _("Prefers {names}, surely above the branch").format(names=_list(sure[:4]))
    return _("Nothing traded surely more than in the branch")


def _list(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    before = pgettext("between names", "、").join(names[:-1])
    return _("{names} and {last}").format(names=before, last=names[-1])


def kind_word(name: str) -> str:
    """A kind of instrument in words."""
    return str(KINDS.get(name, name))


def channel_word(name: str) -> str:
    """A channel of trading in words."""
    return str(dict(Trade.Channel.choices).get(name, name))
