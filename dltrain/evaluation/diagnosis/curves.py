"""The shape of a loss over the epochs, in numbers that noise does not decide."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from dltrain.evaluation.diagnosis.thresholds import FEWEST_EPOCHS

# Epochs of which a level is the median, at most.
WINDOW = 5


@dataclass(frozen=True)
class Curve:
    """A figure of the history; epochs without it are left out.

    Attributes:
        epochs: Numbers of the epochs, ascending.
        values: Its values, finite, float64 (n,).
    """

    epochs: np.ndarray
    values: np.ndarray

    @classmethod
    def of(cls, history: Sequence[Mapping[str, float]], name: str) -> Curve:
        """Take a column of the history."""
        pairs = [
            (row["epoch"], row[name])
            for row in history
            if isinstance(row.get(name), int | float) and math.isfinite(row[name])
        ]
        table = np.array(pairs, np.float64).reshape(-1, 2)
        return cls(table[:, 0].astype(np.int64), table[:, 1])

    def at(self, epochs: np.ndarray) -> Curve:
        """Give the same figure at some epochs alone."""
        kept = np.isin(self.epochs, epochs)
        return Curve(self.epochs[kept], self.values[kept])

    def __len__(self) -> int:
        return len(self.values)

    @property
    def has_shape(self) -> bool:
        """Whether there are enough epochs to speak of one."""
        return len(self) >= FEWEST_EPOCHS

    @cached_property
    def noise(self) -> float:
        """Standard deviation from epoch to epoch, without the trend, in the second half.

        From second differences, which a straight trend does not change; those of white noise have
        six times its variance. The median of their sizes, so that single jumps do not count.
        """
        second = np.diff(self.values[len(self) // 2 :], 2)
        return float(1.4826 * np.median(np.abs(second)) / math.sqrt(6)) if len(second) else 0.0

    @property
    def lowest(self) -> int:
        """Position of the lowest value."""
        return int(np.argmin(self.values))

    def level(self, position: int) -> float:
        """The median of the values around a position, five at most."""
        half = WINDOW // 2
        return float(np.median(self.values[max(0, position - half) : position + half + 1]))

    @property
    def end(self) -> float:
        """Where it ends: the median of the last values, five at most."""
        return float(np.median(self.values[-min(WINDOW, max(1, len(self) // 4)) :]))

    @property
    def falls(self) -> tuple[float, float]:
        """How far it falls in its first and in its second half."""
        middle = (len(self) - 1) // 2
        first, last = self.values[0], self.end
        return float(first - self.level(middle)), float(self.level(middle) - last)

    @property
    def share_falling(self) -> float:
        """Share of the epochs of the second half that are lower than the one before."""
        steps = np.diff(self.values[len(self) // 2 :])
        return float((steps < 0).mean()) if len(steps) else 0.0

    @property
    def is_falling(self) -> bool:
        """Whether it falls to the end: by more than noise, and in most of the last epochs.

        Without a trend two of three epochs of a half fall by chance once in twenty times, from 20
        epochs on; the fall itself has to be beyond three standard deviations of the noise.
        """
        return self.falls[1] > 3 * self.noise and self.share_falling >= 2 / 3

    @property
    def still_to_fall(self) -> float:
        """How far it would fall in as many epochs again and all later ones, if it goes on.

        Each half falls by the same share of the half before, as an exponential does; nothing where
        it does not flatten, which no extrapolation can tell.
        """
        first, second = self.falls
        share = second / first if first > 0 else 1.0
        return second * share / (1 - share) if 0 < share < 1 else math.inf
