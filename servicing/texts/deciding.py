"""The second person (S14) for scripts and templates; and what may be said or sent at a moment."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.models import MessageText, TextVersion
from servicing.models.versions import Version
from servicing.texts.phrases import Finding, find_in_version, phrases_on
from servicing.versions import deciding as seconding


class PhraseStands(Refused):
    """A wording says what no text may say: `findings` with their places."""

    def __init__(self, findings: list[Finding]) -> None:
        said = _("、").join(dict.fromkeys(finding.written for finding in findings))
        super().__init__(_("A banned phrase stands in the wording: {phrases}").format(phrases=said))
        self.findings = findings


def ask_approval(version: TextVersion, *, by: Staff, at: datetime) -> bool:
    """A draft waits for the second person from now on, see `servicing.versions.deciding.ask`; raises PhraseStands while it
    says a banned phrase."""
    return seconding.ask(version, guard_phrases, by=by, at=at)


def decide_text(version: TextVersion, *, approve: bool, why: str, by: Staff, at: datetime) -> bool:
    """Approve or refuse a waiting version, see `servicing.versions.deciding.decide`; its hours (S3) run from the approval.
    Raises PhraseStands where a phrase was banned meanwhile."""
    hours = version.shelf_hours
    expires_at = at + timedelta(hours=hours) if hours else None
    return seconding.decide(version, guard_phrases, approve=approve, why=why, by=by, at=at, expires_at=expires_at)


def guard_phrases(version: Version, at: datetime) -> None:
    """Raises PhraseStands for a version that says what no text may say on the day of a moment."""
    if findings := find_in_version(version, phrases_on(timezone.localdate(at))):
        raise PhraseStands(findings)


def check_usable(version: TextVersion, at: datetime) -> None:
    """Raises Refused, with the reason, for a version that may not be said or sent at a moment: not the approved one of a text
    that stands, past its hour (S3), or with a phrase in it that was banned since (S14). Read again at the moment of use."""
    if version.state != TextVersion.State.APPROVED or version.text.ended_at:
        raise Refused(_("This wording is not approved."))
    if version.expires_at and version.expires_at <= at:
        raise Refused(_("This wording is past its hour."))
    guard_phrases(version, at)


def scripts_for(branch: int, at: datetime) -> list[TextVersion]:
    """The scripts that somebody of a branch may talk by at a moment, in the order of their names."""
    return texts_for(branch, MessageText.Kind.SCRIPT, at)


def texts_for(branch: Branch | int, kind: str, at: datetime) -> list[TextVersion]:
    """What a branch may say or send of a kind of texts at a moment, in the order of their names."""
    usable = TextVersion.objects.usable(at).for_branch(branch).filter(text__kind=kind).select_related("text")
    phrases = phrases_on(timezone.localdate(at))
    return [version for version in usable.order_by("text__name", "pk") if not find_in_version(version, phrases)]
