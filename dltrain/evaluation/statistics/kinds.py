"""What a figure can be, which says how sure it is: a share, area, mean, function of counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

# Figures by name, each (B,), of weights (B, n).
Figures = dict[str, np.ndarray]


@dataclass(frozen=True)
class Proportion:
    """A figure that is the share of some rows among others, or rises with one.

    Attributes:
        hits: Which rows count, bool (n,).
        among: The rows among which they count, bool (n,).
        figure: Gives the figure of a share.
    """

    hits: np.ndarray
    among: np.ndarray
    figure: Callable[[float], float] = float


@dataclass(frozen=True)
class Area:
    """An area under the ROC curve: how often a positive row outranks a negative one.

    Attributes:
        positive: Scores of the positive rows.
        negative: Scores of the negative rows.
    """

    positive: np.ndarray
    negative: np.ndarray


@dataclass(frozen=True)
class Means:
    """A figure that follows from means of numbers of each row.

    Attributes:
        rows: The numbers, float (n, q).
        of: Gives the figure (B,) of means (B, q); None for the mean of a single number.
        slopes: Gives its derivative by each mean, (B, q).
        straight: Whether it moves like its linear part where rows are many, so that the jackknife's
            interval is the better one there.

    Source:
        The standard error is that of the linear part, the infinitesimal jackknife: Efron and
        Tibshirani (1993), chapter 21.
    """

    rows: np.ndarray
    of: Callable[[np.ndarray], np.ndarray] | None = None
    slopes: Callable[[np.ndarray], np.ndarray] | None = None
    straight: bool = False

    def __call__(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the figure and its standard error for each vector of weights (B, n), each (B,)."""
        total = weights.sum(axis=1)
        means = weights @ self.rows / total[:, None]
        if self.of is None or self.slopes is None:
            centre = self.rows[:, 0].mean()
            squares = weights @ (self.rows[:, 0] - centre) ** 2 / total
            return means[:, 0], np.sqrt(_positive(squares - (means[:, 0] - centre) ** 2) / total)
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = self.slopes(means)
            lines = slopes @ self.rows.T - (slopes * means).sum(axis=1)[:, None]
            return self.of(means), np.sqrt((weights * lines**2).sum(axis=1)) / total

    def grouped(self, member: np.ndarray) -> Means:
        """Give the same of the means of groups of rows of about one size, int (n,)."""
        centre = self.rows.mean(axis=0)
        sums = np.zeros((int(member.max()) + 1, self.rows.shape[1]))
        np.add.at(sums, member, self.rows - centre)
        # Divided by one size, so that their mean stays that of the rows.
        return Means(centre + sums * (len(sums) / len(member)), self.of, self.slopes, self.straight)

    def minus(self, other: Means) -> Means:
        """Describe the difference to another figure of the same rows."""
        if self.of is None and other.of is None:
            return Means(self.rows - other.rows)
        first, second = self._in_full(), other._in_full()
        own = self.rows.shape[1]
        return Means(
            np.hstack([self.rows, other.rows]),
            lambda means: first[0](means[:, :own]) - second[0](means[:, own:]),
            lambda means: np.hstack([first[1](means[:, :own]), -second[1](means[:, own:])]),
            self.straight or other.straight,
        )

    def _in_full(
        self,
    ) -> tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]:
        if self.of is None or self.slopes is None:
            return (lambda means: means[:, 0]), np.ones_like
        return self.of, self.slopes


@dataclass(frozen=True)
class Cells:
    """Figures for which many rows count alike: how many there are of each kind tells all.

    Attributes:
        counts: Number of rows of each kind, (cells,).
        of: Computes the figures of weights of the kinds (B, cells), each (B,).
    """

    counts: np.ndarray
    of: Callable[[np.ndarray], Figures]

    def __call__(self, weights: np.ndarray) -> Figures:
        """Compute the figures, NaN where one is undefined."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.of(weights)


def cells_of(
    kinds: np.ndarray, of: Callable[[np.ndarray], Callable[[np.ndarray], Figures]]
) -> Cells:
    """Put rows of the same kind together.

    Args:
        kinds: What tells the kind of a row, (n, k).
        of: Takes one row number of each kind, and gives what computes the figures of such rows.
    """
    _, rows, counts = np.unique(kinds, axis=0, return_index=True, return_counts=True)
    return Cells(counts, of(rows))


def _positive(numbers: np.ndarray) -> np.ndarray:
    """Take off what rounding leaves below 0."""
    return np.maximum(numbers, 0.0)
