"""What was done for a client, what was promised and what is owed. Rows are withdrawn, never deleted (L3)."""

from servicing.models.concessions import Concession
from servicing.models.contacts import Contact, ContactChange
from servicing.models.due import Promise, Task
from servicing.models.handovers import HandOver, HandOverClient
from servicing.models.standards import ServiceStandard
from servicing.models.texts import BannedPhrase, MessageText, TextVersion

__all__ = [
    "BannedPhrase",
    "Concession",
    "Contact",
    "ContactChange",
    "HandOver",
    "HandOverClient",
    "MessageText",
    "Promise",
    "ServiceStandard",
    "Task",
    "TextVersion",
]
