"""Writing scripts and templates: a text, and each new wording as a version of its own; nothing written is edited."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.models import MessageText, TextVersion
from servicing.texts.rendering import unknown_in

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


class TextConflict(Exception):
    """Somebody else saved a version meanwhile: `current` is theirs. Nothing was written."""

    def __init__(self, current: TextVersion) -> None:
        super().__init__(f"text {current.text_id} is at version {current.number}")
        self.current = current


def may_write(user: Staff, branch: Branch | None) -> bool:
    """Who writes: the admin for the firm, advisors and managers for their branches. Compliance decides and does not write."""
    if branch is None:
        return user.is_admin
    return (user.is_advisor or user.is_manager) and user.branches.filter(pk=branch.pk).exists()


def draft_text(heading: Heading, wording: Wording, *, uid: UUID, by: Staff, at: datetime) -> TextVersion:
    """A new text with its first version, a draft; a second call with the same `uid` finds the first one. Raises Refused,
    naming the field, for a wording that cannot be, or a scope that is not the writer's."""
    if not may_write(by, heading.branch):
        raise Refused(_("You may not write for this branch."), "branch")
    if heading.kind == MessageText.Kind.TEMPLATE and heading.channel in {"any", "phone"}:
        raise Refused(_("Choose the channel that the template is sent by."), "channel")
    check_wording(wording, heading.channel)
    try:
        with transaction.atomic():
            told = asdict(heading) | {"branch": heading.branch}
            text = MessageText.objects.create(uid=uid, made_by=by, made_at=at, **told)
            version = _add(text, 1, wording, by=by, at=at)
            tell("draft-text", version, by=by, kind=text.kind, channel=text.channel)
    except IntegrityError:
        found = TextVersion.objects.filter(text__uid=uid, text__made_by=by, number=1).first()
        if found is None:
            raise Refused(_("This form belongs to another text; please open it anew.")) from None
        return found
    return version


def save_wording(text: MessageText, wording: Wording, *, seen: int, by: Staff, at: datetime) -> TextVersion:
    """A new version, a draft, made from the latest one, whose number the writer saw; a draft that it takes the place of ends,
    what is in force stays until another one is approved. The same draft twice is one version. Raises TextConflict where
    somebody saved another one meanwhile, Refused while the latest waits for approval or where the text has ended."""
    if not may_write(by, text.branch):
        raise Refused(_("You may not write for this branch."))
    check_wording(wording, text.channel)
    with transaction.atomic():
        text = MessageText.objects.select_for_update().get(pk=text.pk)
        latest = text.versions.select_related("author").order_by("-number").first()
        if text.ended_at or latest is None:
            raise Refused(_("This text has ended; restore it before changing it."))
        is_same = latest.state == "draft" and wording_of(latest) == _clean(wording)
        if is_same and (latest.author_id == by.pk or latest.number == seen):
            return latest
        if latest.number != seen:
            raise TextConflict(latest)
        drafts = TextVersion.objects.filter(pk=latest.pk, state="draft")
        if latest.state == "waiting" or (latest.state == "draft" and not drafts.update(state="ended")):
            raise Refused(_("The latest version waits for approval; take it back before changing it."))
        version = _add(text, latest.number + 1, wording, by=by, at=at)
        tell("save-text", version, by=by)
    return version


def end_text(text: MessageText, *, by: Staff, at: datetime) -> bool:
    """Nobody says or sends a text any more; its versions stay as they are. False where it has ended already."""
    return _turn(text, "end-text", by=by, since={"ended_at": None}, to=at)


def restore_text(text: MessageText, *, by: Staff) -> bool:
    """Undo of `end_text`; False where it stands."""
    return _turn(text, "restore-text", by=by, since={"ended_at__isnull": False}, to=None)


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


def tell(action: str, version: TextVersion, *, by: Staff, reason: str = "", **detail: Any) -> None:
    """The audit row of one step."""
    audit.record(
        action,
        actor=by,
        table=TextVersion._meta.db_table,
        key=version.pk,
        branch=version.text.branch,
        detail={"text": version.text_id, "number": version.number, **detail},
        reason=reason,
    )


def _add(text: MessageText, number: int, wording: Wording, *, by: Staff, at: datetime) -> TextVersion:
    return TextVersion.objects.create(text=text, number=number, author=by, made_at=at, **asdict(_clean(wording)))


def _clean(wording: Wording) -> Wording:
    """As it is stored: one kind of line end, nothing around it."""
    body, notice = (
        part.replace("\r\n", "\n").replace("\r", "\n").strip() for part in (wording.body, wording.risk_notice)
    )
    return Wording(" ".join(wording.subject.split()), body, notice, wording.product_risk, wording.shelf_hours)


def _turn(text: MessageText, action: str, *, by: Staff, since: dict[str, Any], to: datetime | None) -> bool:
    if not may_write(by, text.branch) and not by.is_compliance:
        raise Refused(_("You may not end this text."))
    with transaction.atomic():
        if not MessageText.objects.filter(pk=text.pk, **since).update(ended_at=to):
            return False
        table = MessageText._meta.db_table
        audit.record(action, actor=by, table=table, key=text.pk, branch=text.branch, detail={"text": text.pk})
    return True
