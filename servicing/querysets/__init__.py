"""Every named read of what is owed and done, a file per noun; each starts at `visible_to`."""

from servicing.querysets.arrivals import ArrivalQuerySet
from servicing.querysets.contacts import ContactQuerySet
from servicing.querysets.due import PromiseQuerySet, TaskQuerySet
from servicing.querysets.handovers import HandOverClientQuerySet, HandOverQuerySet
from servicing.querysets.standards import ServiceStandardQuerySet

__all__ = [
    "ArrivalQuerySet",
    "ContactQuerySet",
    "HandOverClientQuerySet",
    "HandOverQuerySet",
    "PromiseQuerySet",
    "ServiceStandardQuerySet",
    "TaskQuerySet",
]
