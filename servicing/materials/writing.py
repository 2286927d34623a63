"""Writing materials: a heading, and each text or file as a version of its own."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import audit
from crm.lib.refusals import Refused
from crm.models import Branch, Staff
from servicing.materials.files import NO_FILE, KeptFile, file_of
from servicing.models import Material, MaterialVersion
from servicing.versions import writing as versions
from servicing.versions.deciding import may_decide
from servicing.versions.writing import check_scope, clean_lines

# Offered to who writes; a material is in the language of its readers, whatever the page is in.
NOTICES = {
    "zh": "市场有风险，投资需谨慎。本资料仅用于投资者教育，不构成任何投资建议，也不代表对未来收益的承诺。"
    "请结合自身的风险承受能力独立判断，投资损失由投资者自行承担。",
    "en": "Investing involves risk. This material is for education only: it is no investment advice and no promise of future "
    "returns. Judge for yourself what risk you can bear; losses are borne by the investor.",
}


@dataclass(frozen=True)
class Heading:
    """What a material is about and for whom: it stays as long as the material does. '' means everybody, or no product."""

    branch: Branch | None
    title: str
    topic: str
    language: str = "zh"
    knowledge: str = ""
    tier: str = ""
    product_risk: str = ""


@dataclass(frozen=True)
class Wording:
    """What a version says, with its risk notice, until its last valid day."""

    body: str
    risk_notice: str
    valid_until: date
    file: KeptFile = NO_FILE


def draft_material(heading: Heading, wording: Wording, *, uid: UUID, by: Staff, at: datetime) -> MaterialVersion:
    """A new material with its first version, a draft; a second call with the same `uid` finds the first one. Raises Refused,
    naming the field, for what cannot be, or a scope that is not the writer's."""
    check_scope(by, heading.branch)
    said = _said(wording, at)
    material = Material(uid=uid, **{**asdict(heading), "branch": heading.branch})
    return versions.begin(material, MaterialVersion, said, by=by, at=at, topic=material.topic)


def save_material(material: Material, wording: Wording, *, seen: int, by: Staff, at: datetime) -> MaterialVersion:
    """Another version of a material, see `servicing.versions.writing.save_next`."""
    return versions.save_next(material, MaterialVersion, _said(wording, at), seen=seen, by=by, at=at)


def wording_of(version: MaterialVersion) -> Wording:
    """What a version says."""
    return Wording(version.body, version.risk_notice, version.valid_until, file_of(version))


def may_require(user: Staff, branch: Branch | None) -> bool:
    """Who says that staff must have read something: who decides on it, and the admin for the firm."""
    return may_decide(user, branch) or (branch is None and user.is_admin)


def require_material(material: Material, *, required: bool, by: Staff) -> bool:
    """Whoever serves clients must confirm having read a material, or need not any more; False where it is so already."""
    if not may_require(by, material.branch):
        raise Refused(_("A manager of the branch or compliance decides on it."))
    with transaction.atomic():
        rows = Material.objects.filter(pk=material.pk, is_required=not required)
        if not rows.update(is_required=required):
            return False
        audit.record(
            "require-material" if required else "release-material",
            actor=by,
            of=material,
            detail={"material": material.pk},
        )
    return True


def _said(wording: Wording, at: datetime) -> dict[str, Any]:
    """The columns of a wording; raises Refused, naming the field."""
    body, notice = clean_lines(wording.body), clean_lines(wording.risk_notice)
    if not body and not wording.file.sha256:
        raise Refused(_("Write a text, or attach a file."), "body")
    if not notice:
        raise Refused(_("Every version carries a risk notice."), "risk_notice")
    if wording.valid_until < timezone.localdate(at):
        raise Refused(_("The last valid day is today or later."), "valid_until")
    kept = {f"file_{name}": value for name, value in asdict(wording.file).items()}
    return {"body": body, "risk_notice": notice, "valid_until": wording.valid_until, **kept}
