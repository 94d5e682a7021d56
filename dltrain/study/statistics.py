"""Mean, spread and interval of a figure over the folds of a cross-validation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEVEL = 0.95


@dataclass(frozen=True)
class Spread:
    """A figure over several trainings.

    Attributes:
        mean: The mean.
        deviation: Standard deviation of a sample; None for one value.
        interval: 95 % interval of the mean; None where there is none.
        values: The figure of each training.
    """

    mean: float
    deviation: float | None
    interval: tuple[float, float] | None
    values: tuple[float, ...]

    def to_json(self) -> dict[str, object]:
        """Give it as plain data."""
        ends = None if self.interval is None else list(self.interval)
        return {
            "mean": self.mean,
            "deviation": self.deviation,
            "interval": ends,
            "values": list(self.values),
        }


def spread(
    values: Sequence[float],
    share: float | None = None,
    within: tuple[float, float] = (-math.inf, math.inf),
) -> Spread:
    """Summarise a figure over trainings.

    Folds share most of their train rows, so their figures are not independent, and the usual
    interval of a mean is too narrow. Nadeau and Bengio widen its variance s²/k to
    s² · (1/k + val rows / train rows).

    Args:
        values: One figure for each training, or each fold; at least one.
        share: Val rows for one train row; None for trainings that differ in the seed alone, which
            get the usual interval.
        within: The lowest and the highest value that the figure can have; the interval ends there.

    Source:
        Nadeau and Bengio, Inference for the generalization error, Machine Learning 52 (2003);
        for repeated folds Bouckaert and Frank (2004).

    Example:
        >>> found = spread([0.8, 0.9, 0.85, 0.75, 0.7], share=0.25)
        >>> round(found.mean, 3), round(found.deviation, 4)
        (0.8, 0.0791)
        >>> [round(end, 3) for end in found.interval]
        [0.653, 0.947]
    """
    numbers = np.asarray(values, np.float64)
    mean = float(numbers.mean())
    if len(numbers) == 1:
        return Spread(mean, None, None, (mean,))
    deviation = float(numbers.std(ddof=1))
    half = _quantile(len(numbers) - 1) * deviation * math.sqrt(1 / len(numbers) + (share or 0.0))
    ends = max(mean - half, within[0]), min(mean + half, within[1])
    return Spread(mean, deviation, ends, tuple(numbers.tolist()))


def _quantile(freedom: int) -> float:
    """Give the 97.5 % quantile of Student's t."""
    from scipy.stats import t

    return float(t.ppf((1 + LEVEL) / 2, freedom))
