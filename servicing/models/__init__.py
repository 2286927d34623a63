"""What was done for a client, what was promised and what is owed. Rows are withdrawn, never deleted (L3)."""

from servicing.models.alerts import RiskAlert
from servicing.models.arrivals import Arrival
from servicing.models.bounces import BounceBox, DeadAddress, ReturnedMail
from servicing.models.callbacks import Callback, CallbackAttempt, CallbackFinding, CallbackSample
from servicing.models.competence import Paper, PaperRequirement
from servicing.models.complaints import (
    Complaint,
    ComplaintAction,
    ComplaintCall,
    ComplaintChange,
    ComplaintEscalation,
    ComplaintLink,
    ComplaintOfficer,
    ComplaintStep,
)
from servicing.models.concessions import Concession
from servicing.models.contacts import Contact, ContactChange
from servicing.models.due import Promise, Task
from servicing.models.events import Event, Guest
from servicing.models.festivals import Festival
from servicing.models.handovers import HandOver, HandOverClient
from servicing.models.ideas import Idea
from servicing.models.items import ServiceItem
from servicing.models.loyalty import Loyalty, LoyaltyFigures, LoyaltyStep, Quadrant
from servicing.models.materials import Material, MaterialReading, MaterialShare, MaterialVersion
from servicing.models.messages import LeftOut, Message, Sending
from servicing.models.openings import Opening, OpeningStep, Step
from servicing.models.plans import PlanReview, PlanRevision, ServicePlan
from servicing.models.pledges import Measure, Pledge, PledgeBreach, PledgeMonth
from servicing.models.points import PointEntry
from servicing.models.referrals import Referral
from servicing.models.selfreviews import SelfReview, SelfReviewAction
from servicing.models.stages import ServiceStage, Stage
from servicing.models.standards import ServiceStandard
from servicing.models.texts import BannedPhrase, MessageText, TextVersion
from servicing.models.trends import QuarterFigures

__all__ = [
    "Arrival",
    "BannedPhrase",
    "BounceBox",
    "Callback",
    "CallbackAttempt",
    "CallbackFinding",
    "CallbackSample",
    "Complaint",
    "ComplaintAction",
    "ComplaintCall",
    "ComplaintChange",
    "ComplaintEscalation",
    "ComplaintLink",
    "ComplaintOfficer",
    "ComplaintStep",
    "Concession",
    "Contact",
    "ContactChange",
    "DeadAddress",
    "Event",
    "Festival",
    "Guest",
    "HandOver",
    "HandOverClient",
    "Idea",
    "LeftOut",
    "Loyalty",
    "LoyaltyFigures",
    "LoyaltyStep",
    "Material",
    "MaterialReading",
    "MaterialShare",
    "MaterialVersion",
    "Measure",
    "Message",
    "MessageText",
    "Opening",
    "OpeningStep",
    "Paper",
    "PaperRequirement",
    "PlanReview",
    "PlanRevision",
    "Pledge",
    "PledgeBreach",
    "PledgeMonth",
    "PointEntry",
    "Promise",
    "Quadrant",
    "QuarterFigures",
    "Referral",
    "ReturnedMail",
    "RiskAlert",
    "SelfReview",
    "SelfReviewAction",
    "Sending",
    "ServiceItem",
    "ServicePlan",
    "ServiceStage",
    "ServiceStandard",
    "Stage",
    "Step",
    "Task",
    "TextVersion",
]
