"""The attributes of the client list, one file per subject: whoever adds a file names it here."""

from crm.pages.lists.attributes import behaviour, card, client, contact, loyalty, standing, tag
from crm.pages.lists.attributes.attribute import Attribute, Subject

SUBJECTS: tuple[Subject, ...] = (
    *(standing.SUBJECT, behaviour.SUBJECT, contact.SUBJECT, loyalty.SUBJECT, tag.SUBJECT, card.SUBJECT, client.SUBJECT),
)
ATTRIBUTES: dict[str, Attribute] = {one.name: one for subject in SUBJECTS for one in subject.attributes}

__all__ = ["ATTRIBUTES", "SUBJECTS", "Attribute", "Subject"]
