"""Every named read of what is owed and done, a file per noun; each starts at `visible_to`."""

from servicing.querysets.concessions import ConcessionQuerySet
from servicing.querysets.contacts import ContactQuerySet
from servicing.querysets.due import PromiseQuerySet, TaskQuerySet
from servicing.querysets.handovers import HandOverQuerySet
from servicing.querysets.standards import ServiceStandardQuerySet
from servicing.querysets.texts import BannedPhraseQuerySet, MessageTextQuerySet, TextVersionQuerySet

__all__ = [
    "BannedPhraseQuerySet",
    "ConcessionQuerySet",
    "ContactQuerySet",
    "HandOverQuerySet",
    "MessageTextQuerySet",
    "PromiseQuerySet",
    "ServiceStandardQuerySet",
    "TaskQuerySet",
    "TextVersionQuerySet",
]
