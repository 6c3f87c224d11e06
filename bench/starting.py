"""`workbench --version` and `workbench --help`, against a Python that imports click and ends.

Goal: at most 2.5 times as long.

    python bench/starting.py [--rounds 15]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIDES = {
    "floor": ("-c", "import click"),
    "--version": ("-m", "workbench", "--version"),
    "--help": ("-m", "workbench", "--help"),
}


def took(arguments: tuple[str, ...]) -> float:
    """Return the seconds from the start of a Python to its end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True, cwd=ROOT)
    return time.perf_counter() - began


def main() -> None:
    """Print one JSON line a command; the sides take turns and the shortest time of each counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    times = [{side: took(arguments) for side, arguments in SIDES.items()} for _ in range(rounds)]
    best = {side: min(turn[side] for turn in times) * 1000 for side in SIDES}
    floor = best.pop("floor")
    for side, ours in best.items():
        line = {"bench": f"workbench {side}", "unit": "ms", "ours": round(ours, 1), "floor": round(floor, 1)}
        print(json.dumps({**line, "ratio": round(ours / floor, 2), "goal": "<= 2.5", "met": ours <= 2.5 * floor}))


if __name__ == "__main__":
    main()
