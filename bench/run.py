"""Run every benchmark, one after the other, and print what each prints: one JSON line a measurement.

    python bench/run.py           # some three minutes
    python bench/run.py --quick   # a minute or two: less of everything, so the figures scatter more
    python bench/run.py --full    # import and export of 10,000 documents and 570,000 annotations

Exit code 1 when a goal is missed or a benchmark fails. Close other programs first: both sides of a ratio run one
after the other, not together.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
NOT_BENCHMARKS = frozenset({"run.py", "generate.py"})
FULL = {
    "import_speed.py": ("--documents", "10000", "--annotations", "570000", "--rounds", "1"),
    "export_speed.py": ("--documents", "10000", "--annotations", "570000", "--rounds", "1"),
}
QUICK = {
    "agreement_speed.py": ("--documents", "2000", "--annotations", "114000", "--rounds", "1"),
    "annotate.py": ("--rounds", "1"),
    "export_speed.py": ("--documents", "400", "--annotations", "22800", "--rounds", "2"),
    "import_speed.py": ("--documents", "400", "--annotations", "22800", "--rounds", "2"),
    "library.py": ("--rounds", "3", "--documents", "10000"),
    "opening.py": ("--rounds", "2"),
    "repaint.py": ("--rounds", "1"),
    "starting.py": ("--rounds", "5"),
}
"""What the benchmarks are given, by script; without an entry, nothing."""


def scripts() -> list[Path]:
    """Return the benchmarks by name: the scripts here that can be started."""
    found = [path for path in sorted(FOLDER.glob("*.py")) if path.name not in NOT_BENCHMARKS]
    return [path for path in found if "__main__" in path.read_text(encoding="utf-8")]


def run(script: Path, arguments: tuple[str, ...]) -> bool:
    """Run one benchmark, its output passed on; return whether it ran and met its goals."""
    done = subprocess.run([sys.executable, str(script), *arguments], stdout=subprocess.PIPE, text=True, check=False)
    sys.stdout.write(done.stdout)
    sys.stdout.flush()
    if done.returncode != 0:
        sys.stderr.write(f"{script.name} failed with exit code {done.returncode}\n")
        return False
    return all(json.loads(line).get("met", True) for line in done.stdout.splitlines() if line.startswith("{"))


def main() -> None:
    """Run them all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="less of everything")
    size.add_argument("--full", action="store_true", help="10,000 documents and 570,000 annotations")
    given = parser.parse_args()
    sizes = FULL if given.full else QUICK if given.quick else {}
    results = [run(script, sizes.get(script.name, ())) for script in scripts()]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
