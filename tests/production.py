"""Run a management command as production would: `python tests/production.py check --deploy`. Secrets are made here."""

import base64
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def environment(var_dir: str) -> dict[str, str]:
    """What a production host sets, with random secrets and an empty folder."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        **os.environ,
        "CRM_ENV": "production",
        "CRM_VAR_DIR": var_dir,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "CRM_DATA_KEYS": f"k1:{key}",
        "CRM_INDEX_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "ALLOWED_HOSTS": "crm.example",
        "DATABASE_URL": f"sqlite:///{var_dir}/check.sqlite3",
        "REDIS_URL": "redis://localhost:6379/0",
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(
            subprocess.run(
                [sys.executable, "manage.py", *sys.argv[1:]], cwd=ROOT, env=environment(folder), check=False
            ).returncode
        )
