from pathlib import Path

import pytest
from django.test import Client as Browser

from tests.clients.desk import Desk
from tests.clients.pages import browser_of


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Desk:
    """An import desk over an empty firm."""
    return Desk(tmp_path)


@pytest.fixture
def open_desk(transactional_db: None, tmp_path: Path) -> Desk:
    """A desk whose transactions really end: constraints are checked and other connections see what was committed."""
    return Desk(tmp_path)


@pytest.fixture
def admin(db: None) -> Browser:
    """The admin's browser, in English."""
    return browser_of("admin")
