"""Settings of workers that die inside an import."""

from tests.services.settings import *  # noqa: F403

CELERY_IMPORTS = ["tests.services.handlers", "tests.services.mortal_imports"]
