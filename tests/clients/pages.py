"""The admin's browser for tests: drop files, press buttons, let the workers work, read the page."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from clients.models import ImportBatch
from crm import jobs
from crm.models import JobRun, Staff
from crm.tasks import Handlers
from tests.clients import files
from tests.clients.desk import START
from tests.clients.files import Row

PHONE, OTHER_PHONE, IDENTITY, CARD = "16412345678", "16487654321", "990101198001011234", "9900123456781234"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def browser_of(role: str) -> Browser:
    staff, _ = Staff.objects.get_or_create(username=role, defaults={"name": f"员工{role}", "role": role})
    browser = Browser(headers={"accept-language": "en"})
    browser.force_login(staff, backend=BACKEND)
    return browser


def work() -> None:
    """What the workers would do, until nothing waits."""
    while waiting := list(JobRun.objects.abandoned_at(START).values_list("pk", flat=True)):
        for pk in waiting:
            jobs.perform(pk, Handlers(), worker="test", now=START)


def upload(browser: Browser, **named: str | bytes) -> list[ImportBatch]:
    """Drop files whose names are given with _ for the dot."""
    before = set(ImportBatch.objects.values_list("pk", flat=True))
    sent = [
        SimpleUploadedFile(name.replace("_", "."), content.encode() if isinstance(content, str) else content)
        for name, content in named.items()
    ]
    response = browser.post(reverse("upload-import"), {"files": sent})
    assert response.status_code == 302
    return list(ImportBatch.objects.exclude(pk__in=before).order_by("pk"))


def text(*rows: Row) -> str:
    return files.text_of(rows)


def act(browser: Browser, route: str, batch: ImportBatch, data: dict[str, str] | None = None) -> None:
    response = browser.post(reverse(route, args=[batch.uid]), data or {})
    assert response.status_code in {200, 302}, response.status_code
    work()
    batch.refresh_from_db()


def page(browser: Browser, batch: ImportBatch) -> str:
    response = browser.get(reverse("import-detail", args=[batch.uid]))
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
