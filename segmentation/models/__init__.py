from segmentation.models.decided import Threshold, TierPin, TierScheme
from segmentation.models.ledgers import StateChange, TierMove
from segmentation.models.nights import NightFigures, PublicationBasis, ScoreModel, Standing, StandingSum
from segmentation.models.words import Band, Dormancy, Tier

__all__ = [
    "Band",
    "Dormancy",
    "NightFigures",
    "PublicationBasis",
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
