"""Writing scripts and templates: a text, and each new wording as a version of its own; nothing written is edited."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.models import MessageText, TextVersion
from servicing.texts.rendering import unknown_in
from servicing.versions import writing as versions
from servicing.versions.writing import check_scope, clean_lines

MOST_HOURS = 24 * 365
WITH_SUBJECT = (MessageText.Channel.EMAIL, MessageText.Channel.LETTER)


@dataclass(frozen=True)
class Heading:
    """What a text is for: it stays as long as the text does."""

    kind: str
    channel: str
    branch: Branch | None
    name: str
    purpose: str
    language: str


@dataclass(frozen=True)
class Wording:
    """What a version says."""

    subject: str
    body: str
    risk_notice: str = ""
    product_risk: str = ""
    shelf_hours: int | None = None


def draft_text(heading: Heading, wording: Wording, *, uid: UUID, by: Staff, at: datetime) -> TextVersion:
    """A new text with its first version, a draft; a second call with the same `uid` finds the first one. Raises Refused,
    naming the field, for a wording that cannot be, or a scope that is not the writer's."""
    check_scope(by, heading.branch)
    if heading.kind == MessageText.Kind.TEMPLATE and heading.channel in {"any", "phone"}:
        raise Refused(_("Choose the channel that the template is sent by."), "channel")
    check_wording(wording, heading.channel)
    text = MessageText(uid=uid, **asdict(heading) | {"branch": heading.branch})
    told = {"kind": text.kind, "channel": text.channel}
    return versions.begin(text, TextVersion, asdict(_clean(wording)), by=by, at=at, **told)


def save_wording(text: MessageText, wording: Wording, *, seen: int, by: Staff, at: datetime) -> TextVersion:
    """Another version of a text, see `servicing.versions.writing.save_next`."""
    check_wording(wording, text.channel)
    return versions.save_next(text, TextVersion, asdict(_clean(wording)), seen=seen, by=by, at=at)


def check_wording(wording: Wording, channel: str) -> None:
    """Raises Refused, naming the field, for a wording that cannot be filled in or sent."""
    told = _clean(wording)
    if not told.body:
        raise Refused(_("Write what is said."), "body")
    if channel in WITH_SUBJECT and not told.subject:
        raise Refused(_("An e-mail or a letter has a subject."), "subject")
    if channel not in WITH_SUBJECT and told.subject:
        raise Refused(_("Only an e-mail or a letter has a subject."), "subject")
    for field in ("subject", "body", "risk_notice"):
        if unknown := unknown_in(getattr(told, field)):
            raise Refused(_("Not a placeholder: {what}").format(what=" ".join(unknown)), field)
    if told.product_risk and not told.risk_notice:
        raise Refused(_("A text about a product carries a risk notice."), "risk_notice")
    if told.shelf_hours is not None and not 1 <= told.shelf_hours <= MOST_HOURS:
        raise Refused(_("Between 1 and {n} hours.").format(n=MOST_HOURS), "shelf_hours")


def wording_of(version: TextVersion) -> Wording:
    """What a version says."""
    return Wording(version.subject, version.body, version.risk_notice, version.product_risk, version.shelf_hours)


def _clean(wording: Wording) -> Wording:
    """As it is stored: one kind of line end, nothing around it."""
    body, notice = clean_lines(wording.body), clean_lines(wording.risk_notice)
    return Wording(" ".join(wording.subject.split()), body, notice, wording.product_risk, wording.shelf_hours)
