"""What a group of figures is: a function of weights, and words for what it cannot say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from dltrain.evaluation.statistics.kinds import Area, Cells, Figures, Means, Proportion

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Statistics:
    """Figures of the same rows.

    Attributes:
        n_rows: Number of rows.
        of: Computes all figures of weights (B, n), each (B,); NaN where one is undefined.
        reasons: Why a figure is undefined, where it can be.
        proportions: The figures that are shares of rows.
        medians: The figures that are the median of a number of each row, with these, (n,).
        averages: The figures that are an average of shares of rows.
        correlations: Those that are Matthews' correlation of two classes: true positives, false
            positives, false negatives and true negatives, (4,).
        areas: The figures that are an area under the ROC curve.
        means: The figures that follow from means of numbers of each row.
        cells: The figures for which many rows count alike.
        biased: The figures that are too large on average where rows are few.
        rough: The figures that the jackknife does not know, because they move in steps.
        ranges: The lowest and the highest value that a figure can have.
        width: Columns that are looked at for each row, which is what weights cost.
    """

    n_rows: int
    of: Callable[[np.ndarray], Figures]
    reasons: dict[str, str] = field(default_factory=dict)
    proportions: dict[str, Proportion] = field(default_factory=dict)
    medians: dict[str, np.ndarray] = field(default_factory=dict)
    averages: dict[str, tuple[Proportion, ...]] = field(default_factory=dict)
    correlations: dict[str, np.ndarray] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    means: dict[str, Means] = field(default_factory=dict)
    cells: tuple[Cells, ...] = ()
    biased: frozenset[str] = frozenset()
    rough: frozenset[str] = frozenset()
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    width: int = 1

    def __call__(self, weights: np.ndarray) -> Figures:
        """Compute all figures.

        Args:
            weights: What each row weighs, at least 0, (B, n).

        Returns:
            Each figure (B,), NaN where it is undefined.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.of(weights)

    def values(self) -> dict[str, float]:
        """Compute the figures of the rows as they are."""
        return {name: float(one[0]) for name, one in self(np.ones((1, self.n_rows))).items()}

    def minus(self, other: Statistics) -> Statistics:
        """Describe the differences to other figures of the same rows, by those that both have.

        A difference of shares is no share, one of medians no median and one of areas no area, and
        rows that count alike in one may not in the other, so none of these is kept; what is
        undefined, biased or rough on one side is so in the difference.
        """

        def of(weights: np.ndarray) -> Figures:
            own, others = self.of(weights), other.of(weights)
            return {name: own[name] - others[name] for name in own if name in others}

        return Statistics(
            self.n_rows,
            of,
            self.reasons | other.reasons,
            means={
                name: one.minus(other.means[name])
                for name, one in self.means.items()
                if name in other.means
            },
            biased=self.biased | other.biased,
            rough=self.rough | other.rough,
        )


def joined(*groups: Statistics) -> Statistics:
    """Put groups of figures of the same rows together."""

    def of(weights: np.ndarray) -> Figures:
        return {name: value for one in groups for name, value in one.of(weights).items()}

    return Statistics(
        groups[0].n_rows,
        of,
        _union(one.reasons for one in groups),
        _union(one.proportions for one in groups),
        _union(one.medians for one in groups),
        _union(one.averages for one in groups),
        _union(one.correlations for one in groups),
        _union(one.areas for one in groups),
        _union(one.means for one in groups),
        tuple(cells for one in groups for cells in one.cells),
        frozenset().union(*(one.biased for one in groups)),
        frozenset().union(*(one.rough for one in groups)),
        _union(one.ranges for one in groups),
        max(one.width for one in groups),
    )


def averaged(*each: Statistics) -> Statistics:
    """Describe the mean of the figures of several models of the same rows.

    A mean of shares is no share and one of medians no median, so none of these is kept.
    """

    def of(weights: np.ndarray) -> Figures:
        found = [one.of(weights) for one in each]
        names = [name for name in found[0] if all(name in one for one in found)]
        return {name: np.mean([one[name] for one in found], axis=0) for name in names}

    return Statistics(
        each[0].n_rows,
        of,
        {name: reason for one in each for name, reason in one.reasons.items()},
        biased=frozenset().union(*(one.biased for one in each)),
        rough=frozenset().union(*(one.rough for one in each)),
        width=sum(one.width for one in each),
    )


def _union(groups: Iterable[dict[str, Kind]]) -> dict[str, Kind]:
    return {name: value for one in groups for name, value in one.items()}


def weighted_mean(weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Average something of each row, (n,) or (n, k), for each vector of weights (B, n)."""
    total = weights.sum(axis=1)
    return weights @ rows / (total if rows.ndim == 1 else total[:, None])


def mean_of_defined(figures: np.ndarray) -> np.ndarray:
    """Average figures (B, k) over those that are defined; NaN where none is."""
    defined = ~np.isnan(figures)
    return np.where(defined, figures, 0.0).sum(axis=1) / defined.sum(axis=1)
