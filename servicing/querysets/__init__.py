"""Every named read of what is owed and done, a file per noun; each starts at `visible_to`."""

from servicing.querysets.arrivals import ArrivalQuerySet
from servicing.querysets.contacts import ContactQuerySet
from servicing.querysets.due import PromiseQuerySet, TaskQuerySet
from servicing.querysets.handovers import HandOverQuerySet
from servicing.querysets.standards import ServiceStandardQuerySet

__all__ = [
    "ArrivalQuerySet",
    "ContactQuerySet",
    "HandOverQuerySet",
    "PromiseQuerySet",
    "ServiceStandardQuerySet",
    "TaskQuerySet",
]
