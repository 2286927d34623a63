"""The second person (S14): a version waits, somebody other than its author approves or refuses it, once; and what may be said
or sent at a moment."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.models import TextVersion
from servicing.texts.phrases import Finding, find_in_version, phrases_on
from servicing.texts.writing import may_write, tell

State = TextVersion.State


class PhraseStands(Refused):
    """A wording says what no text may say: `findings` with their places."""

    def __init__(self, findings: list[Finding]) -> None:
        said = _("、").join(dict.fromkeys(finding.written for finding in findings))
        super().__init__(_("A banned phrase stands in the wording: {phrases}").format(phrases=said))
        self.findings = findings


def ask_approval(version: TextVersion, *, by: Staff, at: datetime) -> bool:
    """A draft waits for the second person from now on; False where it waits already. Raises PhraseStands while it says a
    banned phrase, Refused where it is no draft of a text that stands."""
    if not may_write(by, version.text.branch):
        raise Refused(_("You may not write for this branch."))
    if version.text.ended_at:
        raise Refused(_("This text has ended; restore it before changing it."))
    _guard(version, at)
    with transaction.atomic():
        if not _turn(version, State.DRAFT, state=State.WAITING, asked_at=at):
            if TextVersion.objects.filter(pk=version.pk, state=State.WAITING).exists():
                return False
            raise Refused(_("Only a draft can be put forward."))
        tell("ask-text", version, by=by)
    return True


def take_back(version: TextVersion, *, by: Staff) -> bool:
    """Undo of `ask_approval`: a draft again. False where it does not wait (any more)."""
    if not may_write(by, version.text.branch):
        raise Refused(_("You may not write for this branch."))
    with transaction.atomic():
        if not _turn(version, State.WAITING, state=State.DRAFT, asked_at=None):
            return False
        tell("take-back-text", version, by=by)
    return True


def may_decide(user: Staff, branch: Branch | None) -> bool:
    """Who decides: a manager for the own branches, compliance for every branch and the firm."""
    if user.is_compliance:
        return True
    return branch is not None and user.is_manager and user.branches.filter(pk=branch.pk).exists()


def decide_text(version: TextVersion, *, approve: bool, why: str, by: Staff, at: datetime) -> bool:
    """Approve or refuse a waiting version, once: False when it is decided or taken back. What was in force ends with the
    approval of another one. Raises Refused for the author, for who may not decide, for a refusal without a reason, and
    PhraseStands where a phrase was banned meanwhile."""
    if version.author_id == by.pk:
        raise Refused(_("Somebody else has to decide on your own wording."))
    if not may_decide(by, version.text.branch):
        raise Refused(_("A manager of the branch or compliance decides on this text."))
    if not approve and not why.strip():
        raise Refused(_("Say why, so that the author can do better."), "why")
    if approve:
        _guard(version, at)
    hours = version.shelf_hours if approve else None
    with transaction.atomic():
        if not _claim(version, by=by, at=at, why=why.strip()):
            return False
        if approve:
            TextVersion.objects.filter(text=version.text_id, state=State.APPROVED).update(state=State.ENDED)
        TextVersion.objects.filter(pk=version.pk).update(
            state=State.APPROVED if approve else State.REFUSED,
            expires_at=at + timedelta(hours=hours) if hours else None,
        )
        tell("approve-text" if approve else "refuse-text", version, by=by, reason=why.strip())
    return True


def check_usable(version: TextVersion, at: datetime) -> None:
    """Raises Refused, with the reason, for a version that may not be said or sent at a moment: not the approved one of a text
    that stands, past its hour (S3), or with a phrase in it that was banned since (S14). Read again at the moment of use."""
    if version.state != State.APPROVED or version.text.ended_at:
        raise Refused(_("This wording is not approved."))
    if version.expires_at and version.expires_at <= at:
        raise Refused(_("This wording is past its hour."))
    _guard(version, at)


def scripts_for(branch: int, at: datetime) -> list[TextVersion]:
    """The scripts that somebody of a branch may talk by at a moment, in the order of their names."""
    usable = TextVersion.objects.usable(at).for_branch(branch).filter(text__kind="script").select_related("text")
    phrases = phrases_on(timezone.localdate(at))
    return [script for script in usable.order_by("text__name", "pk") if not find_in_version(script, phrases)]


def _guard(version: TextVersion, at: datetime) -> None:
    if findings := find_in_version(version, phrases_on(timezone.localdate(at))):
        raise PhraseStands(findings)


def _claim(version: TextVersion, *, by: Staff, at: datetime, why: str) -> bool:
    """Whoever claims a waiting version first decides: the conditional update is the lock."""
    return _turn(version, State.WAITING, decided_by=by, decided_at=at, decided_why=why)


def _turn(version: TextVersion, since: str, **columns: object) -> bool:
    return bool(TextVersion.objects.filter(pk=version.pk, state=since).update(**columns))
