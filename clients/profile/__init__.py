"""The cards about a client: what they hold (kinds), how they are edited (editing, person), and how they are read."""

from clients.profile.editing import ChangedMeanwhile, Gone, UndoRefused, save, undo, withdraw
from clients.profile.kinds import KINDS, CardKind
from clients.profile.person import person_token, save_person, undo_person
from clients.profile.reading import consent_chips, profile_cards

__all__ = [
    "KINDS",
    "CardKind",
    "ChangedMeanwhile",
    "Gone",
    "UndoRefused",
    "consent_chips",
    "person_token",
    "profile_cards",
    "save",
    "save_person",
    "undo",
    "undo_person",
    "withdraw",
]
