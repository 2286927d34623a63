"""Make .venv and install lock files into it: `python requirements/install.py run test`. Needs only Python."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def works(python: Path) -> bool:
    """Whether this interpreter starts and has pip: a moved folder or an upgraded system breaks an environment."""
    if not python.exists():
        return False
    return subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def make_environment() -> None:
    """Create .venv; where the system's Python came without ensurepip, say what to install."""
    if works(PYTHON):
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        sys.exit("This Python has no venv or no pip. On Debian and Ubuntu: apt-get install python3-venv")
    print("Creating .venv", flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)


def install(name: str) -> None:
    """Install requirements/<name>.txt, unless the stamp says that exactly this lock is installed already."""
    lock = ROOT / "requirements" / f"{name}.txt"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f"{name}.sha256"
    if stamp.exists() and stamp.read_text() == digest:
        return
    print(f"Installing requirements/{name}.txt", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command = [*pip, "--require-hashes", "-r", str(lock)]
    if subprocess.run(command, check=False).returncode != 0:
        sys.exit(f"requirements/{name}.txt could not be installed: see above")
    stamp.write_text(digest)


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("Branch CRM needs Python 3.11 or newer")
    make_environment()
    for wanted in sys.argv[1:]:
        install(wanted)
