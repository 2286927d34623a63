"""Every named read of what is owed and done, a file per noun; each starts at `visible_to`."""

from servicing.querysets.alerts import RiskAlertQuerySet
from servicing.querysets.arrivals import ArrivalQuerySet
from servicing.querysets.callbacks import (
    CallbackAttemptQuerySet,
    CallbackFindingQuerySet,
    CallbackQuerySet,
    CallbackSampleQuerySet,
)
from servicing.querysets.complaints import (
    ComplaintActionQuerySet,
    ComplaintLinkQuerySet,
    ComplaintOfficerQuerySet,
    ComplaintQuerySet,
)
from servicing.querysets.concessions import ConcessionQuerySet
from servicing.querysets.contacts import ContactQuerySet
from servicing.querysets.due import PromiseQuerySet, TaskQuerySet
from servicing.querysets.festivals import FestivalQuerySet
from servicing.querysets.handovers import HandOverClientQuerySet, HandOverQuerySet
from servicing.querysets.items import ServiceItemQuerySet
from servicing.querysets.loyalty import LoyaltyQuerySet
from servicing.querysets.messages import MessageQuerySet, SendingQuerySet
from servicing.querysets.openings import OpeningQuerySet, OpeningStepQuerySet
from servicing.querysets.plans import ServicePlanQuerySet
from servicing.querysets.points import PointEntryQuerySet
from servicing.querysets.referrals import ReferralQuerySet
from servicing.querysets.stages import ServiceStageQuerySet
from servicing.querysets.standards import ServiceStandardQuerySet
from servicing.querysets.texts import BannedPhraseQuerySet, MessageTextQuerySet, TextVersionQuerySet

__all__ = [
    "ArrivalQuerySet",
    "BannedPhraseQuerySet",
    "CallbackAttemptQuerySet",
    "CallbackFindingQuerySet",
    "CallbackQuerySet",
    "CallbackSampleQuerySet",
    "ComplaintActionQuerySet",
    "ComplaintLinkQuerySet",
    "ComplaintOfficerQuerySet",
    "ComplaintQuerySet",
    "ConcessionQuerySet",
    "ContactQuerySet",
    "FestivalQuerySet",
    "HandOverClientQuerySet",
    "HandOverQuerySet",
    "LoyaltyQuerySet",
    "MessageQuerySet",
    "MessageTextQuerySet",
    "OpeningQuerySet",
    "OpeningStepQuerySet",
    "PointEntryQuerySet",
    "PromiseQuerySet",
    "ReferralQuerySet",
    "RiskAlertQuerySet",
    "SendingQuerySet",
    "ServiceItemQuerySet",
    "ServicePlanQuerySet",
    "ServiceStageQuerySet",
    "ServiceStandardQuerySet",
    "TaskQuerySet",
    "TextVersionQuerySet",
]
