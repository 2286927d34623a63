"""Every named read of what is owed and done, a file per noun; each starts at `visible_to`."""

from servicing.querysets.alerts import RiskAlertQuerySet
from servicing.querysets.arrivals import ArrivalQuerySet
from servicing.querysets.bounces import DeadAddressQuerySet, ReturnedMailQuerySet
from servicing.querysets.callbacks import (
    CallbackAttemptQuerySet,
    CallbackFindingQuerySet,
    CallbackQuerySet,
    CallbackSampleQuerySet,
)
from servicing.querysets.competence import PaperQuerySet
from servicing.querysets.complaints import (
    ComplaintActionQuerySet,
    ComplaintLinkQuerySet,
    ComplaintOfficerQuerySet,
    ComplaintQuerySet,
    ComplaintStepQuerySet,
)
from servicing.querysets.concessions import ConcessionQuerySet
from servicing.querysets.contacts import ContactQuerySet
from servicing.querysets.decided import DecidedQuerySet
from servicing.querysets.due import PromiseQuerySet, TaskQuerySet
from servicing.querysets.events import EventQuerySet, GuestQuerySet
from servicing.querysets.festivals import FestivalQuerySet
from servicing.querysets.handovers import HandOverClientQuerySet, HandOverQuerySet
from servicing.querysets.ideas import IdeaQuerySet
from servicing.querysets.loyalty import LoyaltyQuerySet
from servicing.querysets.materials import (
    MaterialQuerySet,
    MaterialReadingQuerySet,
    MaterialShareQuerySet,
    MaterialVersionQuerySet,
)
from servicing.querysets.messages import MessageQuerySet, SendingQuerySet
from servicing.querysets.openings import OpeningQuerySet, OpeningStepQuerySet
from servicing.querysets.plans import ServicePlanQuerySet
from servicing.querysets.pledges import PledgeBreachQuerySet, PledgeMonthQuerySet, PledgeQuerySet
from servicing.querysets.points import PointEntryQuerySet
from servicing.querysets.referrals import ReferralQuerySet
from servicing.querysets.selfreviews import SelfReviewActionQuerySet, SelfReviewQuerySet
from servicing.querysets.stages import ServiceStageQuerySet
from servicing.querysets.texts import BannedPhraseQuerySet, MessageTextQuerySet, TextVersionQuerySet
from servicing.querysets.trends import QuarterFiguresQuerySet

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
    "ComplaintStepQuerySet",
    "ConcessionQuerySet",
    "ContactQuerySet",
    "DeadAddressQuerySet",
    "DecidedQuerySet",
    "EventQuerySet",
    "FestivalQuerySet",
    "GuestQuerySet",
    "HandOverClientQuerySet",
    "HandOverQuerySet",
    "IdeaQuerySet",
    "LoyaltyQuerySet",
    "MaterialQuerySet",
    "MaterialReadingQuerySet",
    "MaterialShareQuerySet",
    "MaterialVersionQuerySet",
    "MessageQuerySet",
    "MessageTextQuerySet",
    "OpeningQuerySet",
    "OpeningStepQuerySet",
    "PaperQuerySet",
    "PledgeBreachQuerySet",
    "PledgeMonthQuerySet",
    "PledgeQuerySet",
    "PointEntryQuerySet",
    "PromiseQuerySet",
    "QuarterFiguresQuerySet",
    "ReferralQuerySet",
    "ReturnedMailQuerySet",
    "RiskAlertQuerySet",
    "SelfReviewActionQuerySet",
    "SelfReviewQuerySet",
    "SendingQuerySet",
    "ServicePlanQuerySet",
    "ServiceStageQuerySet",
    "TaskQuerySet",
    "TextVersionQuerySet",
]
