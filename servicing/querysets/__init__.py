"""Every named read of what is owed and done, a file per noun; each starts at `visible_to`."""

from servicing.querysets.contacts import ContactQuerySet
from servicing.querysets.due import PromiseQuerySet, TaskQuerySet
from servicing.querysets.handovers import HandOverQuerySet
from servicing.querysets.items import ServiceItemQuerySet
from servicing.querysets.plans import ServicePlanQuerySet
from servicing.querysets.standards import ServiceStandardQuerySet

__all__ = [
    "ContactQuerySet",
    "HandOverQuerySet",
    "PromiseQuerySet",
    "ServiceItemQuerySet",
    "ServicePlanQuerySet",
    "ServiceStandardQuerySet",
    "TaskQuerySet",
]
