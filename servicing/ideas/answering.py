"""The answer that is owed: in words, and to a client by a contact that the log knows."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import tell
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.ideas.changes import locked
from servicing.models import Contact, Idea

ANSWER_LENGTH = 500


def answer_idea(idea: Idea, answer: str, *, contact: Contact | None, version: int, by: Staff, at: datetime) -> Idea:
    """Note what was answered. A client's answer names the contact that gave it, which counts as the moment of the answer; a
    visitor's counts now. The same again is the same. Raises Refused, naming the field, without words, without the client's
    contact, or for one before the idea; IdeaConflict where somebody wrote since."""
    said = answer.strip()[:ANSWER_LENGTH]
    if not said:
        raise Refused(_("Say what was answered."), "answer")
    given = (said, contact.pk if contact else None)
    with transaction.atomic():
        row = locked(idea, version, unless=lambda row: (row.answer, row.answer_contact_id) == given)
        if (row.answer, row.answer_contact_id) == given:
            return row
        if row.answered_at is not None:
            raise Refused(_("It is answered already; take that answer back first."), "answer")
        _check_contact(row, contact)
        row.answer, row.answer_contact, row.answered_by = said, contact, by
        row.answered_at, row.version = contact.happened_at if contact else at, row.version + 1
        row.save(update_fields=["answer", "answer_contact", "answered_by", "answered_at", "version"])
        tell("answer-idea", row, by=by, contact=contact.pk if contact else None)
    return row


def take_back_answer(idea: Idea, *, by: Staff) -> bool:
    """The undo of answering: the answer is owed again. False where it is."""
    with transaction.atomic():
        row = Idea.objects.select_for_update(of=("self",)).select_related("branch").get(pk=idea.pk)
        if row.answered_at is None:
            return False
        row.answer, row.answer_contact, row.answered_by, row.answered_at = "", None, None, None
        row.version += 1
        row.save(update_fields=["answer", "answer_contact", "answered_by", "answered_at", "version"])
        tell("take-back-answer", row, by=by)
    return True


def _check_contact(idea: Idea, contact: Contact | None) -> None:
    if contact is None:
        if idea.client_id is not None:
            raise Refused(_("Choose the contact in which the client was answered; record it first."), "contact")
        return
    if contact.client_id != idea.client_id or contact.withdrawn_at is not None:
        raise Refused(_("This contact was with somebody else, or is withdrawn."), "contact")
    if contact.happened_at < idea.taken_at:
        raise Refused(_("This contact was before the idea."), "contact")
