"""The mean of many learning curves and the band around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dltrain.report.studies.record import Training

RULE = (
    "Lines are means over {what}, bands one standard deviation around them and no wider than what "
    "was seen."
)
ENDS = (
    " A training that stopped earlier keeps its last figure in both, so that neither jumps "
    "where it stops."
)


@dataclass(frozen=True)
class Band:
    """A figure of several trainings over the epochs.

    Attributes:
        epochs: Numbers of the epochs of the mean, float64 (n,).
        mean: The mean over the trainings that have a figure there, (n,).
        low: Where the band begins, (n,).
        high: Where it ends, (n,).
        singles: The epochs and figures of each training.
    """

    epochs: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    singles: tuple[tuple[np.ndarray, np.ndarray], ...]


def band(trainings: Sequence[Training], column: str) -> Band | None:
    """Average a column of history.csv over trainings; None where none has a figure in it.

    A training that stopped before others keeps its last figure: if it left the mean, the mean would
    jump, and mislead, as those that stop early are seldom the best. The band is one standard
    deviation of a sample to each side, cut to the range of the figures: what must be above zero
    stays so.

    Args:
        trainings: Those of one combination, or all folds.
        column: Such as "val_loss".
    """
    singles = tuple(
        (one.history["epoch"][there], one.history[column][there])
        for one in trainings
        if column in one.history and (there := np.isfinite(one.history[column])).any()
    )
    if not singles:
        return None
    epochs = np.unique(np.concatenate([numbers for numbers, _ in singles]))
    table = np.full((len(singles), len(epochs)), np.nan)
    for row, (numbers, values) in zip(table, singles, strict=True):
        places = np.searchsorted(epochs, numbers)
        row[places] = values
        row[places[-1] :] = values[-1]
    return Band(epochs, *_spread(table), singles)


def _spread(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give mean and ends of the band of each column, in which NaN stands for nothing."""
    mean = np.nanmean(table, axis=0)
    count = np.isfinite(table).sum(axis=0)
    squares = np.nansum((table - mean) ** 2, axis=0)
    deviation = np.sqrt(squares / np.maximum(1, count - 1))
    low = np.maximum(mean - deviation, np.nanmin(table, axis=0))
    high = np.minimum(mean + deviation, np.nanmax(table, axis=0))
    return mean, low, high


def rule(groups: Sequence[Sequence[Training]], what: str) -> str:
    """Say how lines and bands are made.

    Args:
        groups: The trainings of each line.
        what: What is averaged over, such as "10 folds".
    """
    if max(map(len, groups)) == 1:
        return "Each line is one training."
    ragged = any(len({one.epochs for one in own}) > 1 for own in groups)
    return RULE.format(what=what) + ENDS * ragged
