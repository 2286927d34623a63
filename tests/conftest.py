"""What every test gets: folders of its own, quick passwords, and a skip where its database or browser is missing."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.db import connection

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


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The browser that the system has; nothing is downloaded."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}
