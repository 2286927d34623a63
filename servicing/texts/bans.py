"""What no text may say: phrases are added, confirmed and ended, and count from that day; rows are never deleted."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import BannedPhrase, TextVersion
from servicing.texts.phrases import find_in_version, folded_phrase

SHORTEST = 2  # one character would stop half of all texts


def may_keep_phrases(user: Staff) -> bool:
    """Compliance and admin keep the list."""
    return user.is_compliance or user.is_admin


def ban_phrase(phrase: str, why: str, *, by: Staff, at: datetime) -> BannedPhrase:
    """From today on no text may say a phrase; one that is banned already is the row that is there. Raises Refused for a
    phrase too short to be told from others, or without a reason."""
    folded = folded_phrase(phrase)
    if len(folded) < SHORTEST:
        raise Refused(_("At least {n} characters that are read.").format(n=SHORTEST), "phrase")
    if not why.strip():
        raise Refused(_("Say why."), "why")
    row = BannedPhrase(
        phrase=" ".join(phrase.split()),
        folded=folded,
        why=why.strip(),
        from_day=timezone.localdate(at),
        made_by=by,
        made_at=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _tell("ban-phrase", row, by=by)
    except IntegrityError:
        return BannedPhrase.objects.filter(folded=folded).latest("pk")
    return row


def lift_ban(row: BannedPhrase, *, by: Staff, on: date) -> bool:
    """From a day on a phrase may be said again; False where its ban has ended."""
    with transaction.atomic():
        if not BannedPhrase.objects.filter(pk=row.pk, until_day=None).update(until_day=on, ended_by=by):
            return False
        _tell("lift-ban", row, by=by)
    return True


def confirm_ban(row: BannedPhrase, *, by: Staff, on: date) -> bool:
    """Compliance confirms a ban that somebody else decided; False where it is confirmed. Raises Refused for its maker."""
    if row.made_by_id == by.pk:
        raise Refused(_("Somebody else has to confirm your own decision."))
    with transaction.atomic():
        if not BannedPhrase.objects.filter(pk=row.pk, confirmed_by=None).update(confirmed_by=by, confirmed_on=on):
            return False
        _tell("confirm-ban", row, by=by)
    return True


def texts_saying(row: BannedPhrase, at: datetime) -> list[TextVersion]:
    """The versions in force that say a phrase: they cannot be used while it is banned."""
    usable = TextVersion.objects.usable(at).select_related("text").order_by("pk")
    return [version for version in usable.iterator() if find_in_version(version, [row])]


def _tell(action: str, row: BannedPhrase, *, by: Staff) -> None:
    audit.record(action, actor=by, of=row, detail={"phrase": row.phrase})
