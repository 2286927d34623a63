"""The Celery application. It knows no app: tasks are found by name in each app's tasks module."""

import os

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")

app = Celery("crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect  # type: ignore[untyped-decorator]
def look_for_abandoned_work(**_: object) -> None:
    """A worker that starts does not wait for the next beat: what a killed one left is looked for at once."""
    app.send_task("crm.tasks.reconcile_jobs", expires=60)
