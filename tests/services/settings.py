"""Settings of the tests with real processes: short leases, a quick reconciler, handlers of our own, a database in a file."""

import os

from crm.settings import *  # noqa: F403
from crm.settings import CELERY_BEAT_SCHEDULE, DATABASES

JOB_LEASE_SECONDS = float(os.environ.get("CRM_TEST_LEASE", "4"))
if os.environ.get("CRM_TEST_WORK") != "real":
    JOB_HANDLERS = {"check": "tests.services.handlers.slow_steps"}
CELERY_IMPORTS = ["tests.services.handlers"]
CELERY_BEAT_SCHEDULE = {name: {**CELERY_BEAT_SCHEDULE[name], "schedule": 1.0} for name in ("reconcile", "messages")}
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
if "CRM_TEST_DATABASE" in os.environ:  # a worker: the test's own database
    DATABASES["default"]["NAME"] = os.environ["CRM_TEST_DATABASE"]
elif DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # the test: in a file, so that workers see it too
    DATABASES["default"]["TEST"] = {"NAME": f"/tmp/crm-services-{os.getpid()}.sqlite3"}
