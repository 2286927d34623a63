"""Market regimes (B8): who set which on what evidence, the reference share of positions in it, and the clients far from it."""

from segmentation.regimes.gaps import (
    SIDES,
    GapCounts,
    far_from_reference,
    gap_counts,
    gap_rows,
    positions_counted,
    positions_stored,
    regime_gap_counts,
)
from segmentation.regimes.reference import Reference, reference_on, references_on, regime_on, whole_percent
from segmentation.regimes.setting import RegimeChanged, RegimeRefused, set_regime

__all__ = [
    "SIDES",
    "GapCounts",
    "Reference",
    "RegimeChanged",
    "RegimeRefused",
    "far_from_reference",
    "gap_counts",
    "gap_rows",
    "positions_counted",
    "positions_stored",
    "reference_on",
    "references_on",
    "regime_gap_counts",
    "regime_on",
    "set_regime",
    "whole_percent",
]
