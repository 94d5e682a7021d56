"""Does every shipped config end in the same bits when its run is made again?

    python benchmarks/reproducing.py [NAME …] [--data FOLDER] [--set KEY=VALUE …]

Fits each config into a temporary folder and runs it again with `dltrain reproduce`, one at a time,
each in a process of its own, and prints a line of a table as soon as it is known. Without names:
the configs whose data comes with dltrain or with scikit-learn; with `--data`, a folder that holds
the files as the lines `# data:` of the configs say, the others too. The exit code is 1 where a bit
differs.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

CONFIGS = Path(__file__).parents[1] / "configs"
DATA = re.compile(r"^# data: (\S+)$", re.MULTILINE)


def main() -> None:
    """Run, and print one line a config."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--data", type=Path, help="folder of the files that are not bundled")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", dest="overrides")
    arguments = parser.parse_args()
    print("| config | bits | fit s | reproduce s | what differs |", "|---" * 5 + "|", sep="\n")
    same = True
    for path in sorted(CONFIGS.glob("*.yaml")):
        place = place_of(path)
        if arguments.names and path.stem not in arguments.names:
            continue
        if place and arguments.data is None:
            continue
        where = [f"dataset.path={arguments.data / place}"] if place else []
        same &= compared(path, [*where, *arguments.overrides])
    raise SystemExit(0 if same else 1)


def place_of(path: Path) -> str:
    """Tell where below the folder of data a config's file lies; empty for one that has its own."""
    found = DATA.search(path.read_text(encoding="utf-8"))
    return found[1] if found else ""


def compared(path: Path, overrides: Sequence[str]) -> bool:
    """Fit a config, run it again, and print what came out.

    Raises:
        SystemExit: One of both failed; says what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        # 3: a bound of `expect` is not met, which is no matter here.
        fit, fit_seconds = run(["fit", str(path.resolve()), *overrides, "-o", "runs"], folder, 0, 3)
        again = ["reproduce", fit.stdout.splitlines()[-1], "-o", "again"]
        said, seconds = run(again, folder, 0, 1)
    differ = [line for line in said.stdout.splitlines() if "    different  " in line]
    bits = "other" if said.returncode else "same"
    told = re.sub(r"\s+different\s+", ": ", "; ".join(differ)) or "–"
    print(f"| {path.stem} | {bits} | {fit_seconds:.0f} | {seconds:.0f} | {told} |", flush=True)
    return not said.returncode


def run(
    arguments: Sequence[str], folder: str, *allowed: int
) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run a command of dltrain, and tell what it said and how long it took."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "dltrain", *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if ended.returncode not in allowed or not ended.stdout:
        raise SystemExit(ended.stderr)
    return ended, time.perf_counter() - started


if __name__ == "__main__":
    main()
