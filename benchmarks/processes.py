"""Whole Python processes, and what they need. Imports nothing heavy."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Needed:
    """What one process needed.

    Attributes:
        wall: Seconds from start to end.
        cpu: Seconds of all cores together.
        said: Its standard output.
    """

    wall: float
    cpu: float
    said: str


def run(arguments: list[str], folder: Path | None = None) -> Needed:
    """Run Python once, with the bytecode that an installed package has.

    Args:
        arguments: Those of Python.
        folder: Where it runs; default: here.

    Raises:
        SystemExit: It failed; says what it said.
    """
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    before, started = cpu_of_children(), time.perf_counter()
    ended = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )
    wall = time.perf_counter() - started
    if ended.returncode:
        raise SystemExit(ended.stderr)
    return Needed(wall, cpu_of_children() - before, ended.stdout)


def table(processes: Mapping[str, Sequence[Needed]], base: str, of: str, digits: int = 2) -> str:
    """Write the medians, and the ratios to one of the processes, round by round.

    Args:
        processes: What each needed, in each round.
        base: The one that all are compared with.
        of: The word for it, such as "the script's".
        digits: Digits of the seconds.
    """
    lines = [f"| process | wall s | to {of} | CPU s | to {of} |", "|---" * 5 + "|"]
    for name, needed in processes.items():
        cells = [name]
        for fact in ("wall", "cpu"):
            values = [getattr(one, fact) for one in needed]
            others = [getattr(one, fact) for one in processes[base]]
            ratios = [one / other for one, other in zip(values, others, strict=True)]
            spread = f"({min(ratios):.2f} – {max(ratios):.2f})"
            cells += [f"{statistics.median(values):.{digits}f}"]
            cells += [f"{statistics.median(ratios):.2f} {spread}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def cpu_of_children() -> float:
    """Give the seconds of CPU that all processes have used that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
