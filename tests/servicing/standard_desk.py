"""A branch whose managers decide service standards on screen, for tests of those pages."""

from typing import Any

from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from crm.models import Branch, Staff
from servicing.models import ServiceStandard
from tests.crm.page_firm import client, night, staff, stand

NEW, PREVIEW = reverse("create-standard"), reverse("standard-preview")


def make_boss(branch: Branch) -> Staff:
    """The manager of a branch where one advisor has ten VIP clients and another two."""
    published = night(branch)
    for name, clients in (("busy", 10), ("calm", 2)):
        advisor = staff(name, "advisor", branch)
        for _n in range(clients):
            stand(published, client(branch, "沈慕云", advisor=advisor), tier="vip", measure_fen=1_000_00)
    return staff("boss", "manager", branch)


def fields(branch: str = "1101", **more: object) -> dict[str, Any]:
    return {
        "tier": "vip", "branch": branch, "level": "partner", "cadence_days": "14", "minutes": "30",
        "welcome_days": "3, 14, 45", "greets": "on", "from_day": timezone.localdate().isoformat(),
        "channels_0": "phone", "channels_1": "", "channels_2": "visit", "review_days": "60",
        "source": "board of November", **more,
    }  # fmt: skip


def previewed(browser: Browser, data: dict[str, Any]) -> Any:
    response = browser.post(PREVIEW, data)
    assert response.status_code == 200, response.content.decode()
    return response


def saved(browser: Browser, data: dict[str, Any]) -> Any:
    digest = previewed(browser, data).context["digest"]
    return browser.post(NEW, {**data, "previewed": digest})


def decided() -> int:
    """Standards besides the first ones of the firm."""
    return ServiceStandard.objects.filter(made_by__isnull=False).count()
