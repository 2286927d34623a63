"""The product against the independent oracle on 200 random worlds: the tiers alone, then the whole path from export files
to `export_standings`."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run both comparisons; 0 when every client of every world stands where the oracle puts it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", help="not used here: worlds are small on purpose")
    parser.add_argument("--worlds", type=int, default=200)
    worlds = parser.parse_args().worlds
    for name in ("test_oracle.py", "test_whole_path.py"):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "2", f"tests/oracle/{name}"],
            cwd=ROOT,
            env=os.environ | {"ORACLE_WORLDS": str(worlds)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.stdout.write(done.stdout)
            return done.returncode
        sys.stdout.write(f"oracle  {name}: {worlds} worlds equal to the fen, {time.perf_counter() - start:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
