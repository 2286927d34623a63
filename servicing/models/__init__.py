"""What was done for a client, what was promised and what is owed. Rows are withdrawn, never deleted (L3)."""

from servicing.models.callbacks import Callback, CallbackAttempt, CallbackFinding, CallbackSample
from servicing.models.contacts import Contact, ContactChange
from servicing.models.due import Promise, Task
from servicing.models.festivals import Festival
from servicing.models.handovers import HandOver, HandOverClient
from servicing.models.standards import ServiceStandard

__all__ = [
    "Callback",
    "CallbackAttempt",
    "CallbackFinding",
    "CallbackSample",
    "Contact",
    "ContactChange",
    "Festival",
    "HandOver",
    "HandOverClient",
    "Promise",
    "ServiceStandard",
    "Task",
]
