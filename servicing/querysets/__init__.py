"""Every named read of what is owed and done, a file per noun; each starts at `visible_to`."""

from servicing.querysets.callbacks import (
    CallbackAttemptQuerySet,
    CallbackFindingQuerySet,
    CallbackQuerySet,
    CallbackSampleQuerySet,
)
from servicing.querysets.contacts import ContactQuerySet
from servicing.querysets.due import PromiseQuerySet, TaskQuerySet
from servicing.querysets.festivals import FestivalQuerySet
from servicing.querysets.handovers import HandOverQuerySet
from servicing.querysets.standards import ServiceStandardQuerySet

__all__ = [
    "CallbackAttemptQuerySet",
    "CallbackFindingQuerySet",
    "CallbackQuerySet",
    "CallbackSampleQuerySet",
    "ContactQuerySet",
    "FestivalQuerySet",
    "HandOverQuerySet",
    "PromiseQuerySet",
    "ServiceStandardQuerySet",
    "TaskQuerySet",
]
