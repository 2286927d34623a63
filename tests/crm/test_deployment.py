"""The files that an operator starts from say what the code does."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = ["migrate", "web", "worker", "beat"]
SAMPLE = (ROOT / ".env.example").read_text()


def variables(text: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, text))


def test_everything_the_environment_decides_is_in_the_sample() -> None:
    code = "".join(path.read_text() for path in (ROOT / "crm").rglob("*.py"))
    read = variables(code, r'env\.\w+\(\s*"([A-Z_]+)"')
    assert len(read) > 10
    assert read - variables(SAMPLE, r"(?m)^#? ?([A-Z_]+)=") == set()


def test_what_compose_asks_for_is_in_the_sample() -> None:
    asked = variables((ROOT / "docker-compose.yml").read_text(), r"\$\{([A-Z_]+)")
    assert asked - variables(SAMPLE, r"(?m)^([A-Z_]+)=") == set()


@pytest.mark.parametrize("service", OURS)
def test_our_containers_run_without_rights(service: str) -> None:
    container = COMPOSE["services"][service]
    assert container["user"] == "10001"
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("service", ["postgres", "redis", "web", "worker", "beat"])
def test_every_lasting_service_has_a_health_check(service: str) -> None:
    assert COMPOSE["services"][service]["healthcheck"]["test"]


def test_no_secret_has_a_default() -> None:
    for name in ("SECRET_KEY", "CRM_DATA_KEYS", "CRM_INDEX_KEY"):
        assert COMPOSE["services"]["web"]["environment"][name].startswith(f"${{{name}:?")


def test_redis_forgets_nothing_by_itself() -> None:
    assert COMPOSE["services"]["redis"]["command"][1:] == ["--appendonly", "yes", "--maxmemory-policy", "noeviction"]
