"""The mean of many learning curves and the band around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dltrain.report.studies.record import Training

SHARE = 0.5
RULE = (
    "The line is the mean over {what}, the band one standard deviation around it and no wider than "
    "what was seen."
)
ENDS = (
    " Trainings that stopped earlier count no longer; line and band go on while at least half of "
    "them do."
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
        is_ragged: Whether some trainings stopped before others.
    """

    epochs: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    singles: tuple[tuple[np.ndarray, np.ndarray], ...]
    is_ragged: bool


def band(trainings: Sequence[Training], column: str) -> Band | None:
    """Average a column of history.csv over trainings; None where none has a figure in it.

    An epoch counts where at least half of the trainings have a figure. The band is one standard
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
        row[np.searchsorted(epochs, numbers)] = values
    kept = np.isfinite(table).sum(axis=0) >= SHARE * len(singles)
    return Band(epochs[kept], *_spread(table[:, kept]), singles, _is_ragged(singles))


def _spread(table: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give mean and ends of the band of each column, in which NaN stands for nothing."""
    mean = np.nanmean(table, axis=0)
    count = np.isfinite(table).sum(axis=0)
    squares = np.nansum((table - mean) ** 2, axis=0)
    deviation = np.sqrt(squares / np.maximum(1, count - 1))
    low = np.maximum(mean - deviation, np.nanmin(table, axis=0))
    high = np.minimum(mean + deviation, np.nanmax(table, axis=0))
    return mean, low, high


def _is_ragged(singles: Sequence[tuple[np.ndarray, np.ndarray]]) -> bool:
    return len({float(numbers[-1]) for numbers, _ in singles}) > 1


def rule(bands: Sequence[Band], what: str) -> str:
    """Say how a band is made.

    Args:
        bands: Those that are drawn.
        what: What was averaged over, such as "10 folds".
    """
    if max(len(one.singles) for one in bands) == 1:
        return "Each line is one training."
    return RULE.format(what=what) + ENDS * any(one.is_ragged for one in bands)
