"""A material in force and a text that has a place for its link, for tests of what messages carry."""

from datetime import timedelta
from typing import Any

from servicing.models import Material, MaterialShare, MaterialVersion, TextVersion
from tests.servicing.desk import AT, DAY, Desk
from tests.servicing.mailroom import approved, staff

LAST = DAY + timedelta(days=10)


def in_force(desk: Desk, title: str = "看懂风险", *, product_risk: str = "", valid_until: Any = LAST) -> Material:
    """A material of the branch that a second person approved."""
    author = staff(f"writer{Material.objects.count()}", "advisor", desk.branch)
    heading = {"branch": desk.branch, "title": title, "topic": "risk", "product_risk": product_risk}
    material = Material.objects.create(**heading, made_by=author, made_at=AT)
    told = {
        "body": "先看风险。",
        "risk_notice": "投资需谨慎。",
        "valid_until": valid_until,
        "author": author,
        "made_at": AT,
    }
    decided = {"state": "approved", "decided_by": desk.manager, "decided_at": AT}
    MaterialVersion.objects.create(material=material, number=1, **told, **decided)
    return material


def carrying(desk: Desk, channel: str = "sms", **more: Any) -> TextVersion:
    """An approved template with a place for the link."""
    return approved(desk, channel, **{"body": "{称呼}您好，请看：{资料链接} 。", **more})


def sums(material: Material) -> tuple[int, int]:
    """How many links stand, and how many were opened, as the version counts them."""
    version = material.versions.get()
    return version.shared_count, version.opened_count


def standing() -> int:
    return MaterialShare.objects.standing().count()
