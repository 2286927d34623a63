"""Every named read of what is owed and done, a file per noun; each starts at `visible_to`."""

from servicing.querysets.complaints import (
    ComplaintActionQuerySet,
    ComplaintLinkQuerySet,
    ComplaintOfficerQuerySet,
    ComplaintQuerySet,
)
from servicing.querysets.contacts import ContactQuerySet
from servicing.querysets.due import PromiseQuerySet, TaskQuerySet
from servicing.querysets.handovers import HandOverQuerySet
from servicing.querysets.standards import ServiceStandardQuerySet

__all__ = [
    "ComplaintActionQuerySet",
    "ComplaintLinkQuerySet",
    "ComplaintOfficerQuerySet",
    "ComplaintQuerySet",
    "ContactQuerySet",
    "HandOverQuerySet",
    "PromiseQuerySet",
    "ServiceStandardQuerySet",
    "TaskQuerySet",
]
