"""Whole Python processes, and what they need. Imports nothing heavy."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
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


def cpu_of_children() -> float:
    """Give the seconds of CPU that all processes have used that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
