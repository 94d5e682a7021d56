"""How long does `dltrain validate` take, beside `import tensorflow` alone?

    python benchmarks/validate.py

Whole processes, on the largest config of configs/, one after the other in turns, so that the
machine's load falls on both alike; both with the bytecode that an installed package has. Prints
the medians and their ratio, which has to be at most 0.1; the exit code says whether it is.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from processes import run

REPETITIONS = 11
MOST = 0.1
CONFIGS = Path(__file__).parents[1] / "configs"


def main() -> None:
    """Print one line for each command, and the ratio."""
    config = max(CONFIGS.glob("*.yaml"), key=lambda path: path.stat().st_size)
    commands = {
        f"dltrain validate {config.name}": ["-m", "dltrain", "validate", str(config)],
        "import tensorflow": ["-c", "import tensorflow"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(REPETITIONS + 1):
        for name, arguments in commands.items():
            needed = run(arguments).wall
            if turn:  # the first turn fills the disk's cache
                seconds[name].append(needed)
    medians = [statistics.median(times) for times in seconds.values()]
    for name, median in zip(seconds, medians, strict=True):
        print(f"{name:44}{median:8.3f}s")
    ratio = medians[0] / medians[1]
    print(f"{'ratio':44}{ratio:8.3f}")
    sys.exit(ratio > MOST)


if __name__ == "__main__":
    main()
