from segmentation.models.behaviour import Behaviour, BehaviourFigures
from segmentation.models.decided import Threshold, TierPin, TierScheme
from segmentation.models.ledgers import StateChange, TierMove
from segmentation.models.nights import NightFigures, PublicationBasis, ScoreModel, Standing, StandingSum
from segmentation.models.regimes import MarketRegime
from segmentation.models.words import ASLEEP, Band, Dormancy, Horizon, PositionBand, Result, Tier

__all__ = [
    "ASLEEP",
    "Band",
    "Behaviour",
    "BehaviourFigures",
    "Dormancy",
    "Horizon",
    "MarketRegime",
    "NightFigures",
    "PositionBand",
    "PublicationBasis",
    "Result",
    "ScoreModel",
    "Standing",
    "StandingSum",
    "StateChange",
    "Threshold",
    "Tier",
    "TierMove",
    "TierPin",
    "TierScheme",
]
