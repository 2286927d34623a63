"""The second person (S14) for materials; and what may be given to clients at a moment."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Staff
from servicing.models import Material, MaterialVersion
from servicing.texts.deciding import PhraseStands
from servicing.texts.phrases import Finding, find_in_version, find_phrases, phrases_on
from servicing.versions import deciding as seconding


def ask_approval(version: MaterialVersion, *, by: Staff, at: datetime) -> bool:
    """A draft waits for the second person from now on, see `servicing.versions.deciding.ask`."""
    return seconding.ask(version, guard, by=by, at=at)


def decide_material(version: MaterialVersion, *, approve: bool, why: str, by: Staff, at: datetime) -> bool:
    """Approve or refuse a waiting version, see `servicing.versions.deciding.decide`."""
    return seconding.decide(version, guard, approve=approve, why=why, by=by, at=at)


def guard(version: MaterialVersion, at: datetime) -> None:
    """Raises PhraseStands for a title, text or notice that says what no text may say, Refused past the last valid day. What
    an attached file says is read by the second person."""
    if found := findings_in(version, at):
        raise PhraseStands(found)
    if version.valid_until < timezone.localdate(at):
        raise Refused(_("Its last valid day has passed."))


def findings_in(version: MaterialVersion, at: datetime) -> list[Finding]:
    """The banned phrases in a title and what a version says, as they are banned at a moment."""
    phrases = phrases_on(timezone.localdate(at))
    return [*find_phrases(version.material.title, phrases, field="title"), *find_in_version(version, phrases)]


def check_usable(version: MaterialVersion, at: datetime) -> None:
    """Raises Refused, with the reason, for a version that may not be given to clients: not the approved one of a material
    that stands, or stopped by the guard since. Read again when a link is opened."""
    if version.state != MaterialVersion.State.APPROVED or version.material.ended_at:
        raise Refused(_("This version is not approved."))
    guard(version, at)


def usable_of(material: Material, at: datetime) -> MaterialVersion:
    """The version of a material that is given to clients at a moment; raises Refused, with the reason, where there is none."""
    version = material.versions.filter(state=MaterialVersion.State.APPROVED).select_related("material").first()
    if version is None:
        raise Refused(_("This material is not approved."))
    check_usable(version, at)
    return version
