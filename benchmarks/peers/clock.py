"""When a training began and each of its epochs ended."""

from __future__ import annotations

import time

LEAST_EPOCHS = 3


class Clock:
    """Note the time.

    Args:
        limit: Seconds behind the first epoch after which a training should end, once it has three.

    Attributes:
        marks: Seconds at the start of the training and at the end of each epoch.
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.marks: list[float] = []

    def start(self) -> None:
        """Note the start: what comes next is the training, its compiling included."""
        self.marks = [time.perf_counter()]

    def epoch_ends(self) -> bool:
        """Note the end of an epoch; returns whether the training should end here."""
        self.marks.append(time.perf_counter())
        return len(self.marks) > LEAST_EPOCHS and self.marks[-1] - self.marks[1] > self.limit

    @property
    def epochs(self) -> list[float]:
        """Seconds of each epoch, from the end of the one before."""
        return [end - start for start, end in zip(self.marks, self.marks[1:], strict=False)]
