"""What was done for a client, what was promised and what is owed. Rows are withdrawn, never deleted (L3)."""

from servicing.models.contacts import Contact, ContactChange
from servicing.models.due import Promise, Task
from servicing.models.handovers import HandOver, HandOverClient
from servicing.models.items import ServiceItem
from servicing.models.plans import PlanReview, PlanRevision, ServicePlan
from servicing.models.standards import ServiceStandard

__all__ = [
    "Contact",
    "ContactChange",
    "HandOver",
    "HandOverClient",
    "PlanReview",
    "PlanRevision",
    "Promise",
    "ServiceItem",
    "ServicePlan",
    "ServiceStandard",
    "Task",
]
