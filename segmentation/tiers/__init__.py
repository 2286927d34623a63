"""Tiers 客户分级 (T1–T8): every open client of a branch in a total, deterministic order, cut by the scheme in force."""

from segmentation.tiers.period import period_start
from segmentation.tiers.ranking import STEPS, rank_clients, tier_places
from segmentation.tiers.rates import MissingRate

__all__ = ["STEPS", "MissingRate", "period_start", "rank_clients", "tier_places"]
