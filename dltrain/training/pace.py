"""How many steps run between two looks at signals and clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

FIRST_STEPS = 16
SECONDS = 0.5


class Pace:
    """Finds the number of steps that take about half a second; it changes no result.

    Attributes:
        steps: Steps of the next piece.
    """

    def __init__(self) -> None:
        self.steps = FIRST_STEPS

    @contextmanager
    def timing(self, steps: int) -> Iterator[None]:
        """Learn from what some steps take.

        Args:
            steps: How many the block runs.
        """
        started = time.perf_counter()
        yield
        seconds = time.perf_counter() - started
        if seconds > 2 * SECONDS:
            self.steps = max(1, steps // 2)
        elif seconds < SECONDS and steps == self.steps:
            self.steps *= 2
