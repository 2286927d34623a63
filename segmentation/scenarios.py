"""What-if with the branch's own numbers (C3, C4, C5, C6, C9). Pure: money in integer fen, factors in thousandths or tenths,
everything rounded half up once, at the end."""

from decimal import Decimal

from crm.lib.money import round_half_up


def loss_of_client(average_fen: int, factor_e3: int) -> int:
    """C3: losing one client costs the average value of the class and a reputational factor on top."""
    return round_half_up(Decimal(average_fen) * (1000 + factor_e3) / 1000)


def dissatisfied(complaints: int, rate_e3: int) -> int:
    """C4: how many are dissatisfied where this share of them complains; raises ValueError where nobody does."""
    if rate_e3 <= 0:
        raise ValueError("a rate above zero is needed")
    return round_half_up(Decimal(complaints) * 1000 / rate_e3)


def cost_of_replacing(keeping_fen: int, times_e1: int) -> int:
    """C5: replacing a client costs a multiple of keeping one."""
    return round_half_up(Decimal(keeping_fen) * times_e1 / 10)


def lifetime_value(years: Decimal, yearly_fen: int, service_fen: int) -> int:
    """C6: mean years of trading × mean yearly commission − mean cost of service over those years."""
    return round_half_up(years * yearly_fen) - service_fen


def raised(profit_fen: int, by_e3: int) -> int:
    """C9: a profit that is raised by so many thousandths."""
    return round_half_up(Decimal(profit_fen) * (1000 + by_e3) / 1000)


def kept_by_halving(at_risk_fen: int) -> int:
    """C9 from the branch's own scores: half of the commission at risk stays where churn is halved."""
    return round_half_up(Decimal(at_risk_fen) / 2)
