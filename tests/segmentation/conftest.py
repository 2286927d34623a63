"""What the tests of the churn score share."""

import copy
from collections.abc import Iterator

import duckdb
import pytest

from segmentation.churn import registry
from tests.segmentation.churn_firm import FITS, firm, fitted_once
from tests.segmentation.facts import weekdays


@pytest.fixture
def exchange_without_holidays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.calendar.trading_days", weekdays)


@pytest.fixture(scope="session")
def kept_fits() -> Iterator[None]:
    yield
    FITS.clear()


@pytest.fixture
def fits_once(monkeypatch: pytest.MonkeyPatch, kept_fits: None) -> None:
    """A fit depends on the facts alone: the same connection and day need not be fitted for every test again."""
    monkeypatch.setattr(registry, "_fitted", lambda con, day: copy.deepcopy(fitted_once(con, day)))


@pytest.fixture(scope="session")
def whole_firm() -> duckdb.DuckDBPyConnection:
    """The firm of the churn tests, made once for all of them."""
    return firm()
