"""Rules about the repository itself."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ["crm", "clients", "segmentation", "servicing", "reactivation"]
EDGES = {"urls", "views", "api", "tasks", "admin", "management"}


def test_every_module_of_crm_has_its_place_in_the_import_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    listed = set(re.findall(r"crm\.\w+", " ".join(contracts[0]["layers"])))
    present = {
        f"crm.{path.stem}"
        for path in (ROOT / "crm").iterdir()
        if path.name != "__init__.py" and (path.suffix == ".py" or (path.is_dir() and any(path.rglob("*.py"))))
    }
    assert present - listed == set()


def edge_imports(path: Path) -> list[str]:
    """Modules of the outer ring (views, tasks, ...) of the same app that this file imports."""
    found = []
    app = path.relative_to(ROOT).parts[0]
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        found += [
            name
            for name in names
            if name.split(".")[0] == app and len(name.split(".")) > 1 and name.split(".")[1] in EDGES
        ]
    return found


@pytest.mark.parametrize("app", APPS[1:])
def test_nouns_do_not_know_their_edges(app: str) -> None:
    nouns = [
        path
        for path in (ROOT / app).rglob("*.py")
        if path.relative_to(ROOT / app).parts[0].removesuffix(".py") not in EDGES
    ]
    assert {str(path): edge_imports(path) for path in nouns if edge_imports(path)} == {}


@pytest.mark.parametrize("lock", ["run", "test"])
def test_locks_hold_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    pins = re.findall(r"^([a-z0-9._-]+)==([^ ;]+)(?: ; (.*?))? \\$", text, re.MULTILINE)
    assert "://" not in text
    assert len(pins) == len(set(pins)) > 20
    assert text.count("--hash=sha256:") >= len(pins)


def test_the_test_lock_agrees_with_the_run_lock() -> None:
    pins = {}
    for lock in ("run", "test"):
        text = (ROOT / "requirements" / f"{lock}.txt").read_text()
        pins[lock] = set(re.findall(r"^([a-z0-9._-]+==[^ ;]+)", text, re.MULTILINE))
    assert pins["run"] - pins["test"] == set()
