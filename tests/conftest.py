"""What every test gets: folders of its own, quick passwords, and a skip where its database or browser is missing."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import LazySettings, settings
from django.core.cache import cache
from django.db import connection, models
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

CHROMIUM = next(
    (
        path
        for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        if Path(path).exists()
    ),
    None,
)
SCRATCH = Path(tempfile.mkdtemp(prefix="crm-test-"))


def pytest_configure(config: pytest.Config) -> None:
    """Nothing of a test may touch the var folder of the demo; argon2 is slow on purpose and tests log in often."""
    settings.VAR_DIR = SCRATCH
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(SCRATCH, ignore_errors=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: make test-postgres")
    if item.get_closest_marker("browser") and CHROMIUM is None:
        pytest.skip("Chromium is not installed: .ci/run installs it")


@contextmanager
def audit_unlocked() -> Iterator[None]:
    """Audit rows are append-only; only the emptying of a test database may lift that, for a moment."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE crm_auditevent DISABLE TRIGGER USER")
            cursor.execute("GRANT DELETE, TRUNCATE ON crm_auditevent TO CURRENT_USER")
            yield
            cursor.execute("REVOKE DELETE, TRUNCATE ON crm_auditevent FROM CURRENT_USER")
            cursor.execute("ALTER TABLE crm_auditevent ENABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'crm_auditevent'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            yield
            for _, sql in triggers:
                cursor.execute(sql)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """After a test with real transactions the database is emptied; what the migrations had put there comes back."""
    with django_db_blocker.unblock():
        ours = [
            model
            for app in ("crm", "clients", "segmentation", "servicing", "reactivation")
            for model in apps.get_app_config(app).get_models()
        ]
        seeds: list[tuple[type[models.Model], list[models.Model]]] = [
            (model, list(model._base_manager.all())) for model in ours
        ]
    operations = type(connection.ops)
    plain = operations.execute_sql_flush

    def flush(self: object, sql_list: list[str]) -> None:
        with audit_unlocked():
            plain(self, sql_list)
        for model, rows in seeds:
            if rows:
                model._base_manager.bulk_create(rows)

    operations.execute_sql_flush = flush
    yield
    operations.execute_sql_flush = plain


@pytest.fixture(autouse=True)
def var_dir(settings: LazySettings) -> Iterator[Path]:
    """A var folder per test: a rolled-back test gives its row numbers to the next one, so files must not stay."""
    folder = Path(tempfile.mkdtemp(dir=SCRATCH))
    settings.VAR_DIR = folder
    storages = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": folder / "uploads"}},
    }
    settings.STORAGES = storages
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def nobody_asked_yet() -> None:
    """Who asks too often waits, and is counted in the cache of the process; no test begins with the questions of another."""
    cache.clear()


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A page that was read in English leaves English behind in the thread; every test begins in the product's language."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The browser that the system has; nothing is downloaded."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}
