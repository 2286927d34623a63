"""The whole site for a while: web server, broker, worker and beat as `manage.py serve` runs them, with a database of
their own in a folder."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "meadow-lantern-38"
WIDE, PHONE = (1366, 768), (390, 844)


@dataclass
class Site:
    """The running site, its people by role, and two files that are not in yet: the last day's trades, and the same with
    rows that cannot be true."""

    address: str
    people: dict[str, str]
    until: str
    last_day: str
    broken: str
    env: dict[str, str]
    sessions: dict[str, dict] = field(default_factory=dict)

    def prepare(self, *words: str) -> None:
        """Have `firm` do something to the data while the site runs."""
        subprocess.run([sys.executable, "-m", "tests.browser.firm", *words], cwd=ROOT, env=self.env, check=True)


@contextmanager
def running(folder: Path, *plan: str) -> Iterator[Site]:
    """Prepare a firm in the folder (see `firm.prepare` for the plan) and serve it for the time of the block."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    env = {**kept, "CRM_VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "crm.settings"}
    subprocess.run([sys.executable, "-m", "tests.browser.firm", PASSWORD, *plan], cwd=ROOT, env=env, check=True)
    told = json.loads((folder / "firm.json").read_text())
    log = folder / "serve.log"
    with log.open("wb") as file:
        command = [sys.executable, "manage.py", "serve", "--port", "18400"]
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=file, stderr=file)
    try:
        yield Site(_announced(log, server), env=env, **told)
    finally:
        server.terminate()
        server.wait(30)


def _announced(log: Path, server: "subprocess.Popen[bytes]") -> str:
    """The address that the supervisor prints when all processes are ready."""
    for _ in range(600):
        found = re.search(r"http://[\w.]+:\d+", log.read_text())
        if found:
            return found.group()
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def log_in(page: Page, username: str, password: str) -> None:
    """Fill the log-in form and send it."""
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(password)
    page.locator("form button[type=submit].wide").click()


def drag(page: Page, file: str) -> None:
    """Drag a file from the disk over the drop zone of the imports and let it go there."""
    box = page.locator(".drop").bounding_box()
    assert box is not None
    place = {"x": box["x"] + 200, "y": box["y"] + box["height"] / 2}
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [file], "dragOperationsMask": 1}
    for moment in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": moment, **place, "data": data})
    page.wait_for_url("**/imports/*-*/", timeout=30_000)
